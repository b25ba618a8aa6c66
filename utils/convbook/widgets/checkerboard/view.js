// Checkerboard: what five ways to enlarge a picture make of it and of one colour, where their pattern shows most.
import { same } from "../arithmetic/links.js";
import { format } from "../arithmetic/numbers.js";
import { pinnedStepper } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { ownPicture } from "../parts/own_picture.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { Shown } from "../parts/shown.js";
import { sumStrip } from "../parts/sum.js";
import { code } from "./code.js";
import { ask, subject } from "./questions.js";
import { settingsOf } from "./settings.js";
import { Stage } from "./stage.js";
import { check, derive, isThere, sumAt, sumOfTile, TRAITS, Workshop } from "./state.js";
import { HELP, HIDDEN, sentence, weightInWords } from "./words.js";

const PATTERN = "pattern"; // all that is asked of one state

export default explorer(
  "Checkerboard",
  TRAITS,
  async (card) => new Checkerboard(card, await Shown.first(card)),
);

class Checkerboard {
  /**
   * @param {import("../parts/card.js").Card} card
   * @param {Shown} shown
   */
  constructor(card, shown) {
    this.card = card;
    this.shown = shown;
    card.check = (state) => check(state, shown);
    this.answers = new Answers(card);
    this.workshop = new Workshop();
    this.frames = 0; // of the webcam
    this.streaming = "";
    this.waiting = null; // weights of the reader's own that the present way has no use for
    this.kept = null; // the place of the block, or the weight, that stays explained
    this.asked = null;
    this.derive();
    this.preview = pointer(card, (cell) => this.isThere(cell));
    this.own = ownPicture({
      signal: card.signal,
      warn: card.warn,
      onPicture: (name, live) => this.onOwn(name, live),
      onState: () => card.repaint(),
    });
    this.settings = settingsOf(this);
    card.settings.append(...this.settings.all.map(({ el }) => el));
    this.stage = new Stage(this);
    this.sum = sumStrip({ signal: card.signal });
    this.weight = pinnedStepper(card, {
      isThere: (cell) => this.isThere(cell),
      read: ({ at }) => this.now.filters[0][at[0]][at[1]],
      write: ({ at }, number) => this.edit(at, number, {}),
    });
    this.predict = predictPanel({
      question: () => this.question(),
      onReveal: () => this.reveal(),
      onNext: () => this.settings.example.next(),
    });
    this.finish();
  }

  finish() {
    const { card } = this;
    card.toggle("Predict", "predict");
    card.code(() => {
      const { name, picture } = this.shown;
      return code(this.now, { name, picture, pictures: card.model.get("pictures") });
    });
    card.finish(this.sum.el, this.predict.el);
    card.whenReset(() => {
      this.answers.clear();
      this.waiting = this.kept = null;
      this.own.leave();
    });
    this.own.accept(card.el);
  }

  /** Which picture is drawn: the frames of a webcam have one name. */
  get drawing() {
    return `${this.shown.name} ${this.frames}`;
  }

  derive() {
    this.workshop.enter(this.drawing);
    this.now = derive(this.card.state(), this.shown.picture, this.workshop);
  }

  isThere = (cell) => isThere(this.now, cell);

  // ---- what the reader does --------------------------------------------------------------------------------------

  pin(at) {
    const again = at && this.now.pin && same(this.now.pin.at, at);
    if (!at || again) this.preview.set(null);
    this.kept = null;
    this.card.change({ pinned: at && !again ? ["output", ...at] : [] }, { undoable: false });
  }

  /** A place of the block, or a weight, stays explained until another one does. */
  keep(cell) {
    const again = cell && this.kept?.role === cell.role && same(this.kept.at, cell.at);
    this.kept = again ? null : cell;
    this.card.repaint();
  }

  /** A weight that is changed is the reader's own, with the others as training has left them; training begins anew. */
  edit(at, number, by) {
    if (this.now.shuffled) {
      this.card.warn(
        "Here each place of the block has a filter of its own. Choose another way to change a weight.",
      );
      return;
    }
    const weights = this.now.filters[0].map((row, u) =>
      row.map((old, v) => (same(at, [u, v]) ? number : old)),
    );
    this.card.change({ weights, steps: 0 }, { by });
  }

  onOwn(name, live) {
    this.streaming = live ? name : "";
    this.frames++;
    if (this.card.get("picture") !== name && !this.card.change({ picture: name })) this.own.leave();
    this.card.repaint();
  }

  // ---- predict ---------------------------------------------------------------------------------------------------

  isSecret = () => this.now.predict && !this.answers.has(PATTERN);

  question() {
    if (!this.now.predict) return null;
    const key = JSON.stringify(subject(this.now));
    if (this.asked?.key !== key) this.asked = ask(this.now);
    return { ...this.asked, settled: !this.isSecret() };
  }

  reveal() {
    this.answers.add(PATTERN);
    this.card.repaint();
  }

  // ---- painting --------------------------------------------------------------------------------------------------

  /** The pixel below the lens, for the arrow keys. */
  outputAt() {
    const cell = this.preview.get();
    return cell?.role === "output" ? cell.at : (this.now.pin?.at ?? null);
  }

  /** What is explained: what is pointed at, or the kept place of the block, or the pinned pixel. */
  cell() {
    if (this.isSecret()) return null;
    if (this.kept && !this.isThere(this.kept)) this.kept = null;
    return this.preview.get() ?? this.kept ?? this.now.pin;
  }

  paint() {
    if (this.own.live && this.card.get("picture") !== this.streaming) this.own.leave();
    this.shown.follow();
    this.derive();
    const { now } = this;
    this.answers.begin(subject(now), now.predict);
    const secret = this.isSecret();
    const cell = this.cell();
    this.stage.paint(cell, secret);
    this.paintStrip(cell, secret);
    this.card.say(sentence(now, cell, { secret }));
    for (const part of [...this.settings.all, this.predict]) part.paint();
    this.predict.el.hidden = !now.predict;
    this.card.formula(`${now.small.side}·${now.stride} = ${now.large.side}`);
  }

  paintStrip(cell, secret) {
    const { now, sum } = this;
    if (!cell) return sum.message(secret ? HIDDEN : HELP);
    if (cell.role === "output") return this.paintPixel(cell.at);
    if (cell.role === "kernel") return this.paintWeight(cell);
    const weights = sumOfTile(now, cell.at);
    if (!weights.length)
      return sum.message(h("b", {}, `block[${cell.at}] = 0:`), "no stamp reaches this place.");
    sum.paint({
      name: `block[${cell.at}]`,
      terms: weights.map(({ w, weight: [, u, v] }) => ({ x: 1, w, label: `1 × w[${u},${v}]` })),
    });
  }

  /** A weight, and the places of the block that it goes to. The kept one can be changed here. */
  paintWeight(cell) {
    const { now, sum, kept } = this;
    const [u, v] = cell.at;
    const isKept = kept?.role === "kernel" && same(kept.at, cell.at) && !now.shuffled;
    if (isKept) this.weight.paint(cell);
    sum.message(
      h("span", { class: "cb-kernel cb-name" }, `w[${u},${v}]`),
      "=",
      isKept ? this.weight.el : format(now.filters[0][u][v]),
      weightInWords(now, cell.at),
    );
  }

  paintPixel(at) {
    const { products } = sumAt(this.now, at);
    if (!products.length)
      return this.sum.message(h("b", {}, `y[${at}] = ${format(0)}:`), "no stamp reaches it.");
    this.sum.paint({
      name: `y[${at}]`,
      terms: products.map(({ x, w, pixel, weight: [, u, v] }) => ({
        x,
        w,
        label: `x[${pixel}] × w[${u},${v}]`,
      })),
    });
  }
}
