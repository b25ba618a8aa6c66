// PoolingBench: one shape through four reductions, what each of them forgets, and which pixels each of them blames.
import { pinOf, same } from "../arithmetic/links.js";
import { shape } from "../arithmetic/tensor.js";
import { arrows, notANumber } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { grid, largest } from "../parts/grid.js";
import { lines } from "../parts/lines.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { sumStrip } from "../parts/sum.js";
import { code } from "./code.js";
import { mapMarks, marked, pictureMarks, trace } from "./marks.js";
import { askedCell, keyOf, nextQuestion, question } from "./questions.js";
import { ALL, each, NAMES, STEPS } from "./reductions.js";
import { settingsOf } from "./settings.js";
import { layout } from "./stage.js";
import {
  check,
  derive,
  draggedTo,
  filled,
  flat,
  inside,
  isReduction,
  open,
  rememberComputed,
  TRAITS,
} from "./state.js";
import { paintStrip, tallest } from "./strip.js";
import { dragInWords, extentOf, keyInWords, mapName, plotInWords, sentence } from "./words.js";

export default explorer("PoolingBench", { traits: TRAITS, check }, (card) => new PoolingBench(card));

class PoolingBench {
  /** @param {import("../parts/card.js").Card} card */
  constructor(card) {
    this.card = card;
    this.answers = new Answers(card);
    this.compute = rememberComputed();
    this.asked = null; // the cell that is asked about
    this.preview = pointer(card, (cell) => this.isThere(cell));
    this.term = pointer(card, () => isReduction(this.cell()?.role));
    this.now = this.derive();
    this.settings = settingsOf(card);
    card.settings.append(...this.settings.map(({ el }) => el));
    this.fillStage();
    this.sum = sumStrip({ signal: card.signal, onPreview: (index) => this.term.set(index) });
    this.predict = predictPanel({
      question: () => this.question(),
      onReveal: () => this.reveal(),
      onNext: () => this.askAnother(),
    });
    card.toggle("Predict", "predict");
    card.code(() => code(this.now));
    card.finish(this.sum.el, this.predict.el);
    card.whenReset(() => this.answers.clear());
  }

  derive() {
    const state = this.card.state();
    const known = this.compute(state);
    this.answers.begin(known.key);
    const now = derive(state, known, (cell) => this.answers.has(keyOf(cell)));
    this.asked = state.predict ? askedCell(now, this.asked) : null;
    return { ...now, question: this.asked, secret: state.predict && now.hides(this.asked) };
  }

  /** A place around the picture is padding, and may be pointed at as well. */
  isThere({ role, at }) {
    if (role !== "input") return pinOf([role, ...at], this.now.shapes) !== null;
    const { padding, shapes } = this.now;
    return at.every((index, axis) => index >= -padding && index < shapes.input[axis] + padding);
  }

  // ---- the parts of the card -------------------------------------------------------------------------------------

  fillStage() {
    this.input = this.makePicture();
    this.gradient = this.makeGradient();
    this.maps = each((name) => this.makeMap(name));
    this.moves = arrows("shift", {
      get: () => this.card.get("shift"),
      set: (shift) => this.card.change({ shift }),
    });
    this.plot = lines({ steps: STEPS });
    this.key = h("p", { class: "cb-note cb-pool-key" });
    this.card.stage.append(layout(this));
  }

  makePicture() {
    return grid({
      role: "input",
      label: "picture",
      signal: this.card.signal,
      onReject: (text) => this.card.warn(notANumber(text)),
      onEdit: (where, number, by) => this.setPixel(this.unframed(where), number, by),
      onPreview: (where) => this.preview.set(where && this.pixel(where)),
      onPin: (where) => this.pinPixel(where),
      onStroke: (...stroke) => (this.now.draw ? this.draw(...stroke) : this.drag(...stroke)),
    });
  }

  makeGradient() {
    const cell = (at) => at && { role: "gradient", at };
    return grid({
      role: "gradient",
      label: "gradient of the output",
      signal: this.card.signal,
      onReject: (text) => this.card.warn(notANumber(text)),
      onPreview: (at) => this.preview.set(cell(at)),
      onPin: (at) => this.pin(cell(at)),
      onEdit: (at, number, by) => this.setGradient(at, number, by),
    });
  }

  /** An output; backward, the gradient of the picture through it, whose cells are pixels. */
  makeMap(name) {
    const cell = (at) => at && (this.now.backward ? { role: "input", at, of: name } : { role: name, at });
    return grid({
      role: "output",
      label: NAMES[name],
      signal: this.card.signal,
      onPreview: (at) => this.preview.set(cell(at)),
      onPin: (at) => this.pin(cell(at)),
    });
  }

  // ---- what the reader does --------------------------------------------------------------------------------------

  // What is drawn is drawn on the moved picture, inside its frame of padding; that becomes the new picture.
  unframed = (where) => where.map((n) => n - this.now.padding);
  pixel = (where) => ({ role: "input", at: this.unframed(where) });

  pin(cell) {
    const again = cell && this.now.pin?.role === cell.role && same(this.now.pin.at, cell.at);
    this.card.change({ pinned: !cell || again ? [] : [cell.role, ...cell.at] }, { undoable: false });
  }

  /** A click on a pixel draws, or answers which one gets the gradient, or pins it. */
  pinPixel(where) {
    if (!where) return this.pin(null);
    if (this.now.draw) return this.draw(where, where, {});
    const pixel = this.pixel(where);
    if (!inside(this.now, pixel.at)) return;
    if (this.now.secret && this.now.backward) this.blame(flat(this.now, pixel.at));
    else this.pin(pixel);
  }

  /** Answers the question who gets the gradient; what is said of it may lie below the screen. */
  blame(pixel) {
    this.predict.settle(String(pixel));
    requestAnimationFrame(() => this.predict.feedback.scrollIntoView({ block: "nearest" }));
  }

  setPixel(at, number, by) {
    if (!inside(this.now, at)) return this.card.warn("Padding is no pixel: nothing can be drawn on it.");
    const input = this.now.moved.map((row, i) => row.map((value, j) => (same(at, [i, j]) ? number : value)));
    this.card.change({ input, shift: [0, 0] }, { by });
  }

  setGradient(at, number, by) {
    const gradient = filled(shape(this.now.gradient), (i, j) =>
      same(at, [i, j]) ? number : this.now.gradient[i][j],
    );
    this.card.change({ gradient }, { by });
  }

  /** The first cell of a stroke decides between the pen and 0. */
  draw(_, to, stroke) {
    const [i, j] = this.unframed(to);
    if (!inside(this.now, [i, j])) return true;
    const pen = this.card.get("pen");
    stroke.ink ??= this.now.moved[i][j] === pen ? 0 : pen;
    this.setPixel([i, j], stroke.ink, stroke);
    this.now = this.derive();
    return true;
  }

  drag(from, to, stroke) {
    if (!stroke.start && same(from, to)) return false;
    stroke.start ??= this.card.get("shift");
    this.card.change({ shift: draggedTo(stroke.start, from, to) }, { by: stroke });
    return true;
  }

  // ---- predict ---------------------------------------------------------------------------------------------------

  question() {
    const { now } = this;
    if (!now.question) return null;
    return { ...question(now), key: `${now.key} ${keyOf(now.question)}`, settled: !now.secret };
  }

  reveal() {
    this.answers.add(keyOf(this.now.question));
    this.card.repaint();
  }

  askAnother() {
    const next = nextQuestion(this.now, (cell) => this.answers.has(keyOf(cell)));
    if (!next) return this.card.tell("There is no other window to ask about.");
    this.asked = next;
    this.card.change({ pinned: [next.role, ...next.at] }, { undoable: false });
  }

  // ---- painting --------------------------------------------------------------------------------------------------

  /** The cell that is explained: what is pointed at, or asked about, or pinned. */
  cell() {
    return this.preview.get() ?? (this.now.secret ? this.now.question : this.now.pin);
  }

  paint() {
    this.now = this.derive();
    const { now } = this;
    const cell = this.cell();
    const lit = trace(now, cell, this.term.get());
    this.paintPicture(cell, lit);
    this.paintMaps(cell, lit);
    this.paintGradient(cell, lit);
    this.paintKey();
    this.paintPlot(cell);
    this.sum.reserve(now.key, () => tallest(now).map((one) => (strip) => paintStrip(strip, open(now), one)));
    paintStrip(this.sum, now, cell);
    this.card.say(sentence(now, cell));
    for (const part of [this.moves, ...this.settings, this.predict]) part.paint();
    this.predict.el.hidden = !now.predict;
  }

  paintPicture(cell, lit) {
    const { padding, moved, draw } = this.now;
    const [rows, columns] = shape(moved);
    const framed = filled(
      [rows + 2 * padding, columns + 2 * padding],
      (i, j) => moved[i - padding]?.[j - padding] ?? 0,
    );
    const byFinger = matchMedia("(pointer: coarse)").matches;
    this.input.draw(draw);
    this.input.el.classList.toggle("cb-dense", largest(moved) >= 1000);
    this.input.paint(framed, {
      extent: `${rows}×${columns}, ${dragInWords(this.now, byFinger)}`,
      max: largest(moved),
      marks: pictureMarks(this.now, cell, lit),
    });
  }

  /** Outputs are shaded alike, but for the convolution's, numbers of another kind; each gradient has its own scale. */
  paintMaps(cell, lit) {
    const { now } = this;
    const values = now.backward ? now.dx : now.outputs;
    const common = largest(ALL.filter((name) => name !== "convolution").map((name) => values[name].flat()));
    for (const name of ALL) {
      const { el, paint, rename } = this.maps[name];
      const strongest = largest(values[name]);
      rename(mapName(now, name));
      el.classList.toggle("cb-gradient", now.backward);
      el.classList.toggle("cb-output", !now.backward);
      el.classList.toggle("cb-dense", values[name][0].length > 8);
      paint(values[name], {
        extent: extentOf(now, values[name], strongest),
        max: now.backward || name === "convolution" ? strongest : common,
        marks: mapMarks(now, name, cell, lit),
      });
    }
  }

  paintGradient(cell, lit) {
    const { gradient, backward } = this.now;
    this.gradient.el.hidden = !backward;
    if (!backward) return;
    this.gradient.paint(gradient, {
      marks: (i, j) => marked(this.now, "gradient", [i, j], cell, lit.gradient),
    });
  }

  paintKey() {
    const all = keyInWords(this.now);
    this.key.hidden = !all.length;
    if (this.key.textContent === all.map(([, text]) => text).join("")) return;
    const swatch = (kind) => kind && h("i", { class: `cb-swatch cb-${kind}` });
    this.key.replaceChildren(...all.map(([kind, text]) => h("span", {}, swatch(kind), text)));
  }

  paintPlot(cell) {
    const { now } = this;
    this.plot.el.hidden = now.predict || now.backward;
    if (this.plot.el.hidden) return;
    const { upright, series } = now.changes;
    this.plot.paint({
      caption: plotInWords(now),
      unit: upright ? "down" : "right",
      series,
      chosen: now.shift[upright ? 0 : 1],
      strong: isReduction(cell?.role) ? cell.role : "",
    });
  }
}
