// SlidingWindow: input ⋆ kernel = output, every number linked to the numbers that it comes from.
import { sizeDifferences } from "../arithmetic/axes.js";
import { cellsOf, pinOf, same } from "../arithmetic/links.js";
import { format, sumInWords } from "../arithmetic/numbers.js";
import { shape } from "../arithmetic/tensor.js";
import { notANumber, pinnedStepper, presets, stepper, toggle } from "../parts/controls.js";
import { h, setText } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { grid, largest } from "../parts/grid.js";
import { player } from "../parts/player.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { rays } from "../parts/rays.js";
import { longest } from "../parts/room.js";
import { sizeMenu } from "../parts/size_menu.js";
import { sumStrip } from "../parts/sum.js";
import { slidingWindow } from "../parts/window.js";
import { code } from "./code.js";
import { marksOf } from "./marks.js";
import { check, derive, indexOf, placeOf, stepOf, TRAITS, termsOf, valueAt } from "./state.js";
import {
  HELP,
  nameOf,
  nextQuestion,
  partners,
  partnersInWords,
  progressInWords,
  question,
  sentence,
  silence,
} from "./words.js";

const CHIPS = 9; // links written out below the grids; the grids light all of them
const SIZES = [1, 2, 3, 4, 5];

export default explorer("SlidingWindow", { traits: TRAITS, check }, (card) => new SlidingWindow(card));

class SlidingWindow {
  /** @param {import("../parts/card.js").Card} card */
  constructor(card) {
    this.card = card;
    this.answers = new Answers(card);
    this.now = derive(card.state());
    this.preview = pointer(card, this.isThere);
    this.term = pointer(card, (index) => this.cell()?.role === "output" && index < this.now.products);
    this.settings = this.makeSettings();
    card.settings.append(...this.settings.map(({ el }) => el));
    this.fillStage();
    this.sum = sumStrip({ signal: card.signal, onPreview: (index) => this.term.set(index) });
    this.pinnedValue = pinnedStepper(card, {
      isThere: this.isThere,
      read: (cell) => valueAt(this.now, cell),
      write: ({ role, at }, number) => this.edit(role, at, number, {}),
    });
    this.player = this.makePlayer();
    this.predict = predictPanel({
      question: () => this.question(),
      onReveal: () => this.reveal(),
      onNext: () => this.askAnother(),
    });
    card.toggle("Predict", "predict");
    card.code(() => code(this.now));
    card.finish(this.sum.el, this.player.el, this.predict.el);
    card.whenReset(() => this.answers.clear());
  }

  isThere = ({ role, at }) => pinOf([role, ...at], this.now.shapes) !== null;

  // ---- the parts of the card -------------------------------------------------------------------------------------

  makeSettings() {
    const { card } = this;
    const menu = (trait, named) => presets(card, trait, { trait, named: () => card.model.get(named) });
    return [
      menu("kernel", "presets"),
      menu("input", "patterns"),
      sizeMenu({
        sizes: SIZES,
        get: () => card.get("kernel"),
        set: (kernel) => card.change({ kernel, pinned: [], step: null }),
      }),
      toggle(card, "flip (true convolution)", "flip"),
      stepper(card, "bias", { get: () => card.get("bias"), set: (bias) => card.change({ bias }) }),
      toggle(card, "ReLU", "relu"),
    ];
  }

  fillStage() {
    const { stage, signal } = this.card;
    this.input = this.makeGrid("input", { editable: true });
    this.kernel = this.makeGrid("kernel", { editable: true });
    this.before = this.makeGrid("output", { label: "pre-activation" });
    this.before.el.dataset.role = "pre-activation";
    this.output = this.makeGrid("output");
    this.window = slidingWindow(this.input, { signal, onDrag: (at) => this.dragWindow(at) });
    this.arrow = h("span", { class: "cb-operator" }, "→");
    this.silent = h("p", { class: "cb-note cb-under" });
    const sign = (text) => h("span", { class: "cb-operator" }, text);
    const result = h("div", { class: "cb-column" }, this.output.el, this.silent);
    stage.append(this.window.el, sign("⋆"), this.kernel.el, sign("="), this.before.el, this.arrow, result);
    this.rays = rays(stage, signal);
  }

  makeGrid(role, { editable = false, label = role } = {}) {
    return grid({
      role,
      label,
      signal: this.card.signal,
      onPreview: (at) => this.preview.set(at && { role, at }),
      onPin: (at) => this.pin(role, at),
      onEdit: editable ? (at, number, by) => this.edit(role, at, number, by) : undefined,
      onReject: (text) => this.card.warn(notANumber(text)),
    });
  }

  makePlayer() {
    this.detail = toggle(this.card, "single products", "by_product");
    return player(this.card, {
      length: () => this.now.outputs * this.now.products,
      stride: () => (this.now.by_product ? 1 : this.now.products),
      get: () => stepOf(this.now),
      set: (step) => this.playTo(step),
      fresh: () => !this.now.playing,
      describe: () => progressInWords(this.now),
      detail: this.detail.el,
    });
  }

  // ---- what the reader does --------------------------------------------------------------------------------------

  pin(role, at) {
    const { now } = this;
    const again = at && now.pin?.role === role && same(now.pin.at, at);
    if (!at || (again && !now.playing))
      return this.card.change({ pinned: [], step: null }, { undoable: false });
    this.player.pause();
    const step = now.playing && role === "output" ? (indexOf(now, at) + 1) * now.products : null;
    this.card.change({ pinned: [role, ...at], step }, { undoable: false });
  }

  edit(role, at, number, by) {
    const [i, j] = at;
    const matrix = this.card.get(role).map((row) => [...row]);
    if (role === "kernel" && this.now.flip) matrix.at(-1 - i)[matrix[0].length - 1 - j] = number;
    else matrix[i][j] = number;
    this.card.change({ [role]: matrix }, { by });
  }

  playTo(step) {
    const at = placeOf(this.now, Math.floor((step - 1) / this.now.products));
    this.card.change({ step, pinned: ["output", ...at] }, { undoable: false });
  }

  dragWindow(at) {
    const inside = at.map((index, axis) => Math.max(0, Math.min(this.now.shapes.output[axis] - 1, index)));
    if (this.now.pin?.role === "output" && same(this.now.pin.at, inside)) return;
    this.player.stop();
    this.preview.set(null);
    this.card.change({ pinned: ["output", ...inside], step: null }, { undoable: false });
  }

  // ---- predict ---------------------------------------------------------------------------------------------------

  /** The output that is asked about. */
  target() {
    return this.now.pin?.role === "output" ? this.now.pin.at : [0, 0];
  }

  isSecret = (at) => this.now.predict && !this.answers.has(at);

  question() {
    if (!this.now.predict) return null;
    const at = this.target();
    return { ...question(this.now, at), settled: this.answers.has(at) };
  }

  reveal() {
    this.answers.add(this.target());
    this.card.repaint();
  }

  askAnother() {
    const next = nextQuestion(this.now, this.target(), this.answers.has);
    if (next) this.card.change({ pinned: ["output", ...next], step: null }, { undoable: false });
    else this.card.tell("You have predicted every cell.");
  }

  // ---- painting --------------------------------------------------------------------------------------------------

  /** The cell that is explained: what is pointed at, or where the player is, or the pinned one. */
  cell() {
    const { now } = this;
    return this.preview.get() ?? (now.playing ? { role: "output", at: placeOf(now, now.index) } : now.pin);
  }

  paint() {
    this.now = derive(this.card.state());
    const { input, kernel, bias, relu, flip, predict } = this.now;
    this.answers.begin(input, kernel, bias, relu, flip, predict);
    this.paintGrids();
    this.paintStrip(this.cell());
    for (const part of [...this.settings, this.detail, this.player, this.predict]) part.paint();
    this.predict.el.hidden = !predict;
    this.card.formula(sizeDifferences(shape(input), shape(kernel)));
  }

  paintGrids() {
    const { now } = this;
    const marks = this.makeMarks();
    const outputs = { max: now.predict ? Infinity : largest(now.before), marks: marks("output") };
    this.input.paint(now.input, { marks: marks("input") });
    this.kernel.rename(now.flip ? "kernel, rotated" : "kernel");
    this.kernel.paint(now.used, { marks: marks("kernel") });
    this.before.el.hidden = this.arrow.hidden = !now.relu;
    if (now.relu) this.before.paint(now.before, outputs);
    this.output.rename(now.relu ? "after ReLU" : "output");
    this.output.paint(now.output, outputs);
    setText(this.silent, silence(now));
    this.paintWindow();
  }

  /** The window lies on the input while an output is explained. */
  paintWindow() {
    const cell = this.cell();
    const at = cell?.role === "output" ? cell.at : null;
    this.window.paint(at, this.now.used);
    const output = this.now.relu ? this.before : this.output;
    this.rays.paint(at && this.window.frame, at && output.cell(at));
  }

  makeMarks() {
    const shown = {
      cell: this.cell(),
      term: this.term.get(),
      preview: this.preview.get(),
      isSecret: this.isSecret,
    };
    return marksOf(this.now, shown);
  }

  paintStrip(cell) {
    const { now, card, sum } = this;
    const secret = cell?.role === "output" && this.isSecret(cell.at);
    const playing = now.playing && !this.preview.get();
    if (!this.player.playing) card.say(sentence(now, cell, { secret, playing }));
    const { input, kernel, bias, relu, flip } = now;
    sum.reserve([input, kernel, bias, relu, flip], () => this.tallest());
    if (!cell) return sum.message(HELP);
    if (cell.role === "output")
      return this.showSum(sum, cell.at, { done: playing ? now.done : undefined, hidden: secret });
    const isPinned = now.pin?.role === cell.role && same(now.pin.at, cell.at);
    this.showPartners(sum, cell, isPinned);
    if (isPinned) this.pinnedValue.paint(cell);
  }

  /** What takes the most room in the strip: the longest sum, the partners of an input and of a weight, pinned. */
  tallest() {
    const { now } = this;
    const words = (cell) =>
      partners(now, cell)
        .map(({ text }) => text)
        .slice(0, CHIPS)
        .join();
    const most = ["input", "kernel"].map((role) => longest(cellsOf(role, now.shapes[role]), words));
    const sum = longest(cellsOf("output", now.shapes.output), ({ at }) => sumInWords(termsOf(now, at)));
    return [
      (strip) => strip.message(HELP),
      (strip) => this.showSum(strip, sum.at),
      ...most.map((cell) => (strip) => this.showPartners(strip, cell, true)),
    ];
  }

  showSum(strip, at, { done = undefined, hidden = false } = {}) {
    const { now } = this;
    const cell = { role: "output", at };
    const steps = now.relu ? [{ name: "ReLU", value: valueAt(now, cell) }] : [];
    strip.paint({ name: nameOf(cell), terms: termsOf(now, at), bias: now.bias, steps, done, hidden });
  }

  /** An input or a weight: what it meets, and where that goes. The pinned one can be changed here. */
  showPartners(sum, cell, isPinned) {
    const { now } = this;
    const all = partners(now, cell);
    const chips = all.slice(0, CHIPS).map(({ text, role, to }) => sum.chip(text, role, to, "output"));
    if (all.length > CHIPS) chips.push("…");
    sum.message(
      h("span", { class: `cb-${cell.role} cb-name` }, nameOf(cell)),
      "=",
      isPinned ? this.pinnedValue.el : format(valueAt(now, cell)),
      `${partnersInWords(now, cell)}:`,
      ...chips,
    );
  }
}
