// ChannelMatrix: a colour picture through one or two 1×1 convolutions, the sums of one pixel, and its colours as clouds.
import { same } from "../arithmetic/links.js";
import { format } from "../arithmetic/numbers.js";
import { pinnedStepper } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { ownPicture } from "../parts/own_picture.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { Shown } from "../parts/shown.js";
import { remembering } from "../parts/size_menu.js";
import { sumStrip } from "../parts/sum.js";
import { code } from "./code.js";
import { Equation } from "./equation.js";
import { makeSettings } from "./settings.js";
import { Stage } from "./stage.js";
import {
  check,
  derive,
  isThere,
  lookAt,
  pinnedOf,
  pinOf,
  resizedBias,
  resizedTo,
  rolesOf,
  sumOf,
  TRAITS,
  toInput,
  valuesOf,
} from "./state.js";
import { formula, HELP, nameOf, partners, partnersInWords, question, sentence } from "./words.js";

const TRAIT_OF = { kernel: "matrix", bias: "bias", second: "second", second_bias: "second_bias" };
const HOP = [37, 91]; // pixels to the next one that is asked about

export default explorer(
  "ChannelMatrix",
  { traits: TRAITS, check },
  async (card) => new ChannelMatrix(card, await Shown.first(card)),
);

class ChannelMatrix {
  /**
   * @param {import("../parts/card.js").Card} card
   * @param {Shown} shown
   */
  constructor(card, shown) {
    this.card = card;
    this.shown = shown;
    this.answers = new Answers(card);
    this.frames = 0; // of the webcam
    this.streaming = "";
    this.resizeSecond = remembering(resizedTo);
    this.now = this.derive(null);
    this.preview = pointer(card, ([i, j]) => i < this.now.full[0] && j < this.now.full[1]);
    this.pointed = pointer(card, (cell) => isThere(this.now, cell));
    this.term = pointer(card, (index) => index < 3);
    this.own = ownPicture({
      signal: card.signal,
      warn: card.warn,
      onPicture: (name, live) => this.onOwn(name, live),
      onState: () => card.repaint(),
    });
    this.settings = makeSettings(this);
    card.settings.append(...this.settings.map(({ el }) => el));
    this.equation = new Equation(this);
    this.stage = new Stage(this);
    this.sum = sumStrip({ signal: card.signal, onPreview: (index) => this.term.set(index) });
    this.pinnedValue = pinnedStepper(card, {
      isThere: (cell) => isThere(this.now, cell),
      read: ({ role, at: [i, j] }) => valuesOf(this.now)[role][i][j],
      write: ({ role, at }, number) => this.edit(role, at, number, {}),
    });
    this.predict = predictPanel({
      question: () => this.question(),
      onReveal: () => this.reveal(),
      onNext: () => this.askAnother(),
    });
    this.finish();
  }

  finish() {
    const { card } = this;
    card.toggle("Predict", "predict");
    card.code(() =>
      code(this.now, card.model.get("pictures"), this.isSecret({ role: "output", at: [0, 0] })),
    );
    card.finish(this.sum.el, this.predict.el);
    card.whenReset(() => {
      this.answers.clear();
      this.own.leave();
    });
    this.own.accept(card.el);
  }

  derive(preview) {
    const now = lookAt(derive(this.card.state(), this.shown.picture), preview);
    return { ...now, pin: pinOf(now) };
  }

  // ---- what the reader does --------------------------------------------------------------------------------------

  point(cell) {
    this.pointed.set(cell);
  }

  pin(cell) {
    const { pin } = this.now;
    const there = cell && isThere(this.now, cell) && !(pin?.role === cell.role && same(pin.at, cell.at));
    this.pointed.set(null);
    this.card.change({ pinned: there ? pinnedOf(cell) : [] }, { undoable: false });
  }

  /** A pixel of the input as it is shown. */
  keep(at) {
    this.preview.set(null);
    if (at) this.card.change({ pixel: at }, { undoable: false });
  }

  edit(role, [i, j], number, by) {
    const trait = TRAIT_OF[role];
    const change = (value) => (value.length ? value.map((one, n) => (n === j ? number : one)) : number);
    const value = this.card
      .get(trait)
      .map((row, n) => (n === i ? change(Array.isArray(row) ? row : []) : row));
    this.card.change({ [trait]: value }, { by });
  }

  /** The second matrix reads what the first gives: it goes along, and gets its numbers back with its size. */
  changeFirst(matrix, bias) {
    const second = this.card.get("second");
    const fits = !second || second[0].length === matrix.length;
    this.card.change({
      matrix,
      bias,
      second: fits ? second : this.resizeSecond(second, second.length, matrix.length),
    });
  }

  changeSecond(second, bias) {
    this.card.change({ second, second_bias: second && resizedBias(bias, second.length) });
  }

  onOwn(name, live) {
    this.streaming = live ? name : "";
    this.frames++;
    if (this.card.get("picture") !== name && !this.card.change({ picture: name })) this.own.leave();
    this.card.repaint();
  }

  // ---- predict ---------------------------------------------------------------------------------------------------

  /** The channel of the output that is asked about. */
  target() {
    return this.now.pin?.role === "output" ? this.now.pin : { role: "output", at: [0, 0] };
  }

  isSecret = ({ role, at }) => role === "output" && this.now.predict && !this.answers.has(at[0]);

  question() {
    if (!this.now.predict) return null;
    const cell = this.target();
    return {
      ...question(this.now, cell),
      key: JSON.stringify([this.asksAbout(), cell]),
      settled: !this.isSecret(cell),
    };
  }

  asksAbout() {
    const { matrix, bias, second, second_bias, relu, window, scramble, pixel } = this.now;
    return [this.shown.name, matrix, bias, second, second_bias, relu, window, scramble, pixel];
  }

  reveal() {
    this.answers.add(this.target().at[0]);
    this.card.repaint();
  }

  /** The next channel, or the next pixel. */
  askAnother() {
    const { now } = this;
    const next = this.target().at[0] + 1;
    if (next < now.y.length) return this.card.change({ pinned: ["output", next] }, { undoable: false });
    const pixel = now.at.map((index, axis) => (index + HOP[axis]) % now.full[axis]);
    this.card.change({ pinned: ["output", 0], pixel }, { undoable: false });
  }

  // ---- painting --------------------------------------------------------------------------------------------------

  paint() {
    if (this.own.live && this.card.get("picture") !== this.streaming) this.own.leave();
    this.shown.follow();
    this.now = this.derive(null);
    this.now = this.derive(this.preview.get());
    const { now, card } = this;
    this.answers.begin(this.asksAbout(), now.predict);
    const cell = this.pointed.get() ?? now.pin;
    this.equation.paint(now, this.narrowed(cell), this.isSecret);
    this.stage.paint(now, `${this.shown.name} ${this.frames}`);
    this.paintStrip(cell);
    for (const part of [...this.settings, this.predict]) part.paint();
    this.predict.el.hidden = !now.predict;
    card.formula(formula(now));
    card.say(this.own.live ? "The webcam is on." : sentence(now, cell, cell !== null && this.isSecret(cell)));
  }

  /** While one product of a sum is pointed at, only its weight is lit. */
  narrowed(cell) {
    const term = this.term.get();
    if (term === null || !cell || cell.role !== rolesOf(this.now, cell).output) return cell;
    return { role: rolesOf(this.now, cell).kernel, at: [cell.at[0], term] };
  }

  paintStrip(cell) {
    const { now, sum } = this;
    if (!cell) return sum.message(HELP);
    if (cell.role !== rolesOf(now, cell).output) return this.paintPartners(cell);
    const { terms, bias, rectify, result } = sumOf(now, cell);
    sum.paint({
      name: nameOf(now, cell),
      terms,
      bias,
      steps: rectify ? [{ name: "ReLU", value: result }] : [],
      hidden: this.isSecret(cell),
    });
  }

  /** An input or a weight: what it meets, and where that goes. A pinned weight can be changed here. */
  paintPartners(cell) {
    const { now, sum } = this;
    const [i, j] = cell.at;
    const met = partners(now, cell);
    const isWeight = cell.role in TRAIT_OF;
    const isPinned = isWeight && now.pin?.role === cell.role && same(now.pin.at, cell.at);
    sum.message(
      h("span", { class: `cb-${isWeight ? "kernel" : "input"} cb-name` }, nameOf(now, cell)),
      "=",
      isPinned ? this.pinnedValue.el : format(valuesOf(now)[cell.role][i][j]),
      `${partnersInWords(now, cell)}${met.length ? ":" : ""}`,
      ...met.map(({ text, role, to }) => sum.chip(text, role, to, "output")),
    );
    if (isPinned) this.pinnedValue.paint(cell);
  }

  /** What an output of the picture comes from. */
  fromOutput = (at) => toInput(this.now, at);
}
