// StampAndAdjoint: a transposed convolution in three readings, from the small input above to the large output below.
import { pinOf, same } from "../arithmetic/links.js";
import { format } from "../arithmetic/numbers.js";
import { pinnedStepper, toggle } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { player } from "../parts/player.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { sumStrip } from "../parts/sum.js";
import { code } from "./code.js";
import { Facts } from "./facts.js";
import { firstAsked, nextAsked, SIZE, sizeQuestion, subject, VALUES, valueQuestion } from "./questions.js";
import { settingsOf } from "./settings.js";
import { Stage } from "./stage.js";
import {
  check,
  derive,
  indexOf,
  linkOfTerm,
  meetings,
  TRAITS,
  termsOf,
  total,
  turnCell,
  valueAt,
} from "./state.js";
import {
  HELP,
  HIDDEN,
  nameOf,
  partners,
  partnersInWords,
  progressInWords,
  rowName,
  sentence,
  sizeFormula,
} from "./words.js";

const CHIPS = 9; // links written out below the grids; the grids light all of them

export default explorer("StampAndAdjoint", { traits: TRAITS, check }, (card) => new StampAndAdjoint(card));

class StampAndAdjoint {
  /** @param {import("../parts/card.js").Card} card */
  constructor(card) {
    this.card = card;
    this.answers = new Answers(card);
    this.now = derive(card.state());
    this.preview = pointer(card, this.isThere);
    this.term = pointer(
      card,
      (n) => this.cell()?.role === "output" && n < termsOf(this.now, this.cell().at).length,
    );
    this.settings = settingsOf(this);
    card.settings.append(...this.settings.all.map(({ el }) => el));
    this.stage = new Stage(this);
    this.sum = sumStrip({ signal: card.signal, onPreview: (index) => this.term.set(index) });
    this.pinnedValue = pinnedStepper(card, {
      isThere: this.isThere,
      read: (cell) => valueAt(this.now, cell),
      write: ({ role, at }, number) => this.edit(role, at, number, {}),
    });
    this.player = this.makePlayer();
    this.facts = new Facts(this);
    this.predict = predictPanel({
      question: () => this.question(),
      onReveal: () => this.reveal(),
      onNext: () => this.askAnother(),
    });
    card.toggle("Predict", "predict");
    card.code(() => code(this.now));
    card.finish(this.sum.el, this.player.el, this.predict.el, this.facts.el);
    card.whenReset(() => this.answers.clear());
  }

  isThere = ({ role, at }) => pinOf([role, ...at], this.now.shapes) !== null;

  makePlayer() {
    this.detail = toggle(this.card, "single products", "by_product");
    return player(this.card, {
      length: () => this.now.turns * this.now.products,
      stride: () => (this.now.by_product ? 1 : this.now.products),
      get: () => this.card.get("step"),
      set: (step) => this.playTo(step),
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
    if (now.predict && role === "output") this.goOn();
    this.card.change({ pinned: [role, ...at], step: null }, { undoable: false });
  }

  edit(role, [i, j], number, by) {
    const matrix = this.card.get(role).map((row) => [...row]);
    matrix[i][j] = number;
    this.card.change({ [role]: matrix }, { by });
  }

  playTo(step) {
    const { role, at } = turnCell(this.now, Math.floor((step - 1) / this.now.products));
    this.card.change({ step, pinned: [role, ...at] }, { undoable: false });
  }

  /** The stamp whose first weight comes nearest to a place of the output. */
  dragStamp(place) {
    const { stride, padding } = this.now;
    this.dragTo(
      "input",
      place.map((index) => Math.round((index + padding) / stride)),
    );
  }

  dragWindow = (at) => this.dragTo("output", at);

  dragTo(role, at) {
    const inside = at.map((index, a) => Math.max(0, Math.min(this.now.shapes[role][a] - 1, index)));
    if (this.now.pin?.role === role && same(this.now.pin.at, inside)) return;
    this.player.stop();
    this.preview.set(null);
    this.card.change({ pinned: [role, ...inside], step: null }, { undoable: false });
  }

  // ---- predict: first the size, then the numbers -----------------------------------------------------------------

  /** What is said to the size stays until the reader goes on. */
  asksSize = () => !this.answers.has(VALUES);
  hidesSize = () => this.now.predict && !this.answers.has(SIZE);
  isSecret = (at) => this.now.predict && !this.answers.has(at);

  /** The output that is asked about. */
  target = () => (this.now.pin?.role === "output" ? this.now.pin.at : firstAsked(this.now));

  question() {
    if (!this.now.predict) return null;
    if (this.asksSize()) return { ...sizeQuestion(this.now), settled: !this.hidesSize() };
    const at = this.target();
    return { ...valueQuestion(this.now, at), settled: this.answers.has(at) };
  }

  reveal() {
    this.answers.add(this.asksSize() ? SIZE : this.target());
    this.card.repaint();
  }

  /** Another example while the size is asked, another output of this one afterwards. */
  askAnother() {
    if (this.hidesSize()) return this.settings.example.next();
    if (this.asksSize()) return this.goOn();
    const next = nextAsked(this.now, this.target(), this.answers.has);
    if (next) this.card.change({ pinned: ["output", ...next], step: null }, { undoable: false });
    else this.card.tell("You have predicted every number.");
  }

  goOn() {
    this.answers.add(VALUES);
    this.card.repaint();
  }

  // ---- painting --------------------------------------------------------------------------------------------------

  /** The cell that is explained: what is pointed at, or where the player is, or the pinned one. */
  cell() {
    const { now } = this;
    const cell = this.preview.get() ?? (now.playing ? turnCell(now, now.turn) : now.pin);
    return this.hidesSize() ? null : cell;
  }

  paint() {
    this.now = derive(this.card.state());
    const { now } = this;
    this.answers.begin(subject(now), now.predict);
    const secret = this.hidesSize();
    this.stage.paint(this.shown(), secret);
    this.paintStrip(secret);
    for (const part of [...this.settings.all, this.detail, this.player, this.predict, this.facts])
      part.paint();
    this.player.el.hidden = secret;
    this.predict.el.hidden = !now.predict;
    this.card.formula(`output size: ${sizeFormula(now, secret)}`);
  }

  /** @returns {import("./marks.js").Shown} */
  shown() {
    const { now } = this;
    const cell = this.cell();
    const found = cell ? meetings(now, cell) : [];
    const onItsWay = now.playing && !this.preview.get() && now.done < now.products && cell !== null;
    const term = cell?.role === "output" ? this.term.get() : null;
    const current = onItsWay ? this.currentLink(cell) : null;
    const lit = term === null ? found : [linkOfTerm(now, cell.at, term)].filter(Boolean);
    const partial =
      onItsWay && cell.role === "output" ? total(termsOf(now, cell.at).slice(0, now.done)) : null;
    return { cell, lit, current, partial, isSecret: this.isSecret };
  }

  /** The product that the player is at: of a stamp the last one that is stamped, of an output the last one added. */
  currentLink(cell) {
    const { now } = this;
    if (cell.role === "input") return now.links[now.turn * now.products + now.done - 1];
    return linkOfTerm(now, cell.at, now.done - 1);
  }

  paintStrip(secret) {
    const { now, card, sum } = this;
    const cell = this.cell();
    const hidden = cell?.role === "output" && this.isSecret(cell.at);
    const playing = now.playing && !this.preview.get();
    const done = playing ? now.done : Infinity;
    if (!this.player.playing) card.say(sentence(now, cell, { secret: hidden, done }));
    if (!cell) return sum.message(secret ? HIDDEN : HELP);
    if (cell.role !== "output") return this.paintPartners(cell);
    const terms = termsOf(now, cell.at);
    if (!terms.length && !hidden) return sum.message(`${nameOf(cell)} = 0: no stamp reaches it.`);
    sum.paint({
      name: `${rowName(now, cell.at)}${nameOf(cell)}`,
      terms,
      done: playing ? now.done : undefined,
      hidden,
    });
  }

  /** An input or a weight: what it meets, and where that goes. The pinned one can be changed here. */
  paintPartners(cell) {
    const { now, sum } = this;
    const isPinned = now.pin?.role === cell.role && same(now.pin.at, cell.at);
    const all = partners(now, cell);
    const chips = all.slice(0, CHIPS).map(({ text, role, to }) => sum.chip(text, role, to, "output"));
    if (all.length > CHIPS) chips.push("…");
    const column =
      now.reading === "matrix" && cell.role === "input"
        ? `(column ${indexOf(now.shapes.input, cell.at)} of Cᵀ)`
        : "";
    sum.message(
      h("span", { class: `cb-${cell.role} cb-name` }, nameOf(cell)),
      "=",
      isPinned ? this.pinnedValue.el : format(valueAt(now, cell)),
      `${column} ${partnersInWords(now, cell)}:`.trim(),
      ...chips,
    );
    if (isPinned) this.pinnedValue.paint(cell);
  }
}
