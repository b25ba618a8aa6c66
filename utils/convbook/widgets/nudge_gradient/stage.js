// What is seen of NudgeGradient: input, kernel and bias, output and target, and below each its gradient.
import { format } from "../arithmetic/numbers.js";
import { notANumber } from "../parts/controls.js";
import { h, setText } from "../parts/dom.js";
import { grid, largest } from "../parts/grid.js";
import { legend } from "./words.js";

/** @type {Record<string, [string, string, string]>} the colour of each grid, its name, and what a narrow one is called */
const GRIDS = {
  input: ["input", "input x", "x"],
  kernel: ["kernel", "kernel w", "w"],
  bias: ["kernel", "b", "b"],
  output: ["output", "output y", "y"],
  target: ["output", "target t", "t"],
  dinput: ["gradient", "dX", "dX"],
  dkernel: ["gradient", "dW", "dW"],
  dbias: ["gradient", "db", "db"],
  doutput: ["gradient", "dY = y − t", "dY"],
};
const NARROW = 3; // columns above which a whole name has room
const EDITED = ["input", "kernel", "bias", "target"];

export class Stage {
  /** @param {any} view what is shown (`now`), and what the reader does with it */
  constructor(view) {
    this.view = view;
    const { stage } = view.card;
    this.grids = Object.fromEntries(Object.keys(GRIDS).map((role) => [role, this.makeGrid(role)]));
    const cell = (name, ...roles) =>
      h("div", { class: `cb-at-${name}` }, ...roles.map((role) => this.grids[role].el));
    const sign = (text) => h("span", { class: "cb-operator", "aria-hidden": "true" }, text);
    this.loss = h("p", { class: "cb-note cb-loss" });
    this.legend = h("p", { class: "cb-note cb-key" });
    stage.classList.add("cb-blame");
    stage.append(
      cell("input", "input"),
      sign("⋆"),
      cell("kernel", "kernel", "bias"),
      sign("="),
      cell("output", "output"),
      cell("target", "target"),
      h("div", { class: "cb-at-loss" }, this.loss),
      cell("doutput", "doutput"),
      cell("dinput", "dinput"),
      cell("dkernel", "dkernel", "dbias"),
      this.legend,
    );
  }

  makeGrid(role) {
    const { view } = this;
    const [colour, label] = GRIDS[role];
    const one = grid({
      role: colour,
      label,
      signal: view.card.signal,
      onPreview: (at) => view.preview.set(at && { role, at }),
      onPin: (at) => view.pin(role, at),
      onEdit: EDITED.includes(role) ? (at, number, by) => view.edit(role, at, number, by) : undefined,
      onReject: (text) => view.card.warn(notANumber(text)),
    });
    one.el.dataset.role = role;
    return one;
  }

  /** @param {(role: string) => (i: number, j: number) => import("../parts/cell.js").Mark} marks */
  paint(marks) {
    const { now, card } = this.view;
    const row = now.dimensions === 1;
    const { shapes } = now;
    const [x, w, y] = [shapes.input[1], shapes.kernel[1], shapes.output[1]];
    const beside = row ? w + 1 : w; // the bias stands beside a row, and below a picture's kernel
    card.stage.style.setProperty("--across", String(x + beside + 2 * y));
    const pair = row ? Math.max(x + beside, y) : Math.max(x, y) + Math.max(w, y);
    card.stage.style.setProperty("--pair", String(pair));
    card.stage.classList.toggle("cb-row", row);
    for (const [role, one] of Object.entries(this.grids)) {
      const [rows, columns] = shapes[role];
      const hidden = now.predict && ["dinput", "dkernel", "dbias"].includes(role);
      const alone = role === "bias" || role === "dbias";
      one.rename(columns < NARROW ? GRIDS[role][2] : GRIDS[role][1]);
      one.paint(now.values[role], {
        marks: marks(role),
        max: hidden ? Infinity : largest(now.values[role]),
        extent: alone ? "" : row ? String(columns) : `${rows}×${columns}`,
      });
    }
    setText(this.loss, `L = ${format(now.loss)}`);
    setText(this.legend, legend(now));
  }
}
