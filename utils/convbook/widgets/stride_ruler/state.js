// What the state of StrideRuler means. No DOM here.
import { checkFits, outputs } from "../arithmetic/axes.js";
import { receptiveField } from "../arithmetic/fields.js";
import { dropped, effectiveKernel } from "../arithmetic/sizes.js";
import { upTo } from "../arithmetic/tensor.js";

export const RANGES = { kernel: [1, 7], stride: [1, 6], padding: [0, 6], dilation: [1, 4] };
export const LONGEST = 24;
export const LAYER = Object.keys(RANGES);
export const SECOND = LAYER.map((trait) => `${trait}2`);
export const TRAITS = ["size", ...LAYER, "stacked", ...SECOND, "pinned", "predict"];

/** Throws, in words for the reader, if no window fits into a layer. */
export function check(state) {
  const axes = layersOf(state);
  for (const [n, axis] of axes.entries()) checkFits([axis], axes.length > 1 ? `layer ${n + 1}` : "");
}

/** One { size, kernel, stride, before, after, dilation } for each layer, the size being that of what it reads. */
export function layersOf(state) {
  const axes = [];
  for (const names of state.stacked ? [LAYER, SECOND] : [LAYER]) {
    const [kernel, stride, padding, dilation] = names.map((trait) => state[trait]);
    const size = axes.length ? outputs(axes.at(-1)) : state.size;
    axes.push({ size, kernel, stride, before: padding, after: padding, dilation });
  }
  return axes;
}

/** The places that each unit of a layer reads: below 0 and past the size is padding. */
export const windowsOf = (axis) =>
  upTo(outputs(axis)).map((unit) =>
    upTo(axis.kernel).map((tap) => unit * axis.stride - axis.before + tap * axis.dilation),
  );

export const span = ({ kernel, dilation }) => effectiveKernel(kernel, dilation);
/** So many lanes keep the bars of a layer apart. */
export const lanes = (axis) => Math.min(Math.ceil(span(axis) / axis.stride), outputs(axis));
/** How many places the floor drops at the end. */
export const lost = ({ size, kernel, stride, before, after, dilation }) =>
  dropped(size, kernel, stride, before, after, dilation);

/** Where the middle of a unit's window lies, in pixels of the input. */
export function centre(axes, depth, unit) {
  const first = receptiveField(axes.slice(0, depth));
  return first.centre + unit * first.jump;
}

/**
 * Everything that is known of a state. Depth 0 is the input, depth 1 the first layer's output; `known` is the deepest one
 * that may be seen.
 * @typedef {ReturnType<typeof derive>} Meaning
 * @typedef {{ depth: number, at: number }} Unit `at` may be a place of padding
 */
export function derive(state, axes, known) {
  const sizes = [state.size, ...axes.map(outputs)];
  const pads = [...axes.map(({ before }) => before), 0];
  const ends = upTo(known + 1).flatMap((depth) =>
    [-pads[depth], sizes[depth] - 1 + pads[depth]].map((unit) => centre(axes, depth, unit)),
  );
  return {
    ...state,
    axes,
    windows: axes.map(windowsOf),
    sizes,
    pads,
    known,
    left: Math.min(...ends),
    right: Math.max(...ends),
    pin: pinOf(state.pinned, sizes, known),
  };
}

const DEPTH = { input: () => 0, hidden: () => 1, output: (sizes) => sizes.length - 1 };

/** @returns {Unit | null} */
function pinOf([role, at], sizes, known) {
  const depth = Object.hasOwn(DEPTH, role ?? "") ? DEPTH[role](sizes) : Infinity;
  return depth <= known && at < sizes[depth] ? { depth, at } : null;
}

export function roleOf({ axes }, depth) {
  if (depth === 0) return "input";
  return depth === axes.length ? "output" : "hidden";
}

export const isUnit = ({ sizes }, { depth, at }) => at >= 0 && at < sizes[depth];

/** Whether there is such a unit or place of padding in what may be seen. */
export const isThere = ({ sizes, pads, known }, { depth, at }) =>
  depth <= known && at >= -pads[depth] && at < sizes[depth] + pads[depth];

/** Everything that a unit reads, layer by layer down to the input, and everything that reads it: a Set for each depth. */
export function cone(now, { depth, at }) {
  const lit = now.sizes.map(() => new Set());
  lit[depth].add(at);
  for (let level = depth; level > 0; level--)
    for (const unit of lit[level])
      if (isUnit(now, { depth: level, at: unit }))
        for (const place of now.windows[level - 1][unit]) lit[level - 1].add(place);
  for (let level = depth; level < now.axes.length; level++)
    now.windows[level].forEach((window, unit) => {
      if (window.some((place) => lit[level].has(place))) lit[level + 1].add(unit);
    });
  return lit;
}

/** Which layer is asked about and how many are solved; a layer that changes is asked about again. The `card` keeps it. */
export class Progress {
  /** @param {import("../parts/card.js").Card} card */
  constructor(card) {
    this.card = card;
    const { keys = [], asking = 0, solved = 0 } = card.kept() ?? {};
    Object.assign(this, { keys, asking, solved });
  }

  keep() {
    const { keys, asking, solved } = this;
    this.card.keep({ keys, asking, solved });
  }

  startOver() {
    this.asking = 0;
    this.solved = 0;
    this.keep();
  }

  /** @param {string[]} keys what each question is about */
  follow(keys) {
    const changed = keys.findIndex((key, n) => key !== this.keys[n]);
    if (changed >= 0 || keys.length !== this.keys.length) {
      const most = changed < 0 ? keys.length - 1 : changed;
      this.asking = Math.min(this.asking, most);
      this.solved = Math.min(this.solved, most);
    }
    this.keys = keys;
    this.keep();
  }

  get settled() {
    return this.solved > this.asking;
  }

  solve() {
    this.solved = Math.max(this.solved, this.asking + 1);
    this.keep();
  }

  /** Goes on to the next layer, if this one is solved and there is one. */
  goOn() {
    if (!this.settled || this.asking + 1 >= this.keys.length) return false;
    this.asking++;
    this.keep();
    return true;
  }
}
