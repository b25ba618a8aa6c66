// What the strip of PoolingBench shows of the explained cell: a maximum, a sum, or where a pixel and a gradient go.
import { cellsOf } from "../arithmetic/links.js";
import { format } from "../arithmetic/numbers.js";
import { shape } from "../arithmetic/tensor.js";
import { h } from "../parts/dom.js";
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
  termsOf,
  valuesIn,
} from "./state.js";
import { HELP, PADDING_ALONE, predictFirst, readInWords, wonInWords } from "./words.js";

const MANY = 9; // chips of one row; the grids light all of them
const FEW = 3;
const NARROW = "(max-width: 40rem)";

export function paintStrip(sum, now, cell) {
  if (!cell) return sum.message(HELP);
  const { role, at } = cell;
  if (role === "input" && !inside(now, at)) return sum.message(PADDING_ALONE);
  if (role === "input") return sum.message(...pixel(sum, now, cell));
  if (now.hides(cell)) return sum.message(predictFirst(now));
  if (role === "max") return sum.message(...maximum(now, at));
  if (isReduction(role)) return sum.paint({ name: `${role}[${at}]`, terms: termsOf(now, role, at) });
  sum.message(...gradient(sum, now, at));
}

/** The cells whose strips take the most room: a pixel of each kind, by how many windows read it, and a middle output. */
export function tallest(now) {
  const kinds = new Map(cellsOf("input", shape(now.moved)).map((cell) => [readInWords(now, cell.at), cell]));
  const middle = (role, size) => ({ role, at: size.map((side) => Math.floor(side / 2)) });
  const made = now.backward
    ? [middle("gradient", now.common)]
    : ALL.map((name) => middle(name, now.sizes[name]));
  return [null, ...kinds.values(), ...made];
}

const row = (name, ...content) => h("div", { class: "cb-part" }, h("b", {}, name), ...content);
const none = (text) => h("span", { class: "cb-step" }, text);
const result = (text) => h("span", { class: "cb-result" }, text);

function asManyAsFit(chips) {
  const most = matchMedia(NARROW).matches ? FEW : MANY;
  if (chips.length <= most) return chips;
  return [...chips.slice(0, most - 1), none(`and ${chips.length - most + 1} more`)];
}

function maximum(now, at) {
  const [i, j] = at;
  const values = valuesIn(now, "max", at).map(format).join(", ");
  return [
    result(`max[${at}]`),
    "= the largest of",
    values,
    "=",
    result(format(now.outputs.max[i][j])),
    wonInWords(now, at),
  ];
}

/** A pixel: the outputs that read it, or what it gets of their gradients. */
function pixel(sum, now, { at, of }) {
  const name = h("b", { class: "cb-input cb-name" }, `x[${at}]`);
  const value = format(pixelValue(now, flat(now, at)));
  const names = of ? [of] : ALL;
  if (names.some((one) => hidesPixel(now, one, at)))
    return [name, "=", value, "is read by so many windows:", readInWords(now, at)];
  const rows = names.map((one) => pixelRow(sum, now, one, at));
  return [name, "=", value, now.backward ? "gets" : "goes to", ...rows];
}

function pixelRow(sum, now, name, at) {
  const [i, j] = at;
  const owed = readers(now, name, at).map((output) => [output, now.share(name, output)[i][j]]);
  if (!owed.length) return row(name, none("no window reads it"));
  const counting = owed.filter(([, weight]) => weight);
  const all = [...counting, ...owed.filter(([, weight]) => !weight)];
  const chips = asManyAsFit(all.map(([output, weight]) => readerChip(sum, now, output, weight)));
  if (!now.backward) return row(name, ...chips);
  return row(name, h("span", { class: "cb-gradient cb-name" }, format(now.dx[name][i][j])), "=", ...chips);
}

function readerChip(sum, now, [y, x], weight) {
  const share = `× ${format(weight)}`;
  return now.backward
    ? sum.chip(`dy[${y},${x}] = ${format(now.gradient[y][x])}`, "gradient", share, "kernel")
    : sum.chip(`→ y[${y},${x}]`, "output", share, "kernel");
}

/** A gradient of the outputs: to which pixels each reduction sends it. */
function gradient(sum, now, at) {
  const [i, j] = at;
  const amount = now.gradient[i][j];
  const chip = ([to, weight]) =>
    sum.chip(`→ x[${placeOf(now, to)}]`, "input", format(amount * weight), "gradient");
  const rows = ALL.map((name) => {
    if (!has(now, name, at)) return row(name, none("has no such output"));
    const sent = shares(now, name, at);
    return sent.length ? row(name, ...asManyAsFit(sent.map(chip))) : row(name, none("to no pixel"));
  });
  return [h("b", { class: "cb-gradient cb-name" }, `dy[${at}]`), "=", format(amount), "goes to", ...rows];
}
