// How the cells of StampAndAdjoint take part in what is shown. No DOM here.
import { same } from "../arithmetic/links.js";
import { brief, format, plural } from "../arithmetic/numbers.js";
import { isAdded, isKept, isLater, outputOf, stampedSoFar, valueAt, windowOf } from "./state.js";

/**
 * What is shown: `cell` is explained, by the multiplications `lit`; `current` is the one that the player is at, `partial`
 * what it has added of the output that it is at, and `isSecret` says which outputs are still to be predicted.
 * @typedef {{ cell: any, lit: any[], current: any, partial: number | null, isSecret: (at: number[]) => boolean }} Shown
 */

function frame(now, { cell, lit, current }, role, at) {
  const here = cell?.role === role && same(cell.at, at);
  return {
    here: here || (current !== null && role !== "output" && same(current[role], at)),
    on: !here && lit.some((link) => same(link[role], at)),
    pinned: now.pin?.role === role && same(now.pin.at, at),
  };
}

/** The pixels of the input; for an output each with the weight that it is multiplied by. */
export const inputMarks = (now, shown) => (i, j) => {
  const mark = frame(now, shown, "input", [i, j]);
  const link = shown.cell?.role === "output" && shown.lit.find(({ input }) => same(input, [i, j]));
  return { ...mark, badge: link ? `×${brief(valueAt(now, { role: "kernel", at: link.kernel }))}` : "" };
};

/** The weights; where the kernel is drawn rotated, each keeps its name. */
export const kernelMarks = (now, shown, rotated) => (i, j) => {
  const at = rotated([i, j]);
  return { ...frame(now, shown, "kernel", at), place: `row ${at[0]}, column ${at[1]}` };
};

// ---- the output, and in the reading of stamps what is cropped around it ----------------------------------------------

export const framedOutput = (now) => now.reading === "stamp";
export const placeIn = (now, at) => (framedOutput(now) ? at.map((index) => index - now.padding) : at);
export const framedAt = (now, at) => (framedOutput(now) ? at.map((index) => index + now.padding) : at);
export const outputValues = (now) => (framedOutput(now) ? stampedSoFar(now) : outputOf(now));

/** The values with room for what output_padding adds beyond the last stamp. */
export function outputMarks(now, shown) {
  const most = Math.max(...now.overlap.flat(), 1);
  return (i, j) => {
    const at = placeIn(now, [i, j]);
    if (!isKept(now, at)) return cropping(now, at, shown);
    const [y, x] = at;
    const meet = now.overlap[y][x];
    const mark = frame(now, shown, "output", at);
    const later = isLater(now, at) && !mark.here;
    return {
      ...mark,
      later,
      added: isAdded(now, at),
      place: `row ${y}, column ${x}`,
      badge: badgeOf(now, shown, at),
      ...(now.counts && { weight: meet / most }),
      ...inPlaceOfTheNumber(now, {
        later,
        meet,
        secret: shown.isSecret(at),
        partial: mark.here ? shown.partial : null,
      }),
    };
  };
}

function inPlaceOfTheNumber(now, { later, meet, secret, partial }) {
  if (now.counts) return { text: String(meet), label: plural(meet, "stamp"), later: false };
  if (secret) return { text: "?", label: "hidden until you predict it", weight: 0 };
  if (later) return { label: "not computed yet" };
  return partial === null ? {} : { text: format(partial) };
}

const cropping = (now, at, { isSecret }) => ({
  absent: true,
  weight: 0,
  place: `row ${format(at[0])}, column ${format(at[1])}`,
  ...(now.counts || isSecret(at)
    ? { text: "", label: "cropped by padding" }
    : { label: "cropped by padding" }),
});

/** The weight that an input pixel is multiplied by here; in the reading of stamps the stamp itself says more. */
function badgeOf(now, { cell, lit }, at) {
  if (cell?.role !== "input" || framedOutput(now)) return "";
  const link = lit.find(({ output }) => same(output, at));
  return link ? `×${brief(valueAt(now, { role: "kernel", at: link.kernel }))}` : "";
}

// ---- the inserted zeros ----------------------------------------------------------------------------------------------

export function insertedMarks(now, shown) {
  const { cell, lit, current } = shown;
  const read = cell?.role === "output" ? windowOf(now, cell.at) : [];
  const term = lit.length === 1 && current === null ? lit[0] : null;
  return (i, j) => {
    const from = now.places[i][j];
    const under = read.some(({ at }) => same(at, [i, j]));
    if (!from) return { pad: true, on: under && !term, label: "0, inserted: no data" };
    const mark = frame(now, shown, "input", from);
    return { ...mark, place: `row ${i}, column ${j}, x[${from}]` };
  };
}
