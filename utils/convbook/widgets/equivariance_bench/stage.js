// What is seen of EquivarianceBench: the square of six maps, the kernel, the arrows that shift, the bars and the notes.
import { same } from "../arithmetic/links.js";
import { format } from "../arithmetic/numbers.js";
import { bars } from "../parts/bars.js";
import { arrows, inDirections, notANumber } from "../parts/controls.js";
import { h, setText } from "../parts/dom.js";
import { grid, largest } from "../parts/grid.js";
import { entered, FIRST, isResult, MAPS } from "./state.js";
import { because, labelOf, maxima, NAMES, rule, verdict } from "./words.js";

/**
 * The steps of the square: the area of each, its sign and its word. The signs turn where the square does.
 * @type {[string, string, string][]}
 */
const STEPS = [
  ["a", "→", "shift"],
  ["b", "→", "convolve"],
  ["v", "→", "convolve"],
  ["w", "→", ""],
  ["c", "→", "shift"],
  ["d", "−", "subtract"],
];
const PICTURES = ["input", "shifted"];

export class Stage {
  /** @param {any} view what is shown (`now`), and what the reader does with it */
  constructor(view) {
    this.view = view;
    const { card } = view;
    this.maps = Object.fromEntries(MAPS.map((name) => [name, this.makeMap(name)]));
    this.kernel = this.makeGrid("kernel", "kernel", { onEdit: view.edit("kernel") });
    this.shift = arrows("shift", { get: () => card.get("shift"), set: (shift) => card.change({ shift }) });
    this.plot = bars({ label: "", unit: "pixel" });
    this.verdict = h("p", { class: "cb-note cb-verdict", role: "status" });
    this.reason = h("p", { class: "cb-note" });
    this.rule = h("p", { class: "cb-note" });
    this.maxima = h("p", { class: "cb-note" });
    card.stage.append(this.layout());
  }

  layout() {
    const step = (/** @type {[string, string, string]} */ [area, sign, word]) =>
      h("span", { class: `cb-operator cb-way cb-way-${area}` }, h("i", {}, sign), h("small", {}, word));
    const maps = Object.values(this.maps).map(({ el }) => el);
    this.square = h("div", { class: "cb-square" }, ...STEPS.map(step), ...maps, this.verdict);
    return h(
      "div",
      { class: "cb-bench" },
      h("div", { class: "cb-bench-tools" }, this.kernel.el, this.shift.el),
      this.square,
      this.plot.el,
      h("div", { class: "cb-bench-notes" }, this.reason, this.rule, this.maxima),
    );
  }

  makeGrid(role, name, more) {
    const { view } = this;
    return grid({
      role,
      label: NAMES[name] ?? name,
      signal: view.card.signal,
      onPreview: (at) => view.preview.set(at && { role: name, at }),
      onPin: (at) => view.pin(name, at),
      onReject: (text) => view.card.warn(notANumber(text)),
      ...more,
    });
  }

  makeMap(name) {
    const { view } = this;
    const byHand = {
      input: {
        onPin: (at) => view.tapInput(at),
        onEdit: view.edit("input"),
        onStroke: (_, to, stroke) => view.draw(to, stroke),
      },
      shifted: { onStroke: (from, to, stroke) => view.drag(from, to, stroke) },
    };
    const map = this.makeGrid(PICTURES.includes(name) ? "input" : "output", name, byHand[name]);
    map.el.dataset.role = name;
    map.el.style.gridArea = name;
    map.el.classList.add("cb-map");
    return map;
  }

  /** Whether a finger draws on the input, which then has a row of its own on a phone. */
  byFinger(on) {
    this.maps.input.draw(on);
    this.square.classList.toggle("cb-drawn", on);
  }

  /** Scrolls a cell out from under the sums, if it lies there. */
  reveal(role, at) {
    const map = role === "kernel" ? this.kernel : this.maps[role];
    map.cell(at)?.scrollIntoView({ block: "nearest" });
  }

  // ---- painting ----------------------------------------------------------------------------------------------------

  /** @param {{ cell: any, lit: Set<string>, term: number | null, secret: boolean }} shown */
  paint(shown) {
    const { now } = this.view;
    for (const name of MAPS) this.paintMap(name, shown);
    this.paintKernel(shown);
    this.paintPlot(shown);
    this.shift.paint();
    setText(this.verdict, verdict(now, shown));
    setText(this.reason, shown.secret ? "" : because(now));
    setText(this.rule, rule(now));
    this.maxima.hidden = !now.global_max;
    setText(this.maxima, maxima(now, shown));
  }

  paintMap(name, { cell, lit, secret }) {
    const { now } = this.view;
    const map = this.maps[name];
    const hidden = secret && isResult(name);
    const isPicture = PICTURES.includes(name);
    map.el.classList.toggle("cb-dense", crowded(now[name]));
    map.el.classList.toggle("cb-secret", hidden);
    map.paint(now[name], {
      max: isPicture ? largest(now.input) : Math.max(largest(now.convolved), largest(now[FIRST])),
      marks: (i, j) => {
        const at = [i, j];
        return {
          ...this.frame(name, at, cell, lit.has(`${name},${i},${j}`)),
          later: hidden,
          pad: !hidden && entered(now, name, at),
          differs: !hidden && name === "difference" && now.result.differs(now[name][i][j]),
          text: hidden ? "" : undefined,
          label: labelOf(now, name, at, hidden),
        };
      },
    });
  }

  frame(role, at, cell, isLit) {
    const { pin } = this.view.now;
    const here = cell?.role === role && same(cell.at, at);
    return { here, on: isLit && !here, pinned: pin?.role === role && same(pin.at, at) };
  }

  paintKernel({ cell, term }) {
    const { kernel } = this.view.now;
    this.kernel.paint(kernel, {
      marks: (i, j) => this.frame("kernel", [i, j], cell, Boolean(cell) && term === i * kernel[0].length + j),
    });
  }

  paintPlot({ secret }) {
    const { shift, along, byDistance } = this.view.now;
    const far = Math.max(...shift.map(Math.abs));
    const isOnItsWay = shift.every((n, axis) => n === along[axis] * far);
    this.plot.rename(`largest difference, shifted ${inDirections(along).replaceAll("1 ", "")}`);
    this.plot.paint(secret ? byDistance.map(() => NaN) : byDistance, isOnItsWay ? far : null);
  }
}

/** Whether a map has no room for its numbers. */
function crowded(values) {
  const columns = values[0].length;
  const letters = Math.max(...values.flat().map((value) => format(value).length));
  return columns > 6 || columns * letters > 24;
}
