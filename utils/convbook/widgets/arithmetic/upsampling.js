// Ways to enlarge a picture by a stride, and the training of their weights, as checkerboard/upsampling.py has them in Python.
// No DOM here. A picture is { side, data }, square, row by row; filters are matrices of weights: one, or for the sub-pixel
// ways one for each of stride² pixels.
import { samePadding } from "./padding.js";

const SIDE = 120; // pixels of the large picture: 2, 3 and 4 divide it
export const isShuffled = (way) => way === "subpixel" || way === "icnr";

/** The square middle of a photograph, at most 120 pixels a side. */
export function scene({ height, width, pixels }) {
  const shorter = Math.min(height, width);
  const block = Math.max(1, Math.floor(shorter / SIDE));
  const side = Math.min(SIDE, Math.floor(Math.floor(shorter / block) / 12) * 12);
  const [top, left] = [height, width].map(
    (length) => Math.floor((Math.floor(length / block) - side) / 2) * block,
  );
  return averaged(side, block, (i, j) => pixels[(top + i) * width + left + j]);
}

/** The average of each stride × stride block: the input of all ways. */
export const smaller = ({ side, data }, stride) =>
  averaged(side / stride, stride, (i, j) => data[i * side + j]);

function averaged(side, block, at) {
  const data = new Float64Array(side * side);
  for (let i = 0; i < side * block; i++)
    for (let j = 0; j < side * block; j++)
      data[Math.floor(i / block) * side + Math.floor(j / block)] += at(i, j) / block ** 2;
  return { side, data };
}

/** The padding and output_padding with which a transposed convolution enlarges exactly `stride` times. */
export function recipe(kernel, stride) {
  const padding = Math.max(0, Math.floor((kernel - stride + 1) / 2));
  return { padding, outputPadding: stride - kernel + 2 * padding };
}

/** How many stamps meet in each place along an axis, far from the border. */
export function overlapAlong(kernel, stride, places = 8) {
  const { padding } = recipe(kernel, stride);
  return Array.from({ length: places }, (_, at) => phase(at + padding, kernel, stride).length);
}

/** The weights of a row that lie on a place of this phase. */
const phase = (at, kernel, stride) =>
  Array.from({ length: kernel }, (_, u) => u).filter((u) => (at - u) % stride === 0);

// ---- weights before training ---------------------------------------------------------------------------------------

/** Nearly normal numbers, the same as in Python: twelve uniform ones added up, less 6. */
export function noise(seed, count) {
  let state = (Math.imul(seed, 2654435761) + 12345) >>> 0;
  const uniform = () => {
    state = (Math.imul(1664525, state) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return Array.from({ length: count }, () => {
    let sum = 0;
    for (let n = 0; n < 12; n++) sum += uniform();
    return sum - 6;
  });
}

function rowOf(kernel, stride, way, start) {
  const places = Array.from({ length: kernel }, (_, u) => u);
  const row = places.map((u) => (start === "ones" ? 1 : 1 - ((2 * u - kernel + 1) / (kernel + 1)) ** 2));
  const total = (some) => some.reduce((sum, u) => sum + row[u], 0);
  if (way !== "transposed") return row.map((weight) => weight / total(places));
  if (start === "balanced")
    return row.map((weight, u) => weight / total(places.filter((v) => (u - v) % stride === 0)));
  return row.map((weight) => (weight * stride) / total(places));
}

/** The filters before training. */
export function startFilters(way, kernel, stride, start, seed = 0) {
  const count = isShuffled(way) ? stride ** 2 : 1;
  const square = (weight) =>
    Array.from({ length: kernel }, (_, u) => Array.from({ length: kernel }, (_, v) => weight(u, v)));
  if (start === "random") {
    const drawn = noise(seed, way === "icnr" ? kernel ** 2 : count * kernel ** 2);
    const weight = (n) => (drawn[n % drawn.length] * Math.SQRT2) / kernel;
    return Array.from({ length: count }, (_, f) => square((u, v) => weight((f * kernel + u) * kernel + v)));
  }
  const row = rowOf(kernel, stride, way, start);
  return Array.from({ length: count }, () => square((u, v) => row[u] * row[v]));
}

// ---- enlarging -----------------------------------------------------------------------------------------------------

/** A picture `stride` times as large without any weights: "nearest" or "bilinear". */
function enlarged({ side, data }, way, stride) {
  const mixes = Array.from({ length: side * stride }, (_, at) => mix(at, side, way, stride));
  const out = new Float64Array((side * stride) ** 2);
  mixes.forEach((rows, y) => {
    mixes.forEach((columns, x) => {
      let sum = 0;
      for (const [i, a] of rows) for (const [j, b] of columns) sum += a * b * data[i * side + j];
      out[y * side * stride + x] = sum;
    });
  });
  return { side: side * stride, data: out };
}

/** Which pixels a place lies between, each with its share. */
function mix(at, side, way, stride) {
  if (way === "nearest") return [[Math.floor(at / stride), 1]];
  const exact = Math.min(Math.max((at + 0.5) / stride - 0.5, 0), side - 1);
  const first = Math.floor(exact);
  return first === exact
    ? [[first, 1]]
    : [
        [first, first + 1 - exact],
        [first + 1, exact - first],
      ];
}

/**
 * What every place of the large picture reads, along one axis: [weight's index, source's index], and which of the filters.
 * All ways are this one walk.
 */
function reading(way, side, kernel, stride) {
  const length = side * stride;
  if (way === "transposed") {
    const { padding } = recipe(kernel, stride);
    return Array.from({ length }, (_, at) => ({
      filter: 0,
      taps: phase(at + padding, kernel, stride)
        .map((u) => [u, (at + padding - u) / stride])
        .filter(([, i]) => i >= 0 && i < side),
    }));
  }
  const [before] = samePadding(kernel);
  const shuffled = isShuffled(way);
  const end = shuffled ? side : length;
  return Array.from({ length }, (_, at) => ({
    filter: shuffled ? at % stride : 0,
    taps: Array.from({ length: kernel }, (_, u) => [
      u,
      (shuffled ? Math.floor(at / stride) : at) + u - before,
    ]).filter(([, i]) => i >= 0 && i < end),
  }));
}

/** How a way reads this picture: where the weights lie, and what they are multiplied by. */
export function prepared(picture, way, kernel, stride) {
  const source = way === "nearest" || way === "bilinear" ? enlarged(picture, way, stride) : picture;
  return {
    axis: reading(way, picture.side, kernel, stride),
    source,
    kernel,
    stride,
    shuffled: isShuffled(way),
  };
}

const filterAt = ({ stride, shuffled }, row, column) => (shuffled ? row.filter * stride + column.filter : 0);

/** The products of one place of the large picture: { x, w, weight: [filter, u, v], pixel: [i, j] }. */
export function productsAt(way, filters, [y, x]) {
  const { axis, source } = way;
  const filter = filterAt(way, axis[y], axis[x]);
  return axis[y].taps.flatMap(([u, i]) =>
    axis[x].taps.map(([v, j]) => ({
      x: source.data[i * source.side + j],
      w: filters[filter][u][v],
      weight: [filter, u, v],
      pixel: [i, j],
    })),
  );
}

/** The large picture. */
export function upsample(way, filters) {
  const { axis, source } = way;
  const side = axis.length;
  const data = new Float64Array(side * side);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) {
      const weights = filters[filterAt(way, axis[y], axis[x])];
      let sum = 0;
      for (const [u, i] of axis[y].taps)
        for (const [v, j] of axis[x].taps) sum += weights[u][v] * source.data[i * source.side + j];
      data[y * side + x] = sum;
    }
  return { side, data };
}

/** What one colour, 1 everywhere, becomes far from the border: it repeats every stride × stride pixels. */
export function tileOf(way, filters, kernel, stride) {
  const far = kernel + 1;
  const side = 2 * far + 1;
  const ones = { side, data: new Float64Array(side * side).fill(1) };
  const large = prepared(ones, way, kernel, stride);
  const at = (a) => far * stride + a;
  return Array.from({ length: stride }, (_, a) =>
    Array.from({ length: stride }, (_, b) =>
      productsAt(large, filters, [at(a), at(b)]).reduce((sum, product) => sum + product.w * product.x, 0),
    ),
  );
}

/** How strong a pattern is: its standard deviation over its root mean square, 0 (one colour) to 1. */
export function strengthOf(pattern) {
  const values = pattern.flat();
  const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
  const average = mean(values);
  const size = Math.sqrt(mean(values.map((value) => value ** 2)));
  const spread = Math.sqrt(mean(values.map((value) => (value - average) ** 2)));
  return size > 0 ? Number((spread / size).toFixed(12)) : 0; // dust is no pattern
}

// ---- training ------------------------------------------------------------------------------------------------------

/**
 * The loss of a way, the mean of (A·w − target)², as what its gradient is made of: H = AᵀA for each filter, and Aᵀ·target.
 * With them a step costs no walk over the picture. The target is the picture of this size, half as bright; 255 is 1.
 */
export function lossOf(way, large) {
  const { axis, kernel, stride, shuffled } = way;
  const count = shuffled ? stride ** 2 : 1;
  const size = kernel ** 2;
  const moments = Array.from({ length: count }, () => ({
    H: new Float64Array(size * size),
    b: new Float64Array(size),
  }));
  let square = 0;
  const none = Array.from({ length: count }, () =>
    Array.from({ length: kernel }, () => Array(kernel).fill(0)),
  );
  for (let y = 0; y < axis.length; y++)
    for (let x = 0; x < axis.length; x++) {
      const target = large.data[y * large.side + x] / 510;
      square += target ** 2;
      addMoments(moments, productsAt(way, none, [y, x]), target, kernel);
    }
  return { moments, square, places: axis.length ** 2, kernel };
}

function addMoments(moments, products, target, kernel) {
  if (!products.length) return;
  const size = kernel ** 2;
  const { H, b } = moments[products[0].weight[0]];
  const places = products.map(({ weight: [, u, v] }) => u * kernel + v);
  const values = products.map(({ x }) => x / 255);
  for (let m = 0; m < places.length; m++) {
    b[places[m]] += values[m] * target;
    const row = places[m] * size;
    for (let n = 0; n < places.length; n++) H[row + places[n]] += values[m] * values[n];
  }
}

/** H·w, for one filter. */
const curved = (H, w) => w.map((_, m) => w.reduce((sum, weight, n) => sum + H[m * w.length + n] * weight, 0));

/** The mean squared error of these weights, as flat lists. */
function errorOf({ moments, square, places }, all) {
  const sums = moments.map(({ H, b }, f) => {
    const Hw = curved(H, all[f]);
    return all[f].reduce((sum, weight, n) => sum + weight * (Hw[n] - 2 * b[n]), 0);
  });
  return (square + sums.reduce((sum, value) => sum + value, 0)) / places;
}

/**
 * The filters after each of so many steps of gradient descent, and the mean squared errors. A step is half as long as the
 * longest that is sure to descend: 1 / (2λ), where λ is the largest row sum of the second derivatives.
 */
export function descended(loss, filters, steps) {
  const { moments, places, kernel } = loss;
  const largest = Math.max(...moments.flatMap(({ H, b }) => curved(H, [...b].fill(1))));
  const rate = places / (4 * largest || 1);
  const path = [filters.map((filter) => filter.flat())];
  for (let n = 0; n < steps; n++)
    path.push(
      path[n].map((weights, f) => {
        const Hw = curved(moments[f].H, weights);
        return weights.map((weight, m) => weight - (rate * 2 * (Hw[m] - moments[f].b[m])) / places);
      }),
    );
  const square = (weights) =>
    Array.from({ length: kernel }, (_, u) => weights.slice(u * kernel, (u + 1) * kernel));
  return {
    path: path.map((all) => all.map(square)),
    losses: path.map((all) => errorOf(loss, all)),
  };
}
