// SeparableFit: a bank, the nearest bank of a rank and what that misses, as kernels, as numbers and as pictures.
import { same } from "../arithmetic/links.js";
import { format } from "../arithmetic/numbers.js";
import { upTo } from "../arithmetic/tensor.js";
import { notANumber } from "../parts/controls.js";
import { h, setText } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { grid, largest } from "../parts/grid.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { Shown } from "../parts/shown.js";
import { code } from "./code.js";
import { Curve } from "./curve.js";
import { Pictures } from "./pictures.js";
import { nextAsked, question, topicOf } from "./questions.js";
import { makeSettings } from "./settings.js";
import { check, derive, isWeight, nearestPixel, remembered, TRAITS } from "./state.js";
import { Strip } from "./strip.js";
import { Terms } from "./terms.js";
import { tileAt, Wall } from "./walls.js";
import {
  columnsOf,
  curveTitle,
  errorInWords,
  formula,
  HELP,
  MEANINGS,
  nameOf,
  rankInWords,
  sentence,
  short,
  shownInWords,
  tileInWords,
} from "./words.js";

const NUMBERED = 5; // weights a side, up to which a number is drawn in every cell

export default explorer(
  "SeparableFit",
  TRAITS,
  async (card) => new SeparableFit(card, await Shown.first(card)),
);

class SeparableFit {
  /**
   * @param {import("../parts/card.js").Card} card
   * @param {Shown} shown
   */
  constructor(card, shown) {
    this.card = card;
    this.shown = shown;
    this.answers = new Answers(card);
    this.fitOf = remembered();
    card.check = (state) => check(state, shown);
    this.now = this.derive();
    this.pixel = pointer(card, (at) => same(at, nearestPixel(this.now, at)));
    this.weight = pointer(card, (at) => isWeight(this.now, at));
    this.tile = pointer(card, ([o, i]) => o < this.now.outputs && i < this.now.inputs);
    this.settings = makeSettings(this);
    card.settings.append(...this.settings.map(({ el }) => el));
    this.fillStage();
    this.strip = new Strip(card, {
      isThere: (at) => isWeight(this.now, at),
      read: ([u, v]) => this.now.kernels[0][u][v],
      write: (at, value) => this.edit(at, value, {}),
    });
    this.predict = predictPanel({
      question: () => this.question(),
      onReveal: () => this.reveal(),
      onNext: () => this.askAnother(),
    });
    card.toggle("Predict", "predict");
    card.code(() => code(this.now));
    card.finish(this.strip.el, this.predict.el);
    card.whenReset(() => this.answers.clear());
  }

  derive() {
    const state = this.card.state();
    return derive(state, this.fitOf(state.bank, state.reading), this.shown.picture);
  }

  // ---- the parts of the card -------------------------------------------------------------------------------------

  fillStage() {
    const { signal } = this.card;
    const triple = (kind, parts) => h("div", { class: `cb-triple ${kind}` }, ...parts);
    this.walls = upTo(3).map(
      (n) =>
        new Wall({
          n,
          signal,
          onPreview: (at) => this.tile.set(at && tileAt(this.now, at)),
          onPin: (at) => this.show(at),
        }),
    );
    this.numbers = upTo(3).map((n) => this.makeNumbers(n));
    this.pictures = new Pictures({
      signal,
      onPreview: (at) => this.pixel.set(at),
      onPin: (at) => this.pin("output", at),
      here: () => this.at(),
      onDrawn: () => this.paintStrip(this.isSecret()),
    });
    this.curve = new Curve({ signal, onRank: (rank, by) => this.card.change({ rank }, { by }) });
    this.terms = new Terms();
    this.values = h("p", { class: "cb-note" });
    this.meaning = h("p", { class: "cb-note cb-meaning" });
    this.bankRow = triple(
      "cb-banks",
      this.walls.map(({ el }) => el),
    );
    const kernels = h(
      "div",
      { class: "cb-kernels" },
      this.bankRow,
      triple(
        "",
        this.numbers.map(({ el }) => el),
      ),
    );
    const made = h("div", { class: "cb-made" }, this.meaning, this.curve.el, this.values, this.terms.el);
    this.card.stage.classList.add("cb-fit");
    this.card.stage.append(kernels, made, this.pictures.el);
  }

  makeNumbers(n) {
    const made = grid({
      role: "kernel",
      signal: this.card.signal,
      onPreview: (at) => this.weight.set(at),
      onPin: (at) => this.pin("kernel", at),
      onEdit: n ? undefined : (at, value, by) => this.edit(at, value, by),
      onReject: (text) => this.card.warn(notANumber(text)),
    });
    made.el.dataset.role = ["kernel", "near-kernel", "rest-kernel"][n];
    made.el.classList.add("cb-map");
    return made;
  }

  // ---- what the reader does --------------------------------------------------------------------------------------

  show(at) {
    const tile = at && tileAt(this.now, at);
    if (tile) this.card.change({ kernel: tile }, { undoable: false });
  }

  pin(role, at) {
    const again = at && same(this.now.pinned, [role, ...at]);
    if (!at || again) this.pixel.set(null);
    this.card.change({ pinned: at && !again ? [role, ...at] : [] }, { undoable: false });
  }

  edit(place, value, by) {
    const [u, v] = place;
    const bank = structuredClone(this.card.get("bank"));
    const [o, i] = this.now.at;
    bank[o][i][u][v] = value;
    this.card.change({ bank }, { by });
  }

  // ---- predict ---------------------------------------------------------------------------------------------------

  isSecret = () => this.now.predict && !this.answers.has(topicOf(this.now));

  question() {
    const { now } = this;
    if (!now.predict) return null;
    return {
      ...question(now),
      key: `${topicOf(now)} ${JSON.stringify([now.bank, now.reading])}`,
      settled: !this.isSecret(),
    };
  }

  reveal() {
    this.answers.add(topicOf(this.now));
    this.card.repaint();
  }

  askAnother() {
    this.card.change(nextAsked(this.now, Object.values(this.card.model.get("presets"))));
  }

  // ---- painting --------------------------------------------------------------------------------------------------

  /** The pixel that is explained: where the pointer is, or the pinned one. */
  at() {
    const { pin } = this.now;
    return this.pixel.get() ?? (pin?.role === "output" ? nearestPixel(this.now, pin.at) : null);
  }

  /** The weight that is explained. */
  place() {
    const { pin } = this.now;
    return this.weight.get() ?? (pin?.role === "kernel" ? pin.at : null);
  }

  paint() {
    this.shown.follow();
    this.now = this.derive();
    const { now, card } = this;
    this.answers.begin(now.bank, now.reading, now.predict);
    const secret = this.isSecret();
    this.paintWalls(secret);
    this.paintNumbers(secret);
    this.pictures.paint(now, this.shown.name, this.at(), secret);
    setText(this.meaning, MEANINGS[now.reading]);
    this.paintCurve(secret);
    this.terms.paint(now, this.place(), secret);
    this.paintStrip(secret);
    card.say(sentence(now, secret));
    card.formula(secret ? "" : formula(now));
    for (const part of [...this.settings, this.predict]) part.paint();
    this.predict.el.hidden = !now.predict;
  }

  paintWalls(secret) {
    const { now } = this;
    this.bankRow.hidden = now.outputs * now.inputs === 1;
    if (this.bankRow.hidden) return;
    const names = ["bank", rankInWords(now, secret ? "?" : now.rank), "missed"];
    const top = largest(now.bank);
    for (const wall of this.walls)
      wall.paint(now, { name: names[wall.n], top, pointed: this.tile.get(), secret });
  }

  paintNumbers(secret) {
    const { now } = this;
    const here = this.place();
    const top = largest(now.kernels[0]);
    const names = secret ? ["kernel", "?", "missed"] : columnsOf(now);
    this.numbers.forEach((one, n) => {
      const hide = secret && n > 0;
      one.rename(n || now.outputs * now.inputs === 1 ? names[n] : nameOf(now.at));
      one.el.classList.toggle("cb-secret", hide);
      one.el.classList.toggle("cb-dense", Math.max(now.kh, now.kw) > NUMBERED);
      one.paint(hide ? now.kernels[0].map((row) => row.map(() => 0)) : now.kernels[n], {
        max: top,
        extent: n ? "" : `${now.kh}×${now.kw}`,
        marks: (u, v) => ({
          here: here !== null && same(here, [u, v]),
          pinned: now.pin?.role === "kernel" && same(now.pin.at, [u, v]),
          ...(n && !hide ? { text: short(now.kernels[n][u][v]), label: format(now.kernels[n][u][v]) } : {}),
          ...(hide ? { text: "", later: true, label: "still to be predicted" } : {}),
        }),
      });
    });
  }

  paintCurve(secret) {
    const { now } = this;
    const words = secret ? "still to be predicted" : errorInWords(now, now.rank);
    this.curve.paint({
      title: secret ? curveTitle(now) : `${curveTitle(now)}, ${words.replace(" missed", "")}`,
      name: now.spatial ? "rank" : "depth multiplier",
      errors: secret ? now.fit.errors.map(() => 0) : now.fit.errors,
      rank: now.rank,
      words,
      secret,
    });
    setText(this.values, secret ? "" : shownInWords(now));
  }

  paintStrip(secret) {
    const { now } = this;
    if (secret) return this.strip.say(sentence(now, true));
    const [weight, pixel, tile] = [this.weight.get(), this.pixel.get(), this.tile.get()];
    if (tile) return this.strip.say(tileInWords(now, tile));
    if (weight || (!pixel && this.place())) return this.strip.paintWeight(now, this.place());
    const at = this.at();
    if (at && this.pictures.made?.columns === now.columns)
      return this.strip.paintPixel(now, this.pictures.made, at);
    this.strip.say(HELP);
  }
}
