// How the cells of CoverageMap take part in what is shown. No DOM here.
import { linksOf, same } from "../arithmetic/links.js";
import { brief, format, plural } from "../arithmetic/numbers.js";
import { isDropped, isInside, isPlace, isRead, placeOf, sourceOf, valueAt } from "./state.js";
import { placeName } from "./words.js";

/**
 * What is shown: `cell` is explained, `lit` the multiplications that take part in it, `secret` that the output is asked.
 * @typedef {{ cell: any, lit: any[], secret: boolean }} Shown
 */

/** Marks of the kernel, and the frames of an output. */
export const frames =
  (now, { cell, lit }, role) =>
  (i, j) => {
    const at = [i, j];
    const here = cell?.role === role && same(cell.at, at);
    const mine = lit.filter((link) => same(link[role], at));
    return {
      here,
      on: mine.length > 0 && !here,
      pinned: now.pin?.role === role && same(now.pin.at, at),
      weight: undefined,
      badge: mine.length && isPlace(cell) && role === "output" ? times(now, mine) : "",
    };
  };

const times = (now, mine) => `×${brief(mine.reduce((sum, { kernel: [u, v] }) => sum + now.kernel[u][v], 0))}`;

// ---- the padded input ----------------------------------------------------------------------------------------------------

/** The numbers of the frame: the picture, and what the padding holds. */
export const framedValues = (now) =>
  Array.from({ length: now.frame[0] }, (_, i) =>
    Array.from({ length: now.frame[1] }, (_, j) => valueAt(now, placeOf(now, [i, j]))),
  );

export function inputMarks(now, { cell, lit, secret }) {
  const most = Math.max(...now.drawn.counts.flat(), 1);
  const start = starts(now, secret ? [] : now.all);
  const reached = new Set(lit.map(({ input }) => String(input)));
  const copied = cell?.role === "input" ? sourceOf(now, cell.at) : null;
  return (i, j) => {
    const at = placeOf(now, [i, j]);
    const here = isPlace(cell) && same(cell.at, at);
    return {
      here,
      on: (reached.has(String(at)) && !here) || (isInside(now, at) && same(copied ?? [], at)),
      pinned: isPlace(now.pin) && same(now.pin.at, at),
      ticks: start(i, j),
      place: placeName(at),
      ...contents(now, at, { most, secret, reached }),
    };
  };
}

function contents(now, at, { most, secret, reached }) {
  const lost = !secret && isDropped(now, at);
  if (isInside(now, at)) return { ...pixel(now, at, { most, secret, lost }), dropped: lost };
  if (isRead(now, at)) return { ...padding(now, at, lost), dropped: lost };
  return {
    absent: true,
    text: reached.has(String(at)) ? "0" : "",
    label: "padding of the other framework",
  };
}

function pixel(now, [i, j], { most, secret, lost }) {
  const count = now.drawn.counts[i][j];
  const read = secret ? "" : `, read ${plural(count, "time")}${lost ? ", dropped" : ""}`;
  return {
    ...(now.counts && { text: secret ? "?" : String(count) }),
    weight: secret ? 0 : count / most,
    label: `${format(now.input[i][j])}${read}`,
  };
}

function padding(now, at, lost) {
  const source = sourceOf(now, at);
  const holds = source ? `copy of x[${source}] = ${format(valueAt(now, at))}` : "zero";
  return {
    pad: true,
    copy: Boolean(source),
    ...(now.counts && { text: "" }),
    label: `padding, ${holds}${lost ? ", dropped" : ""}`,
  };
}

/** Where windows start: the ruler on the top and the left edge, and for a second reading on the bottom and the right. */
function starts(now, all) {
  const rulers = all.map(({ size, axes }) => size.map((length, a) => ruler(now.origin[a], axes[a], length)));
  const [last, end] = now.frame.map((length) => length - 1);
  const on = (edge, n, a, index) => edge && rulers[n]?.[a].get(index);
  return (i, j) => ({
    top: on(i === 0, 0, 1, j),
    left: on(j === 0, 0, 0, i),
    bottom: on(i === last, 1, 1, j),
    right: on(j === end, 1, 0, i),
  });
}

const ruler = (origin, { before, stride }, length) =>
  new Map(Array.from({ length }, (_, n) => [origin - before + n * stride, String(n)]));

// ---- the outputs -----------------------------------------------------------------------------------------------------------

/** Marks of one reading's output. Of two readings each is compared with the other, and only the cell's own is framed. */
export function outputMarks(now, one, shown, own) {
  const other = now.all.find((each) => each !== one);
  const cell = shown.cell?.role === "output" && !own ? null : shown.cell;
  const frame = frames(now, { cell, lit: own ? shown.lit : linksOf(one.all, cell) }, "output");
  return (y, x) => {
    const marks = frame(y, x);
    const value = one.output[y][x];
    const theirs = other?.output[y]?.[x];
    const differs = Boolean(other) && theirs !== value;
    return {
      ...marks,
      pinned: marks.pinned && one === now.drawn,
      badge: marks.badge || (differs ? "≠" : ""),
      ...(differs && {
        label: `${format(value)}, ${other.name}: ${theirs === undefined ? "none" : format(theirs)}`,
      }),
    };
  };
}
