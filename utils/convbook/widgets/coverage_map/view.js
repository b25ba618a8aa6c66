// CoverageMap: where the window starts and stops, what the padding holds, and how often each pixel is read.
import { sizeFormulas } from "../arithmetic/axes.js";
import { cellsOf, linksOf, same } from "../arithmetic/links.js";
import { format, plural, sumInWords } from "../arithmetic/numbers.js";
import { pinnedStepper } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { player } from "../parts/player.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { longest } from "../parts/room.js";
import { sumStrip } from "../parts/sum.js";
import { code } from "./code.js";
import { settingsOf } from "./settings.js";
import { Stage } from "./stage.js";
import {
  cellAt,
  check,
  derive,
  isInside,
  isThere,
  nearestOutput,
  outputAt,
  placeOf,
  rememberWalks,
  TRAITS,
  termsOf,
} from "./state.js";
import {
  HELP,
  HIDDEN,
  IS_COUNT,
  IS_PADDING,
  paddingInWords,
  placeName,
  question,
  readsInWords,
  sentence,
  sharedInWords,
  subject,
} from "./words.js";

const SIZE = "size"; // all that is asked of one state

export default explorer("CoverageMap", { traits: TRAITS, check }, (card) => new CoverageMap(card));

class CoverageMap {
  /** @param {import("../parts/card.js").Card} card */
  constructor(card) {
    this.card = card;
    this.answers = new Answers(card);
    this.walks = rememberWalks();
    this.now = derive(card.state(), this.walks);
    this.preview = pointer(card, (cell) => isThere(this.now, cell));
    this.term = pointer(card, (n) => this.cell()?.role === "output" && n < this.found().length);
    this.settings = settingsOf(this);
    card.settings.append(...this.settings.all.map(({ el }) => el));
    this.stage = new Stage(this);
    this.sum = sumStrip({ signal: card.signal, onPreview: (index) => this.term.set(index) });
    this.pinnedValue = pinnedStepper(card, {
      isThere: (pin) => this.own(pin) !== null,
      read: (pin) => this.own(pin).value,
      write: (pin, number) => this.setNumber(this.own(pin).role, pin.at, number, {}),
    });
    this.player = this.makePlayer();
    this.predict = predictPanel({
      question: () => this.now.predict && { ...question(this.now), settled: this.answers.has(SIZE) },
      onReveal: () => this.reveal(),
      onNext: () => this.askAnother(),
    });
    card.toggle("Predict", "predict");
    card.code(() => code(this.now));
    card.finish(this.sum.el, this.player.el, this.predict.el);
    card.whenReset(() => this.answers.clear());
  }

  // ---- the parts of the card -------------------------------------------------------------------------------------

  makePlayer() {
    return player(this.card, {
      length: () => this.now.outputs,
      get: () => this.step(),
      set: (step) =>
        this.card.change({ pinned: ["output", ...outputAt(this.now, step - 1)] }, { undoable: false }),
      describe: (step) =>
        step ? `window ${step} of ${this.now.outputs}` : plural(this.now.outputs, "window"),
    });
  }

  // ---- what the reader does --------------------------------------------------------------------------------------

  pin(pinned, reading = this.now.drawn) {
    this.player.pause();
    const other = reading !== this.now.drawn && pinned.length > 0;
    const again = !other && same(pinned, this.now.pinned);
    const state = { pinned: again ? [] : pinned, ...(other && { compare: reading.name }) };
    this.card.change(state, { undoable: other });
  }

  editPixel(at, number, by) {
    if (!isInside(this.now, at)) return this.card.warn(IS_PADDING);
    if (this.now.counts) return this.card.warn(IS_COUNT);
    this.setNumber("input", at, number, by);
  }

  setNumber(role, [i, j], number, by) {
    const matrix = this.card.get(role).map((row) => [...row]);
    matrix[i][j] = number;
    this.card.change({ [role]: matrix }, { by });
  }

  dragWindow(framed) {
    const pinned = ["output", ...nearestOutput(this.now, framed)];
    if (same(pinned, this.now.pinned)) return;
    this.player.stop();
    this.preview.set(null);
    this.card.change({ pinned }, { undoable: false });
  }

  reveal() {
    this.answers.add(SIZE);
    this.card.repaint();
  }

  askAnother() {
    const before = subject(this.now);
    this.settings.example.next();
    if (subject(derive(this.card.state(), this.walks)) === before)
      this.card.tell("There is no other example to ask about.");
  }

  // ---- what is shown -----------------------------------------------------------------------------------------------

  /** Whether the output is still to be predicted. */
  isSecret = () => this.now.predict && !this.answers.has(SIZE);

  /** The cell that is explained; nothing but the picture while the output is asked. */
  cell() {
    const cell = this.preview.get() ?? this.now.pin;
    return this.isSecret() && cell?.role === "output" ? null : cell;
  }

  /** The reading that the explained cell is of. */
  reading = () => this.now.all[this.cell()?.of] ?? this.now.drawn;

  found = () => (this.isSecret() ? [] : linksOf(this.reading().all, this.cell()));

  /** The player's step: the pinned window. */
  step() {
    const { pin, drawn } = this.now;
    return pin?.role === "output" ? pin.at[0] * drawn.size[1] + pin.at[1] + 1 : null;
  }

  /** A number of the reader's that can be changed: { role, value }, or null. */
  own(pin = this.now.pin) {
    const { input, kernel } = this.now;
    const [role, matrix] = { source: ["input", input], kernel: ["kernel", kernel] }[pin?.role] ?? [];
    const value = matrix?.[pin.at[0]]?.[pin.at[1]];
    return value === undefined ? null : { role, value };
  }

  paint() {
    this.now = derive(this.card.state(), this.walks);
    const { now } = this;
    this.answers.begin(subject(now), now.predict);
    const secret = this.isSecret();
    this.stage.paint(this.shown(secret));
    this.paintStrip(secret);
    this.settings.paint();
    this.player.el.hidden = secret;
    this.predict.el.hidden = !now.predict;
    for (const part of [this.player, this.predict]) part.paint();
    this.card.formula(secret ? "" : sizeFormulas(now.drawn.axes));
  }

  /** What is explained, and the multiplications that take part in it. */
  shown(secret) {
    const found = this.found();
    const term = this.term.get();
    return { cell: this.cell(), lit: term === null ? found : [found[term]], secret };
  }

  // ---- words -------------------------------------------------------------------------------------------------------

  paintStrip(secret) {
    const { now, sum } = this;
    const cell = this.cell();
    const one = this.reading();
    if (!this.player.playing) this.card.say(sentence(now, cell, one, { secret }));
    const { input, kernel } = now;
    sum.reserve([input, kernel, subject(now), now.compare], () => this.tallest());
    if (!cell) return sum.message(secret ? HIDDEN : HELP);
    this.show(sum, cell, one, secret);
  }

  show(sum, cell, one, secret) {
    const { now } = this;
    if (cell.role === "output")
      return sum.paint({ name: `y[${cell.at}]`, terms: termsOf(now, one, cell.at) });
    if (cell.role === "input")
      return sum.message(h("b", {}, placeName(cell.at)), paddingInWords(now, cell, one, { secret }));
    const [letter, role, matrix] =
      cell.role === "source" ? ["x", "input", now.input] : ["w", "kernel", now.kernel];
    const tail =
      role === "input" ? readsInWords(now, cell, one, { secret }) : sharedInWords(cell, one, { secret });
    const name = h("b", { class: `cb-name cb-${role}` }, `${letter}[${cell.at}]`);
    sum.message(name, "=", this.valueOf(cell, matrix), tail);
  }

  /** What takes the most room in the strip: its first words, a place of padding, a pixel, and the longest sum of each reading. */
  tallest() {
    const { now } = this;
    const sums = now.all.map((one) => [
      longest(cellsOf("output", one.size), ({ at }) => sumInWords(termsOf(now, one, at))),
      one,
    ]);
    const places = cellsOf("", now.frame).map(({ at }) => cellAt(now, placeOf(now, at)));
    const place = longest(places, (cell) => sentence(now, cell, now.drawn, { secret: false }));
    return [
      (strip) => strip.message(HELP),
      ...[...sums, [place, now.drawn]].map(
        ([cell, one]) =>
          (strip) =>
            this.show(strip, cell, one, false),
      ),
    ];
  }

  /** The number of a cell; the pinned one can be changed here. */
  valueOf(cell, matrix) {
    const isPinned = this.now.pin?.role === cell.role && same(this.now.pin.at, cell.at);
    if (!isPinned) return format(matrix[cell.at[0]][cell.at[1]]);
    this.pinnedValue.paint(this.now.pin);
    return this.pinnedValue.el;
  }
}
