// DrawAndTrace: a trained network that reads what you draw, open to the last product.
import { SIDE } from "../arithmetic/digits.js";
import { same } from "../arithmetic/links.js";
import { openAsset } from "../parts/assets.js";
import { explorer } from "../parts/explorer.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { code } from "./code.js";
import { askedUnit, chosenUnit, keyOf, question, subject, TOPICS } from "./questions.js";
import { settingsOf } from "./settings.js";
import { Stage } from "./stage.js";
import {
  blank,
  bookshelf,
  check,
  derive,
  isThere,
  isUnder,
  LAYERS,
  moved,
  OFF,
  patchMoved,
  peakOf,
  TRAITS,
  wayBack,
} from "./state.js";
import { Trail } from "./trail.js";
import { formula, HIDDEN, sentence } from "./words.js";

const NETWORK = "digits_network";

export default explorer("DrawAndTrace", { traits: TRAITS }, async (card) => {
  const shelf = bookshelf(await openAsset(card.model, NETWORK));
  return new DrawAndTrace(card, shelf);
});

class DrawAndTrace {
  /** @param {import("../parts/card.js").Card} card @param {ReturnType<typeof bookshelf>} shelf */
  constructor(card, shelf) {
    this.card = card;
    this.shelf = shelf;
    card.check = (state) => check(state, shelf.epochs);
    this.answers = new Answers(card);
    this.topic = TOPICS[0];
    this.round = 0; // how many drawings Next has gone through: each is asked about other kinds of numbers
    this.last = { role: "conv2", channel: 0 }; // the map that was open last
    this.now = this.derived();
    this.preview = pointer(card, isThere);
    this.stage = new Stage(this);
    this.trail = new Trail({
      onFollow: (unit) => this.pin(unit),
      onPoint: (unit) => this.point(unit),
      repaint: () => card.repaint(),
      signal: card.signal,
    });
    this.settings = settingsOf(this);
    card.settings.append(...this.settings.map(({ el }) => el));
    this.predict = predictPanel({
      question: () => this.question(),
      onReveal: () => this.reveal(),
      onNext: () => this.askAnother(),
    });
    card.toggle("Predict", "predict");
    card.code(() => code(this.now));
    card.finish(this.trail.el, this.predict.el);
    card.whenReset(() => this.startOver());
    const reload = () => card.repaint();
    card.model.on("change:own_weights", reload); // no trait that the reader changes: load() in Python does
    card.signal.addEventListener("abort", () => card.model.off("change:own_weights", reload));
  }

  derived() {
    const { card, shelf } = this;
    /** @type {any} */
    const state = card.state();
    const own = card.get("own_weights");
    const { round } = this;
    try {
      check(state, shelf.epochs);
      return derive({ ...state, round }, shelf, own);
    } catch {
      return derive({ ...state, round, input: blank(), patch: 0, epoch: shelf.epochs.at(-1) }, shelf, own); // a link that fits nothing: the card refuses it next
    }
  }

  // ---- what the reader draws -----------------------------------------------------------------------------------------

  edit = ([i, j], ink, by) => {
    const input = this.card.get("input").map((row) => [...row]);
    input[i][j] = ink;
    this.card.change({ input }, { by });
  };

  /** The first cell of a stroke decides between the pen and paper. */
  draw([i, j], stroke) {
    const here = this.card.get("input")[i]?.[j];
    const pen = this.card.get("pen");
    stroke.ink ??= here === pen ? 0 : pen;
    if (here !== undefined) this.edit([i, j], stroke.ink, stroke);
    return true;
  }

  /** A stroke that begins on the patch moves it; any other draws. */
  stroke(from, to, stroke) {
    const { patch, patch_at } = this.card.state();
    stroke.grip ??= patch > 0 && isUnder({ patch, patch_at }, from) ? patch_at : "pen";
    if (stroke.grip === "pen") return this.draw(to, stroke);
    const by = to.map((index, axis) => index - from[axis]);
    this.card.change({ patch_at: patchMoved({ patch, patch_at: stroke.grip }, by) }, { by: stroke });
    return true;
  }

  shift(by) {
    this.card.change({ input: moved(this.card.get("input"), by) });
  }

  /** An empty sheet is meant to be nothing yet. */
  clear() {
    this.card.change({ input: blank(), label: null });
  }

  movePatch(by) {
    this.card.change({ patch_at: patchMoved(this.now, by) });
  }

  putPatch(at) {
    const most = SIDE - this.card.get("patch");
    this.card.change({ patch_at: at.map((index) => Math.min(index, most)) });
  }

  // ---- what the reader looks into ------------------------------------------------------------------------------------

  point(unit) {
    const before = this.preview.get();
    if (JSON.stringify(before) !== JSON.stringify(unit)) this.preview.set(unit);
  }

  pin(unit) {
    const again = unit && this.now.pin?.role === unit.role && same(this.now.pin.at, unit.at);
    this.card.change({ pinned: unit && !again ? [unit.role, ...unit.at] : [] }, { undoable: false });
  }

  /** Opens a map at the number that was hit, or at its largest one. */
  open(role, channel, at) {
    this.last = { role, channel };
    const unit = { role, at: at ?? peakOf(this.now, role, channel) };
    this.card.change({ pinned: [role, ...unit.at] }, { undoable: false });
    this.card.repaint();
  }

  /** The map that is shown large: that of the pinned number, or of the strongest one behind a pinned score. */
  opened() {
    const { pin } = this.now;
    const unit = pin?.role === "score" ? wayBack(this.now, pin)[1] : pin;
    if (unit && LAYERS.includes(unit.role)) this.last = { role: unit.role, channel: unit.at[0] };
    return this.last;
  }

  unitInOpened = (at) => ({ role: this.last.role, at: [this.last.channel, ...at] });

  /** Switches the channel of the opened map; that of a pooled one is its convolution's. */
  switchOpened(on) {
    const trait = OFF[this.last.role] ?? OFF.conv1;
    const others = this.card.get(trait).filter((channel) => channel !== this.last.channel);
    const off = on ? others : [...others, this.last.channel].sort((a, b) => a - b);
    this.card.change({ [trait]: off });
  }

  allOn() {
    this.card.change({ first_off: [], second_off: [] });
  }

  // ---- predict -------------------------------------------------------------------------------------------------------

  isAsked = (topic) => this.now.predict && this.topic === topic && !this.answers.has(keyOf(this.now, topic));

  /** Whether the answer of the network is still to be predicted. */
  isSecret = () => this.isAsked("digit");

  question() {
    const { now, topic } = this;
    return now.predict ? { ...question(now, topic), settled: !this.isAsked(topic) } : null;
  }

  reveal() {
    this.answers.add(keyOf(this.now, this.topic));
    this.card.repaint();
  }

  /** The next question about this drawing, or the first one about the next. */
  askAnother() {
    this.topic = TOPICS[(TOPICS.indexOf(this.topic) + 1) % TOPICS.length];
    if (this.topic === TOPICS[0]) {
      this.round += 1;
      return this.settings[0].next();
    }
    const unit = chosenUnit(this.now, this.topic); // not what is pinned: that was asked about before
    this.card.change({ pinned: [unit.role, ...unit.at] }, { undoable: false });
    this.card.repaint();
  }

  startOver() {
    this.answers.clear();
    this.topic = TOPICS[0];
  }

  /** Which numbers are hidden: all scores, or the one that is asked for. */
  hides() {
    if (this.isSecret()) return ({ role }) => role === "score";
    const topic = ["relu", "pool"].find(this.isAsked);
    const asked = topic ? askedUnit(this.now, topic) : null;
    return (unit) => asked?.role === unit.role && same(asked.at, unit.at);
  }

  // ---- painting ------------------------------------------------------------------------------------------------------

  paint() {
    this.now = this.derived();
    this.answers.begin(this.now.predict, ...subject(this.now));
    const secret = this.isSecret();
    if (secret && this.now.pin?.role === "score") this.now = { ...this.now, pin: null }; // it would name the answer
    const { now, card } = this;
    const hides = this.hides();
    const opened = this.opened();
    const lit = this.preview.get() ?? now.pin;
    this.stage.paint({ lit, opened, hides, secret });
    this.trail.paint(now, { hides });
    for (const setting of this.settings) setting.paint();
    this.predict.el.hidden = !now.predict;
    this.predict.paint();
    card.formula(secret ? "" : formula(now));
    card.say(lit && hides(lit) ? HIDDEN : sentence(now, lit));
  }
}
