// ChannelSum: each filter slides one kernel over each channel; the channels' sums and one bias make one output channel.
import { linksOf, pinOf, same } from "../arithmetic/links.js";
import { format } from "../arithmetic/numbers.js";
import { upTo } from "../arithmetic/tensor.js";
import { notANumber, pinnedStepper, toggle } from "../parts/controls.js";
import { h, setText } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { grid, largest } from "../parts/grid.js";
import { player } from "../parts/player.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { sumStrip } from "../parts/sum.js";
import { code } from "./code.js";
import { COLOUR, marksOf } from "./marks.js";
import { settingsOf } from "./settings.js";
import { stageOf } from "./stage.js";
import {
  check,
  derive,
  filterOf,
  indexOf,
  pick,
  placeOf,
  rememberLinks,
  stepOf,
  TRAITS,
  termsOf,
  valueAt,
} from "./state.js";
import {
  countOfWeights,
  deed,
  filterInWords,
  HELP,
  LETTER,
  nameOf,
  nextQuestion,
  partners,
  progressInWords,
  question,
  sentence,
  silence,
} from "./words.js";

const CHIPS = 9; // links written out below the grids; the grids light all of them

export default explorer("ChannelSum", { traits: TRAITS, check }, (card) => new ChannelSum(card));

class ChannelSum {
  /** @param {import("../parts/card.js").Card} card */
  constructor(card) {
    this.card = card;
    this.answers = new Answers(card);
    this.links = rememberLinks();
    this.now = derive(card.state(), this.links);
    this.grids = [];
    this.built = "";
    this.preview = pointer(card, (cell) => this.isThere(cell));
    this.term = pointer(card, (index) => index < linksOf(this.now.links, this.cell()).length);
    this.settings = settingsOf(this);
    card.settings.append(...this.settings.map(({ el }) => el));
    card.stage.classList.add("cb-channels");
    this.colours = h("div", {
      class: "cb-colours",
      role: "img",
      "aria-label": "red, green and blue together, as one colour picture",
    });
    this.silent = h("p", { class: "cb-note" });
    this.block = h("p", { class: "cb-note" });
    this.sum = sumStrip({ signal: card.signal, onPreview: (index) => this.term.set(index) });
    this.pinnedValue = this.makePinnedValue();
    this.player = this.makePlayer();
    this.predict = predictPanel({
      question: () => this.question(),
      onReveal: () => this.reveal(),
      onNext: () => this.askAnother(),
    });
    card.toggle("Predict", "predict");
    card.code(() => code(this.now));
    card.finish(this.sum.el, this.block, this.player.el, this.predict.el);
    card.whenReset(() => this.answers.clear());
  }

  // ---- the parts of the card -------------------------------------------------------------------------------------

  isThere = ({ role, at }) => pinOf([role, ...at], this.now.shapes) !== null;

  makePinnedValue() {
    return pinnedStepper(this.card, {
      isThere: (cell) => this.isThere(cell),
      read: (cell) => valueAt(this.now, cell),
      write: (cell, number) => this.edit(cell, number, {}),
    });
  }

  makePlayer() {
    this.detail = toggle(this.card, "channel by channel", "by_channel");
    return player(this.card, {
      length: () => this.now.cells * this.now.channels,
      stride: () => (this.now.by_channel ? 1 : this.now.channels),
      get: () => stepOf(this.now),
      fresh: () => !this.now.playing,
      set: (step) => this.goTo(placeOf(this.now, Math.ceil(step / this.now.channels) - 1), step),
      describe: () => progressInWords(this.now),
      detail: this.detail.el,
    });
  }

  /** One grid: the matrix of now[role] that prefix() leads to. A bias is a single number. */
  makeGrid(role, prefix, label) {
    const cell = (at) => at && { role, at: role === "bias" ? prefix() : [...prefix(), ...at] };
    const made = grid({
      role: COLOUR[role],
      label: label(),
      signal: this.card.signal,
      onReject: (text) => this.card.warn(notANumber(text)),
      onPreview: (at) => this.preview.set(cell(at)),
      onPin: (at) => this.pin(cell(at)),
      onEdit: LETTER[role] && ((at, number, by) => this.edit(cell(at), number, by)),
    });
    made.el.dataset.role = role;
    this.grids.push({ grid: made, role, prefix, label, cell });
    return made.el;
  }

  // The stage is built anew only when channels or filters come or go.
  build() {
    const size = `${this.now.channels} ${this.now.filters}`;
    if (size === this.built) return;
    this.built = size; // noted first: what leaves the page may have had the focus, and losing it paints
    this.grids = [];
    const cells = (role, prefix, label) => this.makeGrid(role, prefix, label);
    this.card.stage.replaceChildren(...stageOf(this.now, cells, () => this.shownFilter(), this));
    this.card.stage.dataset.filters = String(this.now.filters);
  }

  // ---- what the reader does --------------------------------------------------------------------------------------

  isPinned({ role, at }) {
    return this.now.pin?.role === role && same(this.now.pin.at, at);
  }

  pin(cell) {
    const { now } = this;
    if (!cell || (this.isPinned(cell) && !now.playing))
      return this.card.change({ pinned: [], step: null }, { undoable: false });
    this.player.pause();
    const step = now.playing && cell.role === "output" ? (indexOf(now, cell.at) + 1) * now.channels : null;
    const filter = filterOf(cell) ?? now.filter;
    this.card.change({ pinned: [cell.role, ...cell.at], filter, step }, { undoable: false });
  }

  edit({ role, at }, number, by) {
    const values = structuredClone(this.card.get(role));
    pick(values, at.slice(0, -1))[at.at(-1)] = number;
    this.card.change({ [role]: values }, { by });
  }

  goTo(at, step) {
    this.card.change({ pinned: ["output", ...at], filter: at[0], step }, { undoable: false });
  }

  /** Writes out the sums of another filter; what is pinned moves along. */
  show(filter) {
    const { pin } = this.now;
    const pinned = filterOf(pin) === null ? this.card.get("pinned") : [pin.role, filter, ...pin.at.slice(1)];
    this.card.change({ filter, step: null, pinned }, { undoable: false });
  }

  // ---- predict ---------------------------------------------------------------------------------------------------

  target() {
    return this.now.pin?.role === "output" ? this.now.pin.at : [this.now.filter, 0, 0];
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
    const next = nextQuestion(this.now, indexOf(this.now, this.target()), this.answers.has);
    if (next) this.goTo(next, null);
    else this.card.tell("You have predicted every cell.");
  }

  // ---- painting --------------------------------------------------------------------------------------------------

  /** The cell that is explained: what is pointed at, or where the player is, or the pinned one. */
  cell() {
    const { now } = this;
    return this.preview.get() ?? (now.playing ? { role: "output", at: placeOf(now, now.index) } : now.pin);
  }

  shownFilter = () => filterOf(this.cell()) ?? this.now.filter;

  isUnfinished() {
    return this.now.playing && !this.preview.get() && this.now.done < this.now.channels;
  }

  paint() {
    this.now = derive(this.card.state(), this.links);
    const { input, weight, bias, relu, predict } = this.now;
    this.answers.begin(input, weight, bias, relu, predict);
    this.build();
    this.paintColours();
    this.paintGrids();
    this.paintStrip(this.cell());
    setText(this.silent, silence(this.now));
    setText(this.block, filterInWords(this.now));
    this.card.formula(countOfWeights(this.now));
    for (const part of [...this.settings, this.detail, this.player, this.predict]) part.paint();
    this.predict.el.hidden = !predict;
  }

  paintColours() {
    const { input, shapes } = this.now;
    const [channels, rows, columns] = shapes.input;
    this.colours.hidden = channels !== 3;
    const top = largest(input);
    const part = (map, n) => (255 * Math.max(0, map[Math.floor(n / columns)][n % columns])) / top;
    const colours = upTo(rows * columns).map((n) => `rgb(${input.map((map) => part(map, n))})`);
    if (String(colours) === this.coloured) return;
    this.coloured = String(colours);
    this.colours.style.setProperty("--columns", columns);
    this.colours.replaceChildren(...colours.map((colour) => h("i", { style: `background: ${colour}` })));
  }

  paintGrids() {
    const marks = marksOf(this.now, {
      cell: this.cell(),
      term: this.term.get(),
      unfinished: this.isUnfinished(),
      isPinned: (cell) => this.isPinned(cell),
      isSecret: this.isSecret,
    });
    for (const { grid: one, role, prefix, label, cell } of this.grids) {
      const values = pick(this.now[role], prefix());
      const scale = largest(this.now[role === "output" ? "before" : role]);
      one.rename(label());
      one.paint(role === "bias" ? [[values]] : values, {
        max: role === "output" && this.now.predict ? Infinity : scale,
        marks: (i, j) => marks(cell([i, j])),
      });
      one.el.classList.toggle("cb-aside", role === "weight" && prefix()[0] !== this.shownFilter());
    }
  }

  paintStrip(cell) {
    const { now, card, sum } = this;
    const secret = cell?.role === "output" && this.isSecret(cell.at);
    const unfinished = this.isUnfinished();
    if (!this.player.playing) card.say(sentence(now, cell, { secret, unfinished }));
    if (!cell) return sum.message(HELP);
    if (LETTER[cell.role]) return this.paintPartners(cell);
    const terms = termsOf(now, cell);
    if (cell.role === "partial") return sum.paint({ name: nameOf(now, cell), terms });
    sum.paint({
      name: nameOf(now, cell),
      terms,
      parts: now.channels > 1 ? now.names : [],
      bias: now.bias[cell.at[0]],
      hidden: secret,
      steps: now.relu ? [{ name: "ReLU", value: valueAt(now, cell) }] : [],
      done: unfinished ? (now.done * terms.length) / now.channels : undefined,
    });
  }

  /** An input, a weight or a bias: what it meets, and where that goes. The pinned one can be changed here. */
  paintPartners(cell) {
    const { now, sum } = this;
    const all = cell.role === "bias" ? [] : partners(now, cell);
    const chips = all.slice(0, CHIPS).map(({ text, role, to }) => sum.chip(text, COLOUR[role], to, "output"));
    if (all.length > CHIPS) chips.push("…");
    const isPinned = this.isPinned(cell);
    sum.message(
      h("span", { class: `cb-${COLOUR[cell.role]} cb-name` }, nameOf(now, cell)),
      "=",
      isPinned ? this.pinnedValue.el : format(valueAt(now, cell)),
      `${deed(now, cell)}${chips.length ? ":" : "."}`,
      ...chips,
    );
    if (isPinned) this.pinnedValue.paint(cell);
  }
}
