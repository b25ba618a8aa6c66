// The strip of one network: its layers as bars in lanes, skips as brackets above them, and over these how the resolution
// falls and the receptive field grows.
import { h, setText } from "../parts/dom.js";
import { barAt, layoutOf } from "./layout.js";
import { wayTo } from "./parts.js";
import { amountInWords, endsInWords, nameInWords, stripInWords, totalsInWords } from "./words.js";

const WIDE = 1000; // of the picture's own units
const CHART = 64; // px
const ARC = 7;
const LANE = 26;
const GAP = 4;
const LETTER = 7;

export class Strip {
  /** @param {{ onPoint: (part: any) => void, onPin: (part: any) => void, signal: AbortSignal }} options */
  constructor({ onPoint, onPin, signal }) {
    this.head = h("p", { class: "cb-strip-head" });
    this.totals = h("p", { class: "cb-strip-totals" });
    this.picture = h("div", { class: "cb-strip-picture" });
    this.labels = h("div", { class: "cb-strip-labels", "aria-hidden": "true" });
    this.legend = h("p", { class: "cb-note cb-strip-legend" });
    this.el = h("div", { class: "cb-strip" }, this.head, this.totals, this.picture, this.labels, this.legend);
    this.view = null;
    this.listen(onPoint, onPin, signal);
  }

  listen(onPoint, onPin, signal) {
    const on = (type, handler) => this.picture.addEventListener(type, handler, { signal });
    on("pointermove", (event) => event.pointerType === "mouse" && onPoint(this.partAt(event)));
    on("pointerleave", () => onPoint(null));
    on("click", (event) => onPin(this.partAt(event)));
    const resized = new ResizeObserver(() => this.view && this.label());
    resized.observe(this.picture);
    signal.addEventListener("abort", () => resized.disconnect());
  }

  partAt({ clientX }) {
    const { left, width } = this.picture.getBoundingClientRect();
    const [from, to] = this.view.window;
    return barAt(this.view.layout, from + ((clientX - left) / width) * (to - from))?.part ?? null;
  }

  /**
   * @param {import("./state.js").Shown} shown
   * @param {{ measure: string, scale: number, zoom: any, lit: any, budget: number, secret: boolean, hideSizes: boolean }} how
   *   `scale` is what the whole width stands for, `zoom` the part that fills it instead, `lit` the one that is chosen
   */
  paint(shown, how) {
    const measure = how.secret ? "the same" : how.measure;
    const layout = layoutOf(shown, measure);
    const scale = how.secret ? layout.length : how.scale;
    const window = how.zoom ? layout.spans[how.zoom.index] : [0, Math.max(scale, layout.length) || 1];
    this.view = {
      shown,
      layout,
      window: window[1] > window[0] ? window : [0, layout.length || 1],
      how,
      measure,
    };
    setText(this.head, nameInWords(shown));
    setText(this.totals, totalsInWords(shown, how));
    this.draw();
    this.label();
  }

  x = (at) => {
    const [from, to] = this.view.window;
    return Number((((at - from) / (to - from)) * WIDE).toFixed(3));
  };

  laneTop = (lane) => CHART + this.arcs() + lane * (LANE + GAP);
  arcs = () => this.view.layout.levels * ARC + 6;

  draw() {
    const { shown, layout, how, measure } = this.view;
    const height = this.laneTop(layout.lanes);
    const words = `${stripInWords(shown, how)}; ${layout.bars.length} layers, as wide as ${amountInWords(measure)}`;
    const parts = [
      this.bands(height),
      how.hideSizes ? "" : this.curves(),
      layout.wires.map(this.wire).join(""),
      layout.skips.map(this.skip).join(""),
      layout.bars.map(this.bar).join(""),
      this.lit(height),
      this.budget(height),
    ];
    this.picture.style.height = `${height}px`; // a page may have rules of its own for the height of an svg
    this.picture.innerHTML = `<svg role="img" viewBox="0 0 ${WIDE} ${height}" preserveAspectRatio="none" aria-label="${escaped(words)}">${parts.join("")}</svg>`;
    this.picture.dataset.measure = measure;
  }

  /** Every second part of the network stands on another ground. */
  bands(height) {
    const { shown, layout } = this.view;
    return shown.roots
      .filter((_, n) => n % 2)
      .map(({ index }) => box("cb-band", layout.spans[index].map(this.x), 0, height))
      .join("");
  }

  /** Neighbours differ in lightness, so that even narrow ones are told apart. */
  bar = ({ part, from, to, lane }, n) => {
    const kind = kindOf(part) + (n % 2 ? " cb-odd" : "");
    return box(`cb-bar cb-${kind}`, [from, to].map(this.x), this.laneTop(lane), LANE, part.index);
  };

  skip = ({ from, to, level }) => {
    const [left, right] = [from, to].map(this.x);
    const foot = this.laneTop(0) - 1;
    const top = foot - 4 - level * ARC;
    return `<path class="cb-skip" d="M${left} ${foot}V${top}H${right}V${foot}"/>`;
  };

  wire = ({ from, to, start, end, lane, fork }) => {
    const [left, first, last, right] = [from, start, end, to].map(this.x);
    const [top, middle] = [this.laneTop(fork) + LANE / 2, this.laneTop(lane) + LANE / 2];
    return `<path class="cb-wire" d="M${left} ${top}V${middle}H${first}M${last} ${middle}H${right}V${top}"/>`;
  };

  lit(height) {
    const { layout, how } = this.view;
    if (!how.lit) return "";
    const [from, to] = layout.spans[how.lit.index].map(this.x);
    return box("cb-lit", [from, Math.max(to, from + 2)], 1, height - 2);
  }

  budget(height) {
    const { budget, secret } = this.view.how;
    if (!budget || secret) return "";
    const at = this.x(budget);
    return `<line class="cb-budget" x1="${at}" x2="${at}" y1="0" y2="${height}"/>`;
  }

  /** Pixels on a scale of powers of two: an area for the resolution, a line for what one output sees. */
  curves() {
    const { shown, layout } = this.view;
    const steps = layout.bars.map(({ part, from, to }) => ({
      part: flowThrough(part),
      from: this.x(from),
      to: this.x(to),
    }));
    const most = Math.max(shown.size, ...steps.map(({ part }) => seen(part, 1)));
    const y = (pixels) =>
      Number(
        (CHART - 2 - (Math.log2(Math.max(1, pixels)) / Math.log2(Math.max(2, most))) * (CHART - 6)).toFixed(
          2,
        ),
      );
    const path = (of) => steps.map((step) => `H${step.from}V${y(of(step.part))}H${step.to}`).join("");
    const begin = steps[0]?.from ?? 0;
    const end = steps.at(-1)?.to ?? 0;
    const sides = path(({ shape }) => Math.sqrt(shape[1] * shape[2]));
    const fields = path((part) => seen(part, most));
    return `<path class="cb-sides" d="M${begin} ${CHART}V${y(shown.size)}${sides}H${end}V${CHART}Z"/><path class="cb-fields" d="M${begin} ${y(1)}${fields}"/>`;
  }

  /** Names the parts that have room for it: of the network, or of the part that fills the strip. */
  label() {
    const { shown, layout, how, window } = this.view;
    const all = how.zoom?.children.length ? how.zoom.children : shown.roots;
    const wide = this.picture.clientWidth;
    const named = all.map((part) => {
      const [from, to] = layout.spans[part.index].map((at) => (at - window[0]) / (window[1] - window[0]));
      const fits = (to - from) * wide > part.title.length * LETTER;
      return fits
        ? h("span", { style: `left: ${100 * from}%; width: ${100 * (to - from)}%` }, part.title)
        : null;
    });
    this.labels.replaceChildren(...named.filter(Boolean));
    this.legend.hidden = how.hideSizes;
    this.legend.replaceChildren(
      h("span", { class: "cb-strip-key cb-strip-key-sides" }, endsInWords(shown).sides),
      h("span", { class: "cb-strip-key cb-strip-key-fields" }, endsInWords(shown).fields),
    );
  }
}

/** What a layer of a gate belongs to: the map that it multiplies flows on beside it. */
const flowThrough = (part) => wayTo(part).find(({ join }) => join === "multiply") ?? part;

/** How many pixels one output sees; where it sees everything, `most`. */
const seen = ({ fields: [field] }, most) => (field.size === Infinity ? most : field.size);

const kindOf = ({ steps }) => (steps.some(({ cost }) => cost.macs) ? "weighty" : "light");

const box = (name, /** @type {number[]} */ [from, to], top, height, index = -1) =>
  `<rect class="${name}" x="${from}" width="${Math.max(0, to - from)}" y="${top}" height="${height}"${index < 0 ? "" : ` data-part="${index}"`}/>`;

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
