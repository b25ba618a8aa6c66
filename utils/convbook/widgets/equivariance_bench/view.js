// EquivarianceBench: shift then convolve, convolve then shift, and what is left between the two.
import { same } from "../arithmetic/links.js";
import { format } from "../arithmetic/numbers.js";
import { choice, presets, stepper, toggle } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { code } from "./code.js";
import { Stage } from "./stage.js";
import {
  check,
  derive,
  FARTHEST,
  isResult,
  isThere,
  PADDINGS,
  POOLINGS,
  STRIDES,
  TRAITS,
  trace,
} from "./state.js";
import { Strips } from "./strips.js";
import { formula, HELP, HIDDEN, nextQuestion, question, sentence, settingsOfQuestion } from "./words.js";

export default explorer(
  "EquivarianceBench",
  { traits: TRAITS, check },
  (card) => new EquivarianceBench(card),
);

class EquivarianceBench {
  /** @param {import("../parts/card.js").Card} card */
  constructor(card) {
    this.card = card;
    this.answers = new Answers(card);
    this.asked = -1;
    this.now = derive(card.state());
    this.preview = pointer(card, (cell) => isThere(this.now, cell));
    this.term = pointer(card, (n) => n < this.now.kernel.flat().length);
    this.settings = this.makeSettings();
    card.settings.append(...this.settings.map(({ el }) => el));
    this.stage = new Stage(this);
    this.weight = stepper(card, "", {
      name: "pinned weight",
      get: () =>
        this.now.pin?.role === "kernel" ? this.now.kernel[this.now.pin.at[0]][this.now.pin.at[1]] : 0,
      set: (number) => this.edit("kernel")(this.now.pin.at, number, {}),
    });
    this.strips = new Strips(this);
    this.predict = predictPanel({
      question: () => this.now.predict && { ...question(this.now), settled: !this.isSecret() },
      onReveal: () => this.reveal(),
      onNext: () => this.askAnother(),
    });
    card.toggle("Predict", "predict");
    card.code(() => code(this.now));
    card.finish(this.strips.el, this.predict.el);
    card.whenReset(() => this.startOver());
  }

  makeSettings() {
    const { card } = this;
    const named = (label, trait, values, words = {}) =>
      choice(label, {
        options: () => values.map((value) => [value, words[value] ?? String(value)]),
        get: () => card.get(trait),
        set: (value) => card.change({ [trait]: value }),
      });
    return [
      named("padding", "padding_mode", PADDINGS, { valid: "none (valid)" }),
      named("stride", "stride", STRIDES),
      toggle(card, "ReLU", "relu"),
      named("pooling", "pooling", POOLINGS, { max: "max 2×2", average: "average 2×2" }),
      toggle(card, "then the maximum of all", "global_max"),
      presets(card, "input", { trait: "input", named: () => card.model.get("patterns") }),
      this.makeDrawing(),
      stepper(card, "pen", { get: () => card.get("pen"), set: (pen) => card.change({ pen }) }),
      presets(card, "kernel", { trait: "kernel", named: () => card.model.get("presets") }),
    ];
  }

  /** A finger scrolls the page; while this is on it draws, and the input has cells that are large enough for it. */
  makeDrawing() {
    const box = h("input", { type: "checkbox", onchange: () => this.card.repaint() });
    const el = h("label", { class: "cb-setting cb-by-finger" }, box, "draw on the input");
    const paint = () => this.stage.byFinger(box.checked);
    return { el, paint };
  }

  // ---- what the reader does --------------------------------------------------------------------------------------

  pin(role, at) {
    const again = at && this.now.pin?.role === role && same(this.now.pin.at, at);
    this.card.change({ pinned: !at || again ? [] : [role, ...at] }, { undoable: false });
    if (at) requestAnimationFrame(() => this.stage.reveal(role, at)); // the sums have their height by then
  }

  edit =
    (trait) =>
    ([i, j], number, by) => {
      const matrix = this.card.get(trait).map((row) => [...row]);
      matrix[i][j] = number;
      this.card.change({ [trait]: matrix }, { by });
    };

  tapInput(at) {
    if (at) this.draw(at, {});
    else this.pin("input", null);
  }

  /** The first cell of a stroke decides between the pen and 0. */
  draw(to, stroke) {
    const pen = this.card.get("pen");
    stroke.ink ??= this.card.get("input")[to[0]]?.[to[1]] === pen ? 0 : pen;
    if (this.card.get("input")[to[0]]?.[to[1]] !== undefined) this.edit("input")(to, stroke.ink, stroke);
    return true;
  }

  drag(from, to, stroke) {
    if (!stroke.start && same(from, to)) return false;
    stroke.start ??= this.card.get("shift");
    const shift = stroke.start.map((n, axis) =>
      Math.max(-FARTHEST, Math.min(FARTHEST, n + to[axis] - from[axis])),
    );
    this.card.change({ shift }, { by: stroke });
    return true;
  }

  // ---- predict ---------------------------------------------------------------------------------------------------

  isSecret = () => this.now.predict && !this.answers.has(this.now.key);

  reveal() {
    this.answers.add(this.now.key);
    this.card.repaint();
  }

  askAnother() {
    this.asked = nextQuestion(this.now, this.asked);
    this.card.change(settingsOfQuestion(this.asked));
  }

  startOver() {
    this.answers.clear();
    this.asked = -1;
  }

  // ---- painting --------------------------------------------------------------------------------------------------

  paint() {
    this.now = derive(this.card.state());
    const { now, card } = this;
    this.answers.begin(now.predict);
    const secret = this.isSecret();
    const cell = this.preview.get() ?? now.pin;
    const term = this.term.get();
    this.stage.paint({ cell, term, secret, lit: trace(now, cell, term) });
    for (const setting of this.settings) setting.paint();
    if (!cell) this.strips.hint(HELP);
    else if (secret && isResult(cell.role)) this.strips.hint(HIDDEN);
    else this.strips.paint(cell);
    card.say(sentence(now, cell, { secret }));
    this.predict.el.hidden = !now.predict;
    this.predict.paint();
    card.formula(secret ? "" : formula(now));
  }

  /** The number of a cell; a pinned weight can be changed here. */
  valueOf({ role, at }) {
    const isPinned = role === "kernel" && this.now.pin?.role === role && same(this.now.pin.at, at);
    if (!isPinned) return format(this.now[role][at[0]][at[1]]);
    this.weight.paint();
    return this.weight.el;
  }
}
