// What the state of Checkerboard means: five ways to enlarge a picture, each with its weights and what one colour becomes.
// No DOM here.
import { pinOf, same } from "../arithmetic/links.js";
import { shape } from "../arithmetic/tensor.js";
import {
  descended,
  isShuffled,
  lossOf,
  overlapAlong,
  prepared,
  productsAt,
  scene,
  smaller,
  startFilters,
  strengthOf,
  tileOf,
  upsample,
} from "../arithmetic/upsampling.js";
import { knownPicture } from "../parts/album.js";

export const TRAITS = [
  "way",
  "kernel",
  "stride",
  "start",
  "seed",
  "weights",
  "steps",
  "picture",
  "pinned",
  "predict",
];
export const WAYS = ["transposed", "nearest", "bilinear", "subpixel", "icnr"];
export const STARTS = ["ones", "smooth", "random", "balanced"];
export const MOST_STEPS = 40;
export const PATH = 8; // steps whose strength is drawn
const SHORTEST = 24; // pixels a side
const PATCH = 24; // pixels a side of what one colour becomes: 2, 3 and 4 divide it
export const COLOUR = 128; // the one colour

/** Throws, in words for the reader, if the weights or the picture do not fit; a picture that is still to come is checked then. */
export function check({ way, kernel, weights, picture }, shown) {
  if (weights && shape(weights).some((side) => side !== kernel))
    throw new RangeError(
      `Weights of ${shape(weights).join("×")} are no ${kernel}×${kernel} kernel, so nothing changed.`,
    );
  if (weights && isShuffled(way))
    throw new RangeError(
      "The sub-pixel ways have a filter for each pixel, so one kernel of your own does not fit there. Nothing changed.",
    );
  const whole = picture === shown.name ? shown.picture : knownPicture(picture);
  if (whole && Math.min(whole.height, whole.width) < SHORTEST)
    throw new RangeError(
      `The picture must have at least ${SHORTEST} pixels a side; this one has ${whole.height}×${whole.width}, so nothing changed.`,
    );
}

/** Keeps what takes long, as long as `key` stays: the pictures, how each way reads them, and its loss. */
export class Workshop {
  constructor() {
    this.key = "";
    this.known = new Map();
  }

  /** @param {string} key which picture it is */
  enter(key) {
    if (key !== this.key) this.known.clear();
    this.key = key;
  }

  /** @param {any[]} name @param {() => any} make */
  get(name, make) {
    const key = String(name);
    if (this.known.size > 60) this.known.clear();
    if (!this.known.has(key)) this.known.set(key, make());
    return this.known.get(key);
  }
}

/**
 * Everything that is computed of a state without drawing.
 * @typedef {ReturnType<typeof derive>} Meaning
 */
export function derive(state, picture, workshop) {
  const { kernel, stride } = state;
  const large = workshop.get(["scene"], () => scene(picture));
  const small = workshop.get(["small", stride], () => smaller(large, stride));
  const read = (way) =>
    workshop.get(["read", way, kernel, stride], () => prepared(small, way, kernel, stride));
  const loss = (way) => workshop.get(["loss", way, kernel, stride], () => lossOf(read(way), large));
  const { start, seed, weights, steps } = state;
  const about = JSON.stringify([kernel, stride, start, seed, weights, steps]);
  const ways = workshop.get(["ways", about], () =>
    Object.fromEntries(WAYS.map((way) => [way, wayOf(state, way, loss)])),
  );
  const chosen = ways[state.way];
  return {
    ...state,
    large,
    small,
    ways,
    ...chosen,
    read: read(state.way),
    path: () => workshop.get(["path", state.way, about], () => pathOf(state, loss(state.way))),
    pin: pinOf(state.pinned, { output: [large.side, large.side] }),
    overlap: overlapAlong(kernel, stride),
    shuffled: isShuffled(state.way),
  };
}

const begun = ({ kernel, stride, start, seed, weights }, way) =>
  weights && !isShuffled(way) ? [weights] : startFilters(way, kernel, stride, start, seed);

function wayOf(state, way, loss) {
  const { kernel, stride, steps } = state;
  const first = begun(state, way);
  const filters = steps ? descended(loss(way), first, steps).path.at(-1) : first;
  const tile = tileOf(way, filters, kernel, stride);
  return { filters, tile, strength: strengthOf(tile) };
}

/** The strength and the loss after each of the first steps, and after the present one. */
function pathOf(state, loss) {
  const { way, kernel, stride, steps } = state;
  const { path, losses } = descended(loss, begun(state, way), Math.max(PATH, steps));
  const strengths = path
    .slice(0, PATH + 1)
    .map((filters) => strengthOf(tileOf(way, filters, kernel, stride)));
  return { strengths, losses };
}

/** What one colour becomes: a large picture of it with its borders. */
export function colourPatch({ way, kernel, stride, filters }) {
  const side = PATCH / stride;
  const flat = { side, data: new Float64Array(side * side).fill(COLOUR) };
  return upsample(prepared(flat, way, kernel, stride), filters);
}

export const enlargedPicture = ({ read, filters }) => upsample(read, filters);

/** A pattern that repeats, as a picture to be drawn. */
export function repeated(tile) {
  const [rows, columns] = shape(tile);
  const data = Float64Array.from(
    { length: PATCH * PATCH },
    (_, n) => tile[Math.floor(n / PATCH) % rows][(n % PATCH) % columns],
  );
  return { side: PATCH, data };
}

/** [What is drawn black, what is drawn white] for what this pattern makes of black and white; `most` is the largest number. */
export function rangeOf(tile, most = 0) {
  const values = tile.flat();
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (Math.min(...values) >= 0 && mean > 0) return [0, 255 * mean];
  const strongest = Math.max(most, ...values.map((value) => 255 * Math.abs(value))) || 1;
  return [-strongest, strongest];
}

/** The products of one pixel of the large picture, with the filter that makes it. */
export function sumAt({ read, filters }, at) {
  const products = productsAt(read, filters, at);
  return { products, filter: products[0]?.weight[0] ?? 0 };
}

/** The weights that add up to one number of the tile: { w, weight: [filter, u, v] }. */
export function sumOfTile({ way, kernel, stride, filters }, [a, b]) {
  const side = 2 * (kernel + 1) + 1;
  const ones = { side, data: new Float64Array(side * side).fill(1) };
  const far = (kernel + 1) * stride;
  return productsAt(prepared(ones, way, kernel, stride), filters, [far + a, far + b]);
}

/** The places of the block that a weight goes to. */
export const placesOf = (now, filter, weight) =>
  now.tile
    .flatMap((row, a) => row.map((_, b) => [a, b]))
    .filter((place) => sumOfTile(now, place).some((product) => same(product.weight, [filter, ...weight])));

/** Whether a cell, of the output, the block or the kernel, is there. */
export function isThere({ stride, kernel, large }, { role, at }) {
  const side = { tile: stride, kernel, output: large.side }[role];
  return at.every((index) => index >= 0 && index < side);
}
