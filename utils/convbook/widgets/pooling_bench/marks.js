// How the cells of PoolingBench's grids take part in what is explained. No DOM here.
import { same } from "../arithmetic/links.js";
import { format } from "../arithmetic/numbers.js";
import { ALL } from "./reductions.js";
import {
  flat,
  has,
  hidesPixel,
  inside,
  isReduction,
  pixelValue,
  placeOf,
  readers,
  shares,
  windowOf,
  winnerOf,
} from "./state.js";
import { PADDING, statusOf } from "./words.js";

const short = (value) => format(Number(value.toFixed(Math.abs(value) < 10 ? 2 : 1))); // a small map has room for three digits

/** The cells that have to do with the explained one, { role: Set of "i,j" }; `term` is one of its sum, or null for all. */
export function trace(now, cell, term) {
  const found = {};
  if (!cell) return found;
  const { role, at, of } = cell;
  const add = (map, where) => {
    found[map] ??= new Set();
    found[map].add(String(where));
  };
  const addWindow = (name) =>
    windowOf(now, name, at).pixels.forEach((pixel, n) => {
      if (term === null || term === n) add("input", placeOf(now, pixel));
    });
  if (isReduction(role)) addWindow(role);
  if (role === "gradient")
    for (const name of ALL.filter((one) => has(now, one, at))) {
      if (name === "max") addWindow(name);
      if (!now.hides({ role, at }))
        for (const [pixel] of shares(now, name, at)) add(name, placeOf(now, pixel));
    }
  if (role === "input" && inside(now, at))
    for (const name of of ? [of] : ALL)
      for (const output of readers(now, name, at)) add(now.backward ? "gradient" : name, output);
  return found;
}

/** Frames of one cell of a grid of `role`; `lit` are the partners in that grid. */
export function marked(now, role, at, cell, lit) {
  const here = cell?.role === role && same(cell.at, at);
  return {
    here,
    on: !here && Boolean(lit?.has(String(at))),
    pinned: now.pin?.role === role && same(now.pin.at, at),
  };
}

/** marks(i, j) of the output `name`, or of the gradient of the picture through it. */
export function mapMarks(now, name, cell, lit) {
  const role = now.backward ? "input" : name;
  const own = cell?.of && cell.of !== name ? null : cell; // one of the four that is pointed at speaks for itself
  const values = now.backward ? now.dx[name] : now.outputs[name];
  const hidden = (at) => (now.backward ? hidesPixel(now, name, at) : now.hides({ role: name, at }));
  return (i, j) => {
    const marks = marked(now, role, [i, j], own, lit[name]);
    if (hidden([i, j])) return { ...marks, weight: 0, text: "?", label: "to be predicted" };
    return { ...marks, text: short(values[i][j]), label: format(values[i][j]) };
  };
}

/** marks(i, j) of the picture with its padding around it; what lies outside is no pixel. */
export function pictureMarks(now, cell, lit) {
  const winner = shownWinner(now, cell);
  return (i, j) => {
    const at = [i - now.padding, j - now.padding];
    if (!inside(now, at)) return { pad: true, text: "", label: PADDING, place: "outside" };
    const pixel = flat(now, at);
    const value = format(pixelValue(now, pixel));
    return {
      ...marked(now, "input", at, cell, lit.input),
      ...(pixel === winner && { here: true, on: false }),
      place: `row ${at[0]}, column ${at[1]}`,
      dropped: !now.read.has(pixel),
      kept: now.keptInSight.has(pixel),
      nil: value === "0",
      text: value,
      label: `${value}${statusOf(now, pixel)}`,
    };
  };
}

function shownWinner(now, cell) {
  if (!cell || now.hides(cell)) return -1;
  const ofMaximum = cell.role === "max" || (cell.role === "gradient" && has(now, "max", cell.at));
  return ofMaximum ? winnerOf(now, cell.at) : -1;
}
