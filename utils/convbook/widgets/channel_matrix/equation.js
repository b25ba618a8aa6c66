// The matrices of ChannelMatrix with the pixel that they multiply: W · x + b = y, every number linked to its partners.
import { format } from "../arithmetic/numbers.js";
import { notANumber } from "../parts/controls.js";
import { h, setText } from "../parts/dom.js";
import { grid, largest } from "../parts/grid.js";
import { DUST, isLit, rolesOf, valuesOf } from "./state.js";
import { letterOf, placeOf } from "./words.js";

const STEP = 0.1; // of a weight, for each step of a drag
const EDITED = ["kernel", "bias", "second", "second_bias"];
const ROLE = { input: "input", hidden: "output", output: "output" };

export class Equation {
  /** @param {any} lab */
  constructor(lab) {
    this.lab = lab;
    const roles = ["kernel", "input", "bias", "hidden", "second", "second_bias", "output"];
    this.grids = Object.fromEntries(roles.map((role) => [role, this.makeGrid(role)]));
    this.one = grid({ role: "kernel", label: "B·A", signal: lab.card.signal });
    this.oneBias = grid({ role: "kernel", label: "B·a + b", signal: lab.card.signal });
    const { kernel, input, bias, hidden, second, second_bias: secondBias, output } = this.grids;
    const sign = (text) => h("span", { class: "cb-operator" }, text);
    this.plus = [sign("+"), sign("+"), sign("+")];
    this.first = h(
      "div",
      { class: "cb-sum-line" },
      kernel.el,
      sign("·"),
      input.el,
      this.plus[0],
      bias.el,
      sign("="),
      hidden.el,
    );
    this.last = h(
      "div",
      { class: "cb-sum-line" },
      second.el,
      sign("· h"),
      this.plus[1],
      secondBias.el,
      sign("="),
    );
    this.both = h(
      "div",
      { class: "cb-sum-line" },
      this.one.el,
      sign("· x"),
      this.plus[2],
      this.oneBias.el,
      sign("= y"),
    );
    this.el = h("div", { class: "cb-equation" }, this.first, this.last, this.both);
    this.result = output.el;
  }

  makeGrid(role) {
    const { lab } = this;
    const made = grid({
      role: ROLE[role] ?? "kernel",
      label: role,
      signal: lab.card.signal,
      step: role.endsWith("bias") ? 1 : STEP,
      onPreview: (at) => lab.point(at && { role, at }),
      onPin: (at) => lab.pin(at && { role, at }),
      onEdit: EDITED.includes(role) ? (at, number, by) => lab.edit(role, at, number, by) : undefined,
      onReject: (text) => lab.card.warn(notANumber(text)),
    });
    made.el.dataset.role = role;
    return made;
  }

  /** @param {any} now @param {any} cell what is explained @param {(cell: any) => boolean} isSecret */
  paint(now, cell, isSecret) {
    const values = valuesOf(now);
    for (const [role, one] of Object.entries(this.grids)) {
      one.el.hidden = values[role].length === 0;
      if (!one.el.hidden) this.paintGrid(one, role, values[role], now, cell, isSecret);
    }
    this.paintOne(now);
    this.last.hidden = !now.second;
    this.plus[0].hidden = !now.bias;
    this.plus[1].hidden = !now.second_bias;
    const line = now.second ? this.last : this.first;
    if (this.result.parentElement !== line) line.append(this.result);
  }

  paintGrid(one, role, values, now, cell, isSecret) {
    const pin = now.pin;
    const isAt = (other, i, j) => other?.role === role && other.at[0] === i && other.at[1] === j;
    const name = nameOfGrid(now, role);
    one.rename(name);
    one.paint(values, {
      max: isSecret({ role, at: [0, 0] }) ? Infinity : largest(values),
      extent: role === "kernel" || role === "second" ? `${values.length}×${values[0].length}` : "",
      marks: (i, j) => {
        const at = [i, j];
        const secret = isSecret({ role, at });
        const text = secret ? "?" : format(values[i][j]);
        return {
          on: cell !== null && !isAt(cell, i, j) && isLit(now, cell, { role, at }),
          here: isAt(cell, i, j),
          pinned: isAt(pin, i, j),
          place: placeOf(role, i, j),
          badge: badgeOf(now, cell, role, i),
          text,
          label: secret ? "hidden until you predict it" : text,
        };
      },
    });
  }

  /** The one matrix that both are, where nothing stands between them. */
  paintOne(now) {
    const { matrix, bias } = now.combined;
    this.both.hidden = !now.second || now.relu;
    this.plus[2].hidden = this.oneBias.el.hidden = !bias;
    if (this.both.hidden) return;
    this.one.paint(matrix.map((row) => row.map(clean)));
    if (bias)
      this.oneBias.paint(
        bias.map((value) => [clean(value)]),
        { extent: "" },
      );
    setText(this.both.querySelector(".cb-operator"), "· x");
  }
}

const clean = (value) => (Math.abs(value) < DUST ? 0 : value);

function nameOfGrid(now, role) {
  const letter = letterOf(now, role);
  if (role === "input") return now.wide ? "mean x" : "x";
  if (role === "hidden" || (role === "output" && !now.second)) return now.relu ? `${letter}, ReLU` : letter;
  return letter;
}

/** While an input is explained, its weights stand in the corners of what it feeds. */
function badgeOf(now, cell, role, i) {
  if (!cell) return "";
  const roles = rolesOf(now, cell);
  if (cell.role !== roles.input || role !== roles.output) return "";
  return `×${format(valuesOf(now)[roles.kernel][i][cell.at[0]])}`;
}
