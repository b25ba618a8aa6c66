// StrideRuler: one axis of a convolution, every window a bar under a ruler of cells, and a second layer below.
import { examples, slider, toggle } from "../parts/controls.js";
import { h, setText } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { pointer } from "../parts/pointer.js";
import { predictPanel } from "../parts/predict.js";
import { code } from "./code.js";
import { Ruler } from "./ruler.js";
import {
  check,
  cone,
  derive,
  isThere,
  isUnit,
  LAYER,
  LONGEST,
  layersOf,
  Progress,
  RANGES,
  roleOf,
  SECOND,
  TRAITS,
} from "./state.js";
import { formulas, keyInWords, question, sentence } from "./words.js";

const SIGN = { kernel: "k", stride: "s", padding: "p", dilation: "d" };
const CROWDED = 20; // places: more of them leave no room for each number on a phone

export default explorer("StrideRuler", { traits: TRAITS, check }, (card) => new StrideRuler(card));

class StrideRuler {
  /** @param {import("../parts/card.js").Card} card */
  constructor(card) {
    this.card = card;
    this.progress = new Progress(card);
    this.now = this.derive();
    this.preview = pointer(card, (cell) => isThere(this.now, cell));
    this.fillSettings();
    this.fillStage();
    this.predict = predictPanel({
      question: () => this.question(),
      onReveal: () => this.reveal(),
      onNext: () => this.askAnother(),
    });
    card.toggle("Predict", "predict");
    card.code(() => code(this.now));
    card.finish(this.predict.el);
    card.whenReset(() => this.progress.startOver());
  }

  derive() {
    const state = this.card.state();
    const axes = layersOf(state);
    this.progress.follow(axes.map((axis) => JSON.stringify([axis, state.predict])));
    return derive(state, axes, state.predict ? this.progress.solved : axes.length);
  }

  // ---- the parts of the card -------------------------------------------------------------------------------------

  fillSettings() {
    const { card } = this;
    const size = this.makeSlider("input i", "size", { least: 1, most: LONGEST, name: "input size" });
    const first = this.makeSliders(LAYER, "");
    const second = this.makeSliders(SECOND, " of layer 2");
    const stacked = toggle(card, "a second layer below", "stacked");
    const row = (sliders) => h("div", { class: "cb-layer" }, ...sliders.map(({ el }) => el));
    this.example = examples(card);
    this.secondRow = row(second);
    this.settings = [this.example, size, ...first, stacked, ...second];
    card.settings.append(this.example.el, size.el, row(first), stacked.el, this.secondRow);
  }

  makeSlider(label, trait, { least, most, name }) {
    const { get, change } = this.card;
    const set = (value, by) => change({ [trait]: value }, { by });
    return slider(label, { least, most, name, get: () => get(trait), set });
  }

  makeSliders(traits, layer) {
    return LAYER.map((name, n) => {
      const [least, most] = RANGES[name];
      return this.makeSlider(`${name} ${SIGN[name]}`, traits[n], { least, most, name: `${name}${layer}` });
    });
  }

  fillStage() {
    this.rulers = [0, 1, 2].map(
      (depth) =>
        new Ruler({
          depth,
          signal: this.card.signal,
          padding: () => this.now.pads[depth],
          onPreview: (cell) => this.preview.set(cell),
          onPin: (cell) => this.pin(cell),
        }),
    );
    this.unknown = h("p", { class: "cb-unknown" }, "?");
    this.track = h("div", { class: "cb-track" }, ...this.rulers.flatMap(({ parts }) => parts), this.unknown);
    this.key = h("p", { class: "cb-note cb-key" });
    this.card.stage.append(this.track, this.key);
  }

  // ---- what the reader does --------------------------------------------------------------------------------------

  pin(cell) {
    const { pin } = this.now;
    const again = pin && pin.depth === cell?.depth && pin.at === cell.at;
    const there = cell && isUnit(this.now, cell) && !again;
    this.card.change({ pinned: there ? [roleOf(this.now, cell.depth), cell.at] : [] }, { undoable: false });
  }

  // ---- predict ---------------------------------------------------------------------------------------------------

  question() {
    const { asking, keys, settled } = this.progress;
    return this.now.predict ? { ...question(this.now, asking), key: keys[asking] + asking, settled } : null;
  }

  reveal() {
    this.progress.solve();
    this.card.repaint();
  }

  /** The next layer, or the next example. */
  askAnother() {
    if (this.progress.goOn()) this.card.repaint();
    else this.example.next();
  }

  // ---- painting --------------------------------------------------------------------------------------------------

  paint() {
    this.now = this.derive();
    const { now } = this;
    const cell = this.preview.get() ?? now.pin;
    const lit = cell ? cone(now, cell) : now.sizes.map(() => new Set());
    const places = now.right - now.left + 1;
    this.track.style.setProperty("--places", String(places));
    this.track.classList.toggle("cb-crowded", places > CROWDED);
    for (const ruler of this.rulers) ruler.paint(now, cell, lit);
    this.unknown.hidden = now.known === now.axes.length;
    this.secondRow.hidden = !now.stacked;
    for (const part of [...this.settings, this.predict]) part.paint();
    this.predict.el.hidden = !now.predict;
    setText(this.key, keyInWords(now));
    this.card.formula(formulas(now));
    this.card.explain(sentence(now, cell, lit));
  }
}
