// FilterLab: a photograph ⋆ one or two kernels = their outputs, and a lens that shows the sum behind any pixel.
import { sizeDifferences } from "../arithmetic/axes.js";
import { same } from "../arithmetic/links.js";
import { shape } from "../arithmetic/tensor.js";
import { legend, photo } from "../parts/canvas.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { grid } from "../parts/grid.js";
import { ownPicture } from "../parts/own_picture.js";
import { pictureView } from "../parts/picture.js";
import { caption } from "../parts/picture_menu.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { Shown } from "../parts/shown.js";
import { remembering } from "../parts/size_menu.js";
import { code } from "./code.js";
import { makeExact } from "./exact.js";
import { Lane } from "./lane.js";
import { ask } from "./question.js";
import { makeSettings } from "./settings.js";
import { check, derive, isOutput, lookAt, mapped, nextKernel, TRAITS, toInput, toOutput } from "./state.js";
import { badges, HELP, lensHelp, sentence } from "./words.js";

const FILTERED = "the picture"; // all that is predicted

export default explorer("FilterLab", TRAITS, async (card) => new FilterLab(card, await Shown.first(card)));

class FilterLab {
  /**
   * @param {import("../parts/card.js").Card} card
   * @param {Shown} shown
   */
  constructor(card, shown) {
    this.card = card;
    this.shown = shown;
    card.check = (state) => check(state, shown);
    this.answers = new Answers(card);
    this.frames = 0; // of the webcam
    this.streaming = "";
    this.drawn = "";
    this.inputDrawn = "";
    this.drawing = 0;
    this.now = lookAt(derive(card.state(), shown.picture), null);
    this.asked = null;
    this.resizeSecond = remembering();
    this.preview = pointer(card, (at) => isOutput(this.now, at));
    const isWeight = ([u, v]) => u < this.now.kh && v < this.now.kw;
    this.term = pointer(card, ({ lane, at }) => (lane ?? 0) < this.now.kernels.length && isWeight(at));
    this.chosen = pointer(card, ({ lane, at }) => lane < this.now.kernels.length && isWeight(at));
    this.own = ownPicture({
      signal: card.signal,
      warn: card.warn,
      onPicture: (name, live) => this.onOwn(name, live),
      onState: () => card.repaint(),
    });
    this.settings = makeSettings(this);
    card.settings.append(...this.settings.map(({ el }) => el));
    this.fillStage();
    this.exact = makeExact(this);
    this.predict = predictPanel({
      question: () => this.question(),
      onReveal: () => this.reveal(),
      onNext: () => this.askAnother(),
    });
    this.finish();
  }

  finish() {
    const { card } = this;
    const sums = h("div", { class: "cb-sums" }, ...this.lanes.map(({ sum }) => sum.el));
    card.toggle("Predict", "predict");
    card.code(() => code(this.now, this.shown.name, card.model.get("pictures"), this.isSecret()));
    card.finish(this.exact.el, sums, this.predict.el);
    card.whenReset(() => {
      this.answers.clear();
      this.own.leave();
    });
    this.own.accept(card.el);
  }
  // ---- the parts of the card -------------------------------------------------------------------------------------

  fillStage() {
    const { stage, signal } = this.card;
    this.input = pictureView({
      role: "input",
      signal,
      onPreview: (at) => this.preview.set(toOutput(this.now, at)),
      onPin: (at) => this.pin(toOutput(this.now, at)),
      here: () => toInput(this.now, this.now.at),
    });
    this.numbers = grid({
      role: "input",
      label: "window",
      signal,
      onPreview: (at) => this.term.set(at && { lane: null, at }),
    });
    this.lanes = [0, 1].map((index) => new Lane(this, index));
    const bar = legend();
    bar.paint(photo);
    const note = h("p", { class: "cb-note" });
    const input = h("div", { class: "cb-lane" }, this.input.el, bar.el, note, this.numbers.el);
    stage.classList.add("cb-lab");
    stage.append(input, ...this.lanes.map(({ el }) => el));
  }

  // ---- what the reader does --------------------------------------------------------------------------------------

  keep(at) {
    this.card.change({ pinned: at ? ["output", ...at] : [] }, { undoable: false });
  }

  pin(at) {
    const again = at && same(this.now.pinned, ["output", ...at]);
    if (!at || again) this.preview.set(null);
    this.keep(again ? null : at);
  }

  pointAtTerm(term, lane) {
    const { kw } = this.now;
    this.term.set(term === null ? null : { lane, at: [Math.floor(term / kw), term % kw] });
  }

  edit(trait, [u, v], weight, by) {
    const kernel = this.card.get(trait);
    this.card.change({ [trait]: mapped(kernel, (old, i, j) => (i === u && j === v ? weight : old)) }, { by });
  }

  /** Both kernels have one size: the second one goes along, and gets its numbers back with its size. */
  changeKernel(kernel, second = this.card.get("second")) {
    const size = shape(kernel);
    const fits = !second || same(shape(second), size);
    return this.card.change({ kernel, second: fits ? second : this.resizeSecond(second, ...size) });
  }

  onOwn(name, live) {
    this.streaming = live ? name : "";
    this.frames++;
    if (this.card.get("picture") !== name && !this.card.change({ picture: name })) this.own.leave();
    this.card.repaint();
  }

  // ---- predict ---------------------------------------------------------------------------------------------------

  isSecret = () => this.now.predict && !this.answers.has(FILTERED);

  question() {
    if (!this.now.predict) return null;
    const key = JSON.stringify(this.asksAbout());
    if (this.asked?.key !== key) this.asked = ask(this.now, key);
    return { ...this.asked, settled: !this.isSecret() };
  }

  asksAbout() {
    const { kernel, bias, relu, shades } = this.now;
    return [this.shown.name, kernel, bias, relu, shades];
  }

  reveal() {
    this.answers.add(FILTERED);
    this.card.repaint();
  }

  askAnother() {
    const next = nextKernel(this.now, Object.values(this.card.model.get("presets")));
    if (next) this.changeKernel(next);
  }

  // ---- painting --------------------------------------------------------------------------------------------------

  paint() {
    if (this.own.live && this.card.get("picture") !== this.streaming) this.own.leave();
    this.shown.follow();
    this.now = derive(this.card.state(), this.shown.picture);
    this.now = lookAt(this.now, this.preview.get());
    this.answers.begin(this.asksAbout(), this.now.predict);
    this.paintStage();
    this.drawSoon();
    if (!this.now.at) this.paintHelp();
    this.card.say(sentence(this.now, { secret: this.isSecret(), live: this.own.live }));
    for (const part of [...this.settings, this.exact, this.predict]) part.paint();
    this.predict.el.hidden = !this.now.predict;
    const { height, width } = this.now.picture;
    this.card.formula(sizeDifferences([height, width], shape(this.now.kernel)));
  }

  paintHelp() {
    const [first, second] = this.lanes;
    first.sum.message(HELP);
    second.sum.message("");
  }

  paintStage() {
    const { now, shown, card } = this;
    const { height, width } = now.picture;
    const span = Math.max(now.kh, now.kw);
    const box = now.at && { top: now.at[0], left: now.at[1], rows: now.kh, columns: now.kw, span };
    card.stage.style.setProperty("--columns", String(now.kw));
    card.stage.style.setProperty("--lanes", String(1 + now.kernels.length));
    this.input.rename("input", caption(shown.name, now.picture), lensHelp("input", height, width));
    this.input.look(box);
    this.numbers.paint(now.window, { max: 255, marks: this.windowMarks() });
    const secret = this.isSecret();
    for (const lane of this.lanes) lane.paint(now, { secret, box, marks: this.weightMarks(lane) });
  }

  windowMarks() {
    const { at, kernels } = this.now;
    const term = this.term.get();
    const lane = kernels.length === 1 ? 0 : (term?.lane ?? null);
    const corners = at && lane !== null ? badges(kernels[lane]) : null;
    if (!at) return () => ({ later: true, label: "no window yet" });
    return (u, v) => ({
      on: true,
      here: term !== null && same(term.at, [u, v]),
      badge: corners?.[u][v] ?? "",
    });
  }

  weightMarks(lane) {
    const term = this.term.get();
    const chosen = this.chosen.get();
    const isPointedAt = term !== null && (term.lane ?? lane.index) === lane.index;
    return (u, v) => ({
      on: this.now.at !== null,
      here: isPointedAt && same(term.at, [u, v]),
      pinned: lane.isChosen(chosen, [u, v]),
    });
  }

  /** At most one drawing a frame, however fast the pointer is; the first one at once. */
  drawSoon() {
    const { kernels, bias, relu, shades } = this.now;
    const wanted = JSON.stringify([
      this.shown.name,
      this.frames,
      kernels,
      bias,
      relu,
      shades,
      this.isSecret(),
    ]);
    if (wanted === this.drawn) return;
    if (!this.drawn) this.draw();
    else this.drawing ||= requestAnimationFrame(() => this.draw());
    this.drawn = wanted;
  }

  draw() {
    this.drawing = 0;
    if (this.card.signal.aborted) return;
    const { pixels, height, width } = this.now.picture;
    const wanted = `${this.shown.name} ${this.frames}`;
    if (this.inputDrawn !== wanted) this.input.draw(pixels, height, width, photo);
    this.inputDrawn = wanted;
    for (const lane of this.lanes.slice(0, this.now.kernels.length)) lane.draw(this.now, this.isSecret());
  }
}
