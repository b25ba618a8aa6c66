// Stacks of layers on a square picture, and what one unit of the last map sees of it. No DOM here.
// A row is { kind, kernel, stride, padding, dilation }, or { kind: "skip" } and, behind the layers that it passes by, { kind: "add" }.
import { checkFits, outputs } from "./axes.js";
import { receptiveField } from "./fields.js";

export const isLayer = ({ kind }) => kind !== "skip" && kind !== "add";
const ONE_PIXEL = receptiveField([]);
const SHARE = 0.95; // of the weight

// What each row makes of the input: { size, field, depth, shortcut }, `depth` being how many skips pass it by, `shortcut` the
// strided layer on the skip that is added here, if any; and the same as the layers of fields.js. Throws, with kind words, if
// something does not fit.
export function walk(rows, size) {
  const started = [];
  const stacks = [[]];
  let field = ONE_PIXEL;
  const table = rows.map((row, n) => {
    if (row.kind === "skip") {
      started.push({ size, field });
      stacks.push([]);
      return { size, field, depth: started.length };
    }
    const depth = started.length;
    const layer = isLayer(row) ? fitting(row, size, n) : joined(stacks, started, { size, field });
    if (layer.stacks) ({ size, field } = started.pop());
    size = sideAfter(layer, size);
    field = receptiveField([layer], field);
    stacks.at(-1).push(layer);
    return { size, field, depth, shortcut: layer.stacks?.[1][0] };
  });
  if (started.length)
    throw new RangeError("A skip must end where it is added, behind its start, so nothing changed.");
  return { table, stack: stacks[0] };
}

const layerOf = ({ kernel, stride, padding, dilation }) => ({ kernel, stride, before: padding, dilation });

// The layers without what passes them by.
export const layersOf = (rows) => rows.filter(isLayer).map(layerOf);

// The row at which the skip that starts or is added in row `n` has its other end.
export function otherEnd(rows, n) {
  const step = rows[n].kind === "skip" ? 1 : -1;
  const opens = (at) => ({ skip: step, add: -step })[rows[at]?.kind] ?? 0;
  let at = n;
  let depth = 1;
  while (rows[at + step] && depth) {
    at += step;
    depth += opens(at);
  }
  return at;
}

function fitting(row, size, n) {
  const { kind, kernel, padding } = row;
  const layer = layerOf(row);
  const most = Math.floor(kernel / 2);
  if (kind !== "conv" && padding > most)
    throw new RangeError(
      `A pooling of ${kernel} can have at most ${most} of padding, half of its kernel, so nothing changed.`,
    );
  checkFits([{ size, ...layer, after: padding }], `row ${n + 1}`);
  return layer;
}

// The block that an "add" closes: the layers since its skip, and what passes them by, with their stride.
function joined(stacks, started, end) {
  if (!started.length) throw new RangeError("A skip must start before it is added, so nothing changed.");
  const start = started.at(-1);
  const stride = end.field.jump / start.field.jump;
  const shortcut = stride > 1 ? [{ kernel: 1, stride }] : [];
  const block = { stacks: [stacks.pop(), shortcut] };
  const [through, past] = [end.size, shortcut.reduce((size, layer) => sideAfter(layer, size), start.size)];
  if (through !== past)
    throw new RangeError(
      `The layers beside the skip make ${through}×${through} of what the skip hands on as ${past}×${past}, and only equal sizes add up, so nothing changed. Padding of half the kernel keeps the size.`,
    );
  return block;
}

const sideAfter = (layer, size) =>
  layer.stacks
    ? layer.stacks[0].reduce((side, each) => sideAfter(each, side), size)
    : outputs({ size, ...layer });

// ---- the gradient --------------------------------------------------------------------------------------------------

// |∂y/∂x| of one unit y = [row, column] for every pixel x, row by row, if every layer averages its window: see receptive_field/stack.py.
export function gradientAt(stack, size, [row, column]) {
  const side = stack.reduce((pixels, layer) => sideAfter(layer, pixels), size);
  const dy = new Float64Array(side * side);
  dy[row * side + column] = 1;
  return back(stack, size, dy);
}

function back(stack, size, dy) {
  const sizes = [size];
  for (const layer of stack) sizes.push(sideAfter(layer, sizes.at(-1)));
  return stack.reduceRight((gradient, layer, n) => backThrough(layer, sizes[n], sizes[n + 1], gradient), dy);
}

function backThrough(layer, size, side, dy) {
  if (!layer.stacks) return handBack(handBack(dy, side, side, size, layer), size, side, size, layer);
  const [through, past] = layer.stacks.map((stack) => back(stack, size, dy));
  return through.map((value, i) => value + past[i]);
}

// Hands each number of every row back to the places that its window averages. What is a row comes out as a column, so
// that twice is once along each axis.
function handBack(dy, rows, columns, size, { kernel, stride = 1, before = 0, dilation = 1 }) {
  const dx = new Float64Array(size * rows);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) {
      const share = dy[y * columns + x] / kernel;
      if (share)
        for (let tap = 0, at = x * stride - before; tap < kernel; tap++, at += dilation)
          if (at >= 0 && at < size) dx[at * rows + y] += share;
    }
  return dx;
}

// How much weight each [row, column] of a gradient holds.
export function profiles(gradient, size) {
  const rows = new Float64Array(size);
  const columns = new Float64Array(size);
  gradient.forEach((value, i) => {
    rows[Math.floor(i / size)] += value;
    columns[i % size] += value;
  });
  return [rows, columns];
}

// The [first, last] place of the middle 95 % of all weight, and the share that they hold.
export function middle(weights) {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const half = ((1 - SHARE) / 2) * total * (1 + 1e-9); // dust decides nothing
  const spared = (list) => {
    let sum = 0;
    return list.findIndex((weight) => {
      sum += weight;
      return sum > half;
    });
  };
  const first = spared(weights);
  const last = weights.length - 1 - spared([...weights].reverse());
  return {
    first,
    last,
    share: weights.slice(first, last + 1).reduce((sum, weight) => sum + weight, 0) / total,
  };
}

// ---- one axis ------------------------------------------------------------------------------------------------------

// The units that count for unit `at` of the last map, along one axis: pixels of the input, then for each row the units of its output.
export function cone(rows, table, size, at) {
  const levels = [];
  const past = [];
  const before = (n) => (n ? table[n - 1] : { size, field: ONE_PIXEL });
  let seen = [at];
  for (let n = rows.length - 1; n >= 0; n--) {
    levels[n + 1] = seen;
    const { kind, kernel, stride, padding, dilation } = rows[n];
    const start = before(n);
    if (kind === "add") past.push({ seen, jump: table[n].field.jump });
    else if (kind === "skip") {
      const skip = past.pop();
      seen = ordered([...seen, ...skip.seen.map((unit) => (unit * skip.jump) / start.field.jump)]);
    } else
      seen = ordered(
        seen.flatMap((unit) =>
          Array.from({ length: kernel }, (_, tap) => unit * stride - padding + tap * dilation),
        ),
      ).filter((unit) => unit >= 0 && unit < start.size);
  }
  return [seen, ...levels.slice(1)];
}
const ordered = (places) => [...new Set(places)].sort((a, b) => a - b);
