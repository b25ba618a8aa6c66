// BottleneckCounter: bars of weights and MACs, direct against reduce, convolve, expand, and where it stops paying.
import { thousands } from "../arithmetic/numbers.js";
import { choice, examples, stepper, wholeNumbers } from "../parts/controls.js";
import { button, h, setText } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { sumStrip } from "../parts/sum.js";
import { code } from "./code.js";
import { Curve } from "./curve.js";
import { allowed, derive, TRAITS } from "./state.js";
import { Tally } from "./tally.js";
import {
  breakEvenInWords,
  comparison,
  formula,
  HELP,
  nameOf,
  productOf,
  question,
  sameShape,
  sentence,
  TOPICS,
} from "./words.js";

const SIZES = [7, 14, 28, 56, 112, 224];

export default explorer("BottleneckCounter", TRAITS, (card) => new BottleneckCounter(card));

class BottleneckCounter {
  /** @param {import("../parts/card.js").Card} card */
  constructor(card) {
    this.card = card;
    this.answers = new Answers(card);
    this.topic = TOPICS[0];
    this.now = derive(card.state());
    this.preview = pointer(card, () => true);
    this.settings = this.makeSettings();
    card.settings.append(...this.settings.map(({ el }) => el));
    this.fillStage();
    this.sum = sumStrip({ signal: card.signal });
    this.predict = predictPanel({
      question: () => this.question(),
      onReveal: () => this.reveal(),
      onNext: () => this.askAnother(),
    });
    card.toggle("Predict", "predict");
    card.code(() => code(this.now));
    card.finish(this.sum.el, this.predict.el);
    card.whenReset(() => this.answers.clear());
  }

  // ---- the parts of the card -------------------------------------------------------------------------------------

  makeSettings() {
    const { card } = this;
    const { get, change } = card;
    const number = (label, trait, name) =>
      stepper(card, label, { name, get: () => get(trait), set: (value) => change({ [trait]: value }) });
    this.example = examples(card);
    return [
      number("R", "reduced", "channels inside, R"),
      this.example,
      number("C", "channels", "channels in and out, C"),
      choice("kernel", {
        options: () => wholeNumbers(1, 7).map(([size]) => [size, `${size}×${size}`]),
        get: () => get("kernel"),
        set: (kernel) => change({ kernel }),
      }),
      choice("maps", {
        options: () =>
          [...new Set([...SIZES, get("size")])]
            .sort((a, b) => a - b)
            .map((side) => [side, `${side}×${side}`]),
        get: () => get("size"),
        set: (size) => change({ size }),
      }),
    ];
  }

  fillStage() {
    this.tallies = [new Tally(this, "weights"), new Tally(this, "macs")];
    this.curve = new Curve(this);
    this.reach = button("Go to where it just pays", () => this.change(this.now.lastThatPays, {}));
    this.facts = h("p", { class: "cb-note" });
    this.rows = ["direct", "reduce", "convolve", "expand"].map((name) => this.makeRow(name));
    const head = h("tr", {}, ...["layer", "weights", "MACs"].map((name) => h("th", { scope: "col" }, name)));
    const body = h("tbody", {}, ...this.rows.map(({ el }) => el));
    this.table = h("div", { class: "cb-costs" }, h("table", {}, h("thead", {}, head), body));
    this.card.stage.classList.add("cb-counter");
    const bars = h("div", { class: "cb-tallies" }, ...this.tallies.map(({ el }) => el));
    const side = h("div", { class: "cb-beside" }, this.curve.area, this.facts, this.reach);
    this.card.stage.append(bars, side, this.table);
  }

  makeRow(name) {
    const label = button("", () => this.pin(name), { class: "cb-layer-name" });
    const cells = [h("td"), h("td")];
    const el = h("tr", { "data-layer": name }, h("th", { scope: "row" }, label), ...cells);
    const { signal } = this.card;
    el.addEventListener("pointerenter", () => this.point(name), { signal });
    el.addEventListener("pointerleave", () => this.point(null), { signal });
    return { name, label, cells, el };
  }

  // ---- what the reader does --------------------------------------------------------------------------------------

  point(name) {
    if (name !== this.preview.get()) this.preview.set(name);
  }

  pin(name) {
    this.card.change({ pinned: this.now.pin?.name === name ? [] : [name] }, { undoable: false });
  }

  change(reduced, by) {
    this.card.change({ reduced: allowed(reduced) }, { by });
  }

  // ---- predict ---------------------------------------------------------------------------------------------------

  isSecret = (topic) => this.now.predict && !this.answers.has(topic);

  about() {
    const { channels, reduced, kernel, size } = this.now;
    return [channels, reduced, kernel, size];
  }

  question() {
    if (!this.now.predict) return null;
    const asked = question(this.now, this.topic);
    return { ...asked, key: `${asked.key} ${this.about()}`, settled: !this.isSecret(this.topic) };
  }

  reveal() {
    this.answers.add(this.topic);
    this.card.repaint();
  }

  /** The next topic, or the first one of the next example. */
  askAnother() {
    const next = TOPICS[TOPICS.indexOf(this.topic) + 1];
    this.topic = next ?? TOPICS[0];
    if (next) this.card.repaint();
    else this.example.next();
  }

  // ---- painting --------------------------------------------------------------------------------------------------

  paint() {
    this.now = derive(this.card.state());
    const { now, card } = this;
    this.answers.begin(this.about(), now.predict);
    const secret = this.isSecret("weights");
    const hidden = secret || this.isSecret("ratio");
    const lit = this.preview.get() ?? now.pin?.name ?? null;
    this.tallies[0].paint(now, lit, secret);
    this.tallies[1].paint(now, lit, secret || this.isSecret("macs"));
    this.curve.paint(now, secret);
    this.paintRows(lit, secret);
    setText(this.facts, hidden ? "" : `${comparison(now)} ${breakEvenInWords(now)} ${sameShape(now)}`);
    this.facts.hidden = this.reach.hidden = hidden;
    this.reach.disabled = !now.lastThatPays || now.reduced === now.lastThatPays;
    this.paintStrip(lit, secret);
    for (const part of [...this.settings, this.predict]) part.paint();
    this.predict.el.hidden = !now.predict;
    card.formula(secret ? "" : formula(now));
    card.say(sentence(now, hidden));
  }

  paintRows(lit, secret) {
    const { now } = this;
    const layers = [now.direct, ...now.layers];
    const hide = (topic) => secret || this.isSecret(topic);
    this.rows.forEach(({ name, label, cells, el }, n) => {
      const isOpen = (topic) => name === "direct" || !hide(topic);
      setText(label, nameOf(layers[n]));
      label.setAttribute("aria-pressed", String(now.pin?.name === name));
      el.classList.toggle("cb-chosen", lit === name);
      ["weights", "macs"].forEach((topic, c) => {
        setText(cells[c], isOpen(topic) ? thousands(layers[n][topic]) : "?");
      });
    });
  }

  paintStrip(lit, secret) {
    const { now, sum } = this;
    const layer = [now.direct, ...now.layers].find(({ name }) => name === lit);
    if (layer && (layer === now.direct || !(secret || this.isSecret("macs"))))
      return sum.message(productOf(now, layer));
    sum.message(HELP);
  }
}
