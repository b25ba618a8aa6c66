// What is seen of StampAndAdjoint: the small input above, the large output below, and what lies between in each reading.

import { rotate180 } from "../arithmetic/convolution.js";
import { brief } from "../arithmetic/numbers.js";
import { notANumber } from "../parts/controls.js";
import { h, setText } from "../parts/dom.js";
import { grid } from "../parts/grid.js";
import { rays } from "../parts/rays.js";
import { slidingWindow } from "../parts/window.js";
import {
  framedAt,
  inputMarks,
  insertedMarks,
  kernelMarks,
  outputMarks,
  outputValues,
  placeIn,
} from "./marks.js";
import { matrixView } from "./matrix.js";
import { isKept, placeOf, spread } from "./state.js";
import { IS_CROPPED, IS_ZERO, legend, sizeOf, stageName } from "./words.js";

const SIGNS = { stamp: "×", zeros: "⋆", matrix: "" };

export class Stage {
  /** @param {any} view what is shown (`now`), and what the reader does with it */
  constructor(view) {
    this.view = view;
    const { stage, signal } = view.card;
    this.input = this.makeGrid("input", { onEdit: (at, number, by) => view.edit("input", at, number, by) });
    this.kernel = this.makeGrid("kernel", {
      toPlace: (at) => this.turned(at),
      onEdit: (at, number, by) => view.edit("kernel", this.turned(at), number, by),
    });
    this.inserted = this.makeInserted();
    this.output = this.makeGrid("output", { toPlace: (at) => placeIn(view.now, at) });
    this.stamp = slidingWindow(this.output, {
      signal,
      onDrag: (at) => view.dragStamp(placeIn(view.now, at)),
    });
    this.window = slidingWindow(this.inserted, { signal, onDrag: (at) => view.dragWindow(at) });
    this.matrix = matrixView({
      signal,
      onPreview: (row) => view.preview.set(row === null ? null : this.rowCell(row)),
      onPin: (row) => view.pin("output", this.rowCell(row).at),
    });
    this.layOut(stage, signal);
  }

  layOut(stage, signal) {
    this.unknown = h("p", { class: "cb-unknown" }, "?");
    this.sign = h("span", { class: "cb-operator" });
    this.legend = h("p", { class: "cb-note cb-key" });
    const below = h("div", { class: "cb-below" }, this.unknown, this.stamp.el);
    this.above = h("div", { class: "cb-above" }, this.input.el, this.sign, this.kernel.el);
    stage.classList.add("cb-transposed");
    stage.append(this.above, this.window.el, below, this.matrix.el, this.legend);
    this.rays = rays(stage, signal);
  }

  rowCell = (row) => ({ role: "output", at: placeOf(this.view.now.shapes.output, row) });

  /** The weight that is drawn at a place: the inserted zeros are read by the rotated kernel. */
  turned = (at) => {
    const { reading, shapes } = this.view.now;
    return reading === "zeros" ? at.map((index, a) => shapes.kernel[a] - 1 - index) : at;
  };

  /**
   * @param {string} role
   * @param {{ toPlace?: (at: number[]) => number[], onEdit?: (at: number[], value: number, gesture: object) => void }} options
   */
  makeGrid(role, { toPlace = (at) => at, onEdit } = {}) {
    const { view } = this;
    const isCropped = (at) => role === "output" && !isKept(view.now, at);
    return grid({
      role,
      signal: view.card.signal,
      onPreview: (at) => view.preview.set(at && !isCropped(toPlace(at)) ? { role, at: toPlace(at) } : null),
      onPin: (at) => {
        if (!at) view.pin(role, null);
        else if (isCropped(toPlace(at))) view.card.tell(IS_CROPPED);
        else view.pin(role, toPlace(at));
      },
      onEdit,
      onReject: (text) => view.card.warn(notANumber(text)),
    });
  }

  /** The inserted zeros: a pixel among them is the pixel of the input. */
  makeInserted() {
    const { view } = this;
    const from = (at) => view.now.places[at[0]][at[1]];
    const inserted = grid({
      role: "input",
      label: "zeros inserted",
      signal: view.card.signal,
      onPreview: (at) => view.preview.set(at && from(at) && { role: "input", at: from(at) }),
      onPin: (at) => {
        if (at && !from(at)) view.card.tell(IS_ZERO);
        else view.pin("input", at && from(at));
      },
    });
    inserted.el.dataset.role = "inserted";
    return inserted;
  }

  // ---- painting ----------------------------------------------------------------------------------------------------

  /** @param {import("./marks.js").Shown} shown @param {boolean} secret the size is still to be predicted */
  paint(shown, secret) {
    const { now, card } = this.view;
    const { reading } = now;
    const names = stageName(now);
    const rotated = reading === "zeros";
    card.stage.dataset.reading = secret ? "" : reading;
    this.input.rename(names.input);
    this.input.paint(now.input, { marks: inputMarks(now, shown) });
    this.kernel.rename(secret ? "kernel" : names.kernel);
    this.kernel.paint(rotated ? rotate180(now.kernel) : now.kernel, {
      marks: kernelMarks(now, shown, this.turned),
    });
    this.above.style.setProperty("--across", String(now.shapes.input[1] + now.shapes.kernel[1]));
    setText(this.sign, SIGNS[reading]);
    this.unknown.hidden = !secret;
    this.stamp.el.hidden = secret;
    this.window.el.hidden = secret || !rotated;
    this.matrix.el.hidden = secret || reading !== "matrix";
    if (!secret) this.paintResult(shown, names.output);
    this.paintWindows(secret ? null : shown.cell);
    this.paintLegend(secret);
  }

  paintResult(shown, name) {
    const { now } = this.view;
    const values = outputValues(now);
    this.output.rename(name);
    this.output.paint(values, {
      marks: outputMarks(now, shown),
      extent: sizeOf(now.shapes.output),
      ...(now.predict && { max: Infinity }),
    });
    if (now.reading === "zeros") this.inserted.paint(now.inserted, { marks: insertedMarks(now, shown) });
    if (now.reading === "matrix") this.matrix.paint(now, shown);
  }

  /** The stamp of an input pixel lies on the output, the window of an output on the inserted zeros. */
  paintWindows(cell) {
    const { now } = this.view;
    const stamping = now.reading === "stamp" && cell?.role === "input";
    const reading = now.reading === "zeros" && cell?.role === "output";
    const [i, j] = cell?.at ?? [0, 0];
    const times = now.predict || !stamping ? 1 : now.input[i][j];
    const stamp = spread(now.kernel, now.dilation, times);
    this.stamp.paint(
      stamping ? [i * now.stride, j * now.stride] : null,
      stamp,
      now.predict ? undefined : (product) => (product < 0 ? brief(product) : `+${brief(product)}`),
    );
    this.window.paint(reading ? cell.at : null, spread(rotate180(now.kernel), now.dilation));
    if (stamping) return this.rays.paint(this.input.cell(cell.at), this.stamp.frame);
    this.rays.paint(
      reading ? this.window.frame : null,
      reading ? this.output.cell(framedAt(now, cell.at)) : null,
    );
  }

  paintLegend(secret) {
    const { now } = this.view;
    const parts = secret ? [] : legend(now);
    if (this.legend.dataset.words === String(parts)) return;
    this.legend.dataset.words = String(parts);
    const swatch = (kind) => kind && h("i", { class: `cb-swatch cb-${kind}` });
    this.legend.replaceChildren(...parts.map(([kind, text]) => h("span", {}, swatch(kind), ` ${text}`)));
  }
}
