// ArchitectureExplorer: whole networks as strips of layers, what each layer takes and sees, and a network of one's own.
import { examples } from "../parts/controls.js";
import { button, h, setText } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { sumStrip } from "../parts/sum.js";
import { Budgets } from "./budget.js";
import { code } from "./code.js";
import { Editor } from "./editor.js";
import { leavesOf } from "./parts.js";
import { question, TOPICS } from "./questions.js";
import { settings } from "./settings.js";
import { check, derive, MEASURES, NONE, TRAITS } from "./state.js";
import { Strip } from "./strip.js";
import { Tree } from "./tree.js";
import { comparison, formula, HELP, linesOf, sentence, whole } from "./words.js";

const ROLES = ["network", "other"];

export default explorer("ArchitectureExplorer", { traits: TRAITS }, (card) => new ArchitectureExplorer(card));

class ArchitectureExplorer {
  /** @param {import("../parts/card.js").Card} card */
  constructor(card) {
    this.card = card;
    this.networks = card.model.get("networks");
    card.check = (state) => check(state, this.networks);
    this.answers = new Answers(card);
    this.topic = TOPICS[0];
    this.now = this.derived();
    this.tab = 0;
    this.preview = pointer(card, ({ side, index }) => Boolean(this.now.shown[side]?.parts[index]));
    this.zoom = pointer(card, ({ side, index }) => Boolean(this.now.shown[side]?.parts[index]));
    this.example = examples(card);
    this.settings = settings(card, this.networks, this.example);
    card.settings.append(...this.settings.map(({ el }) => el));
    this.sum = sumStrip({ signal: card.signal });
    this.fillStage();
    this.predict = predictPanel({
      question: () => this.question(),
      onReveal: () => this.reveal(),
      onNext: () => this.askAnother(),
    });
    this.editor = new Editor(card, () => this.now);
    card.panel("Your own network", this.editor);
    card.toggle("Predict", "predict");
    card.code(() => code(this.now.shown[0]));
    card.finish(this.predict.el);
    card.whenReset(() => this.answers.clear());
  }

  derived() {
    const state = this.card.state();
    try {
      return derive(state, this.networks);
    } catch {
      return derive({ ...state, network: "VGG16", other: NONE, size: 224, pinned: [] }, this.networks); // a link that fits nothing: the card refuses it next
    }
  }

  // ---- the parts of the card -----------------------------------------------------------------------------------------

  fillStage() {
    const { signal } = this.card;
    this.strips = ROLES.map(
      (_, side) =>
        new Strip({
          onPoint: (part) => this.point(side, part),
          onPin: (part) => this.pin(side, part),
          signal,
        }),
    );
    this.tree = new Tree({
      onPoint: (part) => this.point(this.side, part),
      onPin: (part) => this.pin(this.side, part),
      signal,
    });
    this.tabs = ROLES.map((_, side) => button("", () => this.open(side)));
    this.tabList = h(
      "div",
      { class: "cb-network-tabs", role: "group", "aria-label": "network in the table" },
      ...this.tabs,
    );
    this.back = button("◀", () => this.step(-1), { "aria-label": "layer before" });
    this.forth = button("▶", () => this.step(1), { "aria-label": "layer behind" });
    this.zoomer = button("Zoom in", () => this.zoomInOrOut());
    const steps = h(
      "div",
      { class: "cb-walk", role: "group", "aria-label": "walk" },
      this.back,
      this.forth,
      this.zoomer,
    );
    this.budgets = new Budgets();
    this.facts = h("p", { class: "cb-note" });
    const strips = h("div", { class: "cb-strips" }, ...this.strips.map(({ el }) => el));
    const bar = h("div", { class: "cb-table-bar" }, steps, this.tabList);
    this.card.stage.classList.add("cb-architectures");
    this.card.stage.append(strips, this.budgets.el, this.facts, bar, this.sum.el, this.tree.el);
  }

  // ---- what the reader does ------------------------------------------------------------------------------------------

  /** The network whose table is open. */
  get side() {
    return this.now.shown[this.tab] ? this.tab : 0;
  }

  get shown() {
    return this.now.shown[this.side];
  }

  point(side, part) {
    const before = this.preview.get();
    if (before?.index !== part?.index || before?.side !== side)
      this.preview.set(part && { side, index: part.index });
  }

  /** Opens a part of a network, or closes it if it is open already. */
  pin(side, part) {
    this.tab = side;
    this.preview.set(null);
    const same = part && this.now.pin === part && this.now.side === side;
    this.card.change({ pinned: part && !same ? [ROLES[side], part.index] : [] }, { undoable: false });
  }

  open(side) {
    this.tab = side;
    this.card.repaint();
  }

  get pinned() {
    return this.now.pin && this.now.side === this.side ? this.now.pin : null;
  }

  /** To the layer before or behind the one that is open. */
  step(by) {
    const leaves = this.shown.roots.flatMap(leavesOf);
    const inside = this.pinned ? leavesOf(this.pinned) : [];
    const here = by > 0 ? leaves.indexOf(inside.at(-1)) : leaves.indexOf(inside[0]);
    const next = leaves[here < 0 ? (by > 0 ? 0 : leaves.length - 1) : here + by];
    const closed = inside.length > 1 && by > 0 ? inside[0] : next; // into what is open
    if (closed) this.pin(this.side, closed);
  }

  zoomInOrOut() {
    const { pinned, side } = this;
    if (this.zoom.get()?.side === side || !pinned) return this.zoom.set(null);
    const part = pinned.children.length ? pinned : (pinned.above ?? pinned);
    this.zoom.set({ side, index: part.index });
  }

  // ---- predict -------------------------------------------------------------------------------------------------------

  about() {
    const [{ name, size, text }] = this.now.shown;
    return [name, size, text];
  }

  isAsked = (topic) => this.now.predict && this.topic === topic && !this.answers.has(topic);

  /** What is hidden while it is asked for: weights come with MACs and memory, and sizes with both. */
  hidden() {
    const hideSizes = this.isAsked("side");
    return { secret: hideSizes || this.isAsked("most") || this.isAsked("parameters"), hideSizes };
  }

  question() {
    if (!this.now.predict) return null;
    const asked = question(this.now.shown[0], this.topic);
    return { ...asked, settled: !this.isAsked(this.topic) };
  }

  reveal() {
    this.answers.add(this.topic);
    this.card.repaint();
  }

  /** The next question, or the first one of the next example. */
  askAnother() {
    const next = TOPICS[TOPICS.indexOf(this.topic) + 1];
    this.topic = next ?? TOPICS[0];
    if (next) this.card.repaint();
    else this.example.next();
  }

  // ---- painting ------------------------------------------------------------------------------------------------------

  paint() {
    this.now = this.derived();
    const { now, card } = this;
    this.answers.begin(this.about(), now.predict);
    if (now.pin) this.tab = now.side;
    const hidden = this.hidden();
    const lit = this.lit();
    this.paintStrips(lit, hidden);
    this.paintBar();
    this.tree.paint(this.shown, {
      pin: this.pinned,
      lit: lit.side === this.side ? lit.part : null,
      measure: now.measure,
      ...hidden,
    });
    this.budgets.paint(now, hidden.secret);
    this.facts.hidden = hidden.secret || now.shown.length < 2;
    setText(this.facts, this.facts.hidden ? "" : comparison(now.shown));
    this.paintSum(lit.part, hidden);
    for (const part of [...this.settings, this.predict]) part.paint();
    this.predict.el.hidden = !now.predict;
    card.formula(hidden.secret ? "" : formula(now.shown[0]));
    card.say(sentence(now, now.pin, hidden));
  }

  /** What is pointed at, or else what is open. */
  lit() {
    const pointed = this.preview.get();
    if (pointed) return { side: pointed.side, part: this.now.shown[pointed.side].parts[pointed.index] };
    return { side: this.now.side, part: this.now.pin };
  }

  paintStrips(lit, hidden) {
    const { now } = this;
    const budget = now.budgets[now.measure];
    const amounts = now.shown.map((one) =>
      now.measure === "the same"
        ? one.roots.reduce((sum, { leaves }) => sum + leaves, 0)
        : one.cost[MEASURES[now.measure]],
    );
    const scale = Math.max(...amounts, hidden.secret ? 0 : budget * 1.02);
    const zoom = this.zoom.get();
    this.strips.forEach((strip, side) => {
      const one = now.shown[side];
      strip.el.hidden = !one;
      if (!one) return;
      const part = zoom?.side === side ? one.parts[zoom.index] : null;
      strip.paint(one, {
        measure: now.measure,
        scale,
        zoom: part,
        lit: lit.side === side ? lit.part : null,
        budget,
        ...hidden,
      });
    });
  }

  paintBar() {
    const { now } = this;
    this.tabList.hidden = now.shown.length < 2;
    this.tabs.forEach((tab, side) => {
      setText(tab, now.shown[side]?.name ?? "");
      tab.setAttribute("aria-pressed", String(side === this.side));
    });
    const zoomed = this.zoom.get()?.side === this.side;
    setText(this.zoomer, zoomed ? "Zoom out" : "Zoom in");
    this.zoomer.setAttribute("aria-pressed", String(zoomed));
    this.zoomer.disabled = !zoomed && !this.pinned;
  }

  paintSum(part, hidden) {
    const [first, ...lines] = linesOf(part ?? whole(this.shown), hidden);
    if (!part) lines.push(HELP);
    this.sum.message(
      h("b", { class: "cb-line" }, first),
      ...lines.map((line) => h("span", { class: "cb-line" }, line)),
    );
  }
}
