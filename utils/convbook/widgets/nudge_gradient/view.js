// NudgeGradient: a convolution above, its gradients below; pin them, nudge a number, and go downhill.
import { cellsOf, pinOf, same } from "../arithmetic/links.js";
import { format, sumInWords } from "../arithmetic/numbers.js";
import { pinnedStepper } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { player } from "../parts/player.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { longest } from "../parts/room.js";
import { sumStrip } from "../parts/sum.js";
import { code } from "./code.js";
import { Downhill } from "./downhill.js";
import { marksOf } from "./marks.js";
import { Nudge } from "./nudge.js";
import { keyOf, nextAsked, question, subject } from "./questions.js";
import { descentSettings, settingsOf } from "./settings.js";
import { Stage } from "./stage.js";
import { check, derive, gradientOf, isAsked, TRAITS, termsOf, valueAt } from "./state.js";
import {
  ALL_PREDICTED,
  HELP,
  LAST_ONE,
  labelOf,
  NOTHING,
  nameOf,
  partners,
  partnersInWords,
  progressInWords,
  ROLES,
  sentence,
} from "./words.js";

const CHIPS = 9; // links written out below the grids; the grids light all of them

export default explorer("NudgeGradient", { traits: TRAITS, check }, (card) => new NudgeGradient(card));

class NudgeGradient {
  /** @param {import("../parts/card.js").Card} card */
  constructor(card) {
    this.card = card;
    this.answers = new Answers(card);
    this.now = derive(card.state());
    this.preview = pointer(card, this.isThere);
    this.term = pointer(card, (n) => this.cell() !== null && n < termsOf(this.now, this.cell()).length);
    this.settings = settingsOf(this);
    card.settings.append(...this.settings.all.map(({ el }) => el));
    this.stage = new Stage(this);
    this.sum = sumStrip({ signal: card.signal, onPreview: (index) => this.term.set(index) });
    this.pinnedValue = pinnedStepper(card, {
      isThere: this.isThere,
      read: (cell) => valueAt(this.now, cell),
      write: ({ role, at }, number) => this.edit(role, at, number, {}),
    });
    this.nudge = new Nudge(this);
    this.downhill = new Downhill();
    this.player = this.makePlayer();
    this.predict = predictPanel({
      question: () => this.question(),
      onReveal: () => this.reveal(),
      onNext: () => this.askAnother(),
    });
    card.toggle("Predict", "predict");
    card.code(() => code(this.now));
    card.finish(this.sum.el, this.nudge.el, this.player.el, this.downhill.el, this.predict.el);
    card.whenReset(() => this.answers.clear());
  }

  isThere = ({ role, at }) => pinOf([role, ...at], this.now.shapes) !== null;

  makePlayer() {
    this.detail = descentSettings(this.card);
    return player(this.card, {
      length: () => this.now.enough,
      get: () => this.now.done,
      set: (step) => this.card.change({ step: step || null }, { undoable: false }),
      describe: () => progressInWords(this.now),
      detail: this.detail.el,
    });
  }

  // ---- what the reader does --------------------------------------------------------------------------------------

  pin(role, at) {
    const { now } = this;
    const again = at && now.pin?.role === role && same(now.pin.at, at);
    const pinned = !at || again ? [] : [role, ...at];
    this.card.change({ pinned }, { undoable: false });
  }

  /** A weight or the bias is changed from what the steps have made of it, and the descent begins there. */
  edit(role, [i, j], number, by) {
    const { kernel, bias, input, target } = this.now.layer;
    const layer = { kernel, bias, ...(role === "input" && { input }), ...(role === "target" && { target }) };
    const matrix = this.now.values[role].map((row) => [...row]);
    matrix[i][j] = number;
    this.card.change({ ...layer, [role]: role === "bias" ? number : matrix, step: null }, { by });
  }

  // ---- predict ---------------------------------------------------------------------------------------------------

  isSecret = (cell) => this.now.predict && isAsked(cell) && !this.answers.has(keyOf(cell));

  /** The gradient that is asked about: the pinned one, or that of the first weight. */
  target = () => (this.now.pin && isAsked(this.now.pin) ? this.now.pin : { role: "dkernel", at: [0, 0] });

  question() {
    if (!this.now.predict) return null;
    const cell = this.target();
    return { ...question(this.now, cell), settled: this.answers.has(keyOf(cell)) };
  }

  reveal() {
    this.answers.add(keyOf(this.target()));
    this.card.repaint();
  }

  askAnother() {
    const next = nextAsked(this.now, this.target(), this.answers.has);
    if (next) this.card.change({ pinned: [next.role, ...next.at] }, { undoable: false });
    else this.predict.say(this.question().settled ? ALL_PREDICTED : LAST_ONE);
  }

  // ---- painting --------------------------------------------------------------------------------------------------

  /** The cell that is explained: what is pointed at, or the pinned one. */
  cell = () => this.preview.get() ?? this.now.pin;

  paint() {
    this.now = derive(this.card.state());
    const { now } = this;
    this.answers.begin(subject(now), now.predict);
    const cell = this.cell();
    this.stage.paint(marksOf(now, { cell, term: this.term.get(), isSecret: this.isSecret }));
    this.paintStrip(cell);
    for (const part of [...this.settings.all, this.nudge, this.detail, this.player, this.predict])
      part.paint();
    this.downhill.paint(now);
    this.player.el.hidden = now.predict;
    this.predict.el.hidden = !now.predict;
    this.card.formula(`L = ½ Σ (y − t)² = ${format(now.loss)}`);
  }

  paintStrip(cell) {
    const { now, card, sum } = this;
    const hidden = cell !== null && this.isSecret(cell);
    if (!this.player.playing) card.say(sentence(now, cell, hidden));
    sum.reserve([subject(now), now.dimensions], () => this.tallest());
    if (!cell) return sum.message(HELP);
    if (ROLES[cell.role]) return this.showSum(sum, cell, hidden);
    const isPinned = now.pin?.role === cell.role && same(now.pin.at, cell.at);
    this.showPartners(sum, cell, isPinned);
    if (isPinned) this.pinnedValue.paint(cell);
  }

  /** What takes the most room in the strip: the longest sum, and where an input, a weight and the bias go. */
  tallest() {
    const { now } = this;
    const all = (role) => cellsOf(role, now.shapes[role]);
    const sum = longest(Object.keys(ROLES).flatMap(all), (cell) => sumInWords(termsOf(now, cell)));
    const words = (cell) => JSON.stringify(partners(now, cell).slice(0, CHIPS));
    const most = ["input", "kernel", "bias"].map((role) => longest(all(role), words));
    return [
      (strip) => strip.message(HELP),
      (strip) => this.showSum(strip, sum, false),
      ...most.map((cell) => (strip) => this.showPartners(strip, cell, true)),
    ];
  }

  showSum(strip, cell, hidden) {
    const { now } = this;
    const name = nameOf(now, cell);
    const terms = termsOf(now, cell).map((term) => ({ ...term, label: labelOf(now, term) }));
    if (!terms.length && !hidden) return strip.message(`${name} = 0. ${NOTHING}`);
    const bias = cell.role === "output" ? now.layer.bias : 0;
    strip.paint({ name, terms, bias, hidden, roles: ROLES[cell.role] });
  }

  /** An input, a weight, the bias, a target: where it goes. The pinned one can be changed here. */
  showPartners(strip, cell, isPinned) {
    const { now } = this;
    const pairless = cell.role === "target" || this.isSecret(gradientOf(cell));
    const all = pairless ? [] : partners(now, cell);
    const chips = all.slice(0, CHIPS).map(({ text, role, to }) => strip.chip(text, role, to, "output"));
    if (all.length > CHIPS) chips.push("…");
    const colour = { bias: "kernel", target: "output" }[cell.role] ?? cell.role;
    strip.message(
      h("span", { class: `cb-${colour} cb-name` }, nameOf(now, cell)),
      "=",
      isPinned ? this.pinnedValue.el : format(valueAt(now, cell)),
      `${partnersInWords(now, cell)}${chips.length ? ":" : "."}`,
      ...chips,
    );
  }
}
