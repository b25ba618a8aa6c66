// What the state of CoverageMap means: the readings of the picture, their windows, and the places around it. No DOM here.
import { checkFits, checkRange, outputs } from "../arithmetic/axes.js";
import { correlate2d } from "../arithmetic/convolution.js";
import { links, linksOf, pinOf } from "../arithmetic/links.js";
import { plural } from "../arithmetic/numbers.js";
import { mostPadding, namedPadding, samePadding, sourceIndex } from "../arithmetic/padding.js";
import { dropped, pair } from "../arithmetic/sizes.js";
import { shape } from "../arithmetic/tensor.js";

export const TRAITS = [
  "input",
  "kernel",
  "stride",
  "padding",
  "dilation",
  "padding_mode",
  "compare",
  "linked",
  "counts",
  "pinned",
  "predict",
];
/** @type {Record<string, [number, number]>} */
export const RANGES = { input: [1, 12], kernel: [1, 5], stride: [1, 6], dilation: [1, 4], padding: [0, 6] };
export const MODES = ["zeros", "reflect", "replicate", "circular"];
export const COMPARED = ["off", "PyTorch", "TensorFlow"];
export const SIDES = ["top", "bottom", "left", "right"];
const LARGEST_PADDED = 24;
const AXES = [0, 1];

// ---- which windows there are -----------------------------------------------------------------------------------------

/**
 * The readings of the picture: the one of `padding`, or SAME as each framework reads it. PyTorch's own "same" knows stride
 * 1 only; for others this is what its users write: ⌊(k̂ − 1) / 2⌋ on every side.
 */
export function readings(state) {
  const { compare, kernel, stride, padding, dilation, padding_mode: mode } = state;
  const sizes = shape(state.input);
  const spans = shape(kernel);
  const named = (name) => AXES.map((a) => namedPadding(name, sizes[a], spans[a], stride[a], dilation[a]));
  if (compare === "off")
    return [reading(state, "output", typeof padding === "string" ? named(padding) : padding, mode)];
  const smaller = () => AXES.map((a) => pair(samePadding(spans[a], dilation[a])[0]));
  return [
    reading(state, "PyTorch", Math.max(...stride) === 1 ? named("same") : smaller(), "zeros"),
    reading(state, "TensorFlow", named("same_tf"), "zeros"),
  ];
}

function reading({ input, kernel, stride, dilation }, name, pads, mode) {
  const sizes = shape(input);
  const spans = shape(kernel);
  const axes = AXES.map((a) => ({
    size: sizes[a],
    kernel: spans[a],
    stride: stride[a],
    before: pads[a][0],
    after: pads[a][1],
    dilation: dilation[a],
  }));
  return { name, pads, mode, axes, size: axes.map(outputs) };
}

/** What the windows of a reading make: the output, every multiplication, how often each pixel is read, what the floor drops. */
function walk({ input, kernel, stride, dilation }, { pads, mode, axes }) {
  const settings = { stride, dilation, padding: pads };
  const all = links({ input: shape(input), kernel: shape(kernel), mode, ...settings });
  const counts = input.map((row) => row.map(() => 0));
  for (const { source } of all) if (source) counts[source[0]][source[1]]++;
  return {
    all,
    counts,
    output: correlate2d(input, kernel, { paddingMode: mode, ...settings }),
    lost: axes.map(({ size, kernel, stride, before, after, dilation }) =>
      dropped(size, kernel, stride, before, after, dilation),
    ),
  };
}

/** The walks of the last readings: the pointer moves more often than a setting. */
export function rememberWalks() {
  let key = "";
  let walks = [];
  return (state, laid) => {
    const wanted = JSON.stringify([state.input, state.kernel, state.stride, state.dilation, laid]);
    if (wanted !== key) walks = laid.map((one) => walk(state, one));
    key = wanted;
    return walks;
  };
}

/**
 * Everything that is computed of a state: the readings with their windows, the one that is drawn, and the frame that has
 * room for the padding of all of them, with the picture at `origin`.
 * @typedef {ReturnType<typeof derive>} Meaning
 */
export function derive(state, walks = rememberWalks()) {
  const laid = readings(state);
  const walked = walks(state, laid);
  const all = laid.map((one, n) => ({ ...one, ...walked[n] }));
  const drawn = all[state.compare === "TensorFlow" ? 1 : 0];
  const widest = (side) => AXES.map((a) => Math.max(...all.map(({ pads }) => pads[a][side])));
  const origin = widest(0);
  const frame = shape(state.input).map((size, a) => origin[a] + size + widest(1)[a]);
  const outputs = drawn.size[0] * drawn.size[1];
  const now = { ...state, all, drawn, origin, frame, outputs };
  return { ...now, pin: pinnedCell(now) };
}

// ---- places: [0, 0] is the picture's first pixel, padding lies outside it ------------------------------------------------

export const isInside = ({ input }, [i, j]) => input[i]?.[j] !== undefined;
export const placeOf = ({ origin }, framed) => framed.map((index, a) => index - origin[a]);
export const framedOf = ({ origin }, place) => place.map((index, a) => index + origin[a]);

/** A place as a cell: a pixel is the source of its own reading and of its copies', padding only of what is read there. */
export const cellAt = (now, place) => ({ role: isInside(now, place) ? "source" : "input", at: place });
export const isPlace = (cell) => ["source", "input"].includes(cell?.role);

/** The trait `pinned` as a cell; it counts padding from the frame's corner, which a smaller padding takes away. */
function pinnedCell(now) {
  const shapes = {
    input: shape(now.input),
    kernel: shape(now.kernel),
    output: now.drawn.size,
    padding: now.frame,
  };
  const found = pinOf(now.pinned, shapes);
  if (found?.role === "input") return cellAt(now, found.at);
  return found?.role === "padding" ? cellAt(now, placeOf(now, found.at)) : found;
}

/** The trait `pinned` for a place. */
export const pinFor = (now, place) =>
  isInside(now, place) ? ["input", ...place] : ["padding", ...framedOf(now, place)];

/** Whether a cell is still there; `of` says of which reading an output is. */
export function isThere(now, { role, at, of }) {
  if (role === "output") return pinOf([role, ...at], { output: (now.all[of] ?? now.drawn).size }) !== null;
  if (role === "kernel") return pinOf([role, ...at], { kernel: shape(now.kernel) }) !== null;
  const framed = framedOf(now, at);
  const framedHere = framed.every((index, a) => index >= 0 && index < now.frame[a]);
  return framedHere && (role === "source") === isInside(now, at);
}

/** The size of the picture with the padding of the drawn reading; the frame may hold more of the other one's. */
export const paddedSize = ({ drawn: { axes, pads } }) =>
  axes.map(({ size }, a) => size + pads[a][0] + pads[a][1]);

/** The pixel that a place holds or copies, or null where it holds zero. */
export function sourceOf({ drawn }, at) {
  const from = at.map((index, a) => sourceIndex(index, drawn.axes[a].size, drawn.mode));
  return Math.min(...from) < 0 ? null : from;
}

export function valueAt(now, at) {
  const from = sourceOf(now, at);
  return from ? now.input[from[0]][from[1]] : 0;
}

/** Whether the drawn reading has this place; in the frame of two it may be padding of the other one. */
export const isRead = ({ drawn }, at) =>
  at.every((index, a) => index >= -drawn.pads[a][0] && index < drawn.axes[a].size + drawn.pads[a][1]);

export const isDropped = (now, at) =>
  isRead(now, at) &&
  at.some((index, a) => index >= now.drawn.axes[a].size + now.drawn.pads[a][1] - now.drawn.lost[a]);

// ---- windows -------------------------------------------------------------------------------------------------------------

/** The place of the n-th window in the order of the player. */
export const outputAt = ({ drawn }, index) => [Math.floor(index / drawn.size[1]), index % drawn.size[1]];

/** The framed place where the window of an output begins. */
export const startOf = (now, { pads, axes }, at) =>
  framedOf(
    now,
    at.map((index, a) => index * axes[a].stride - pads[a][0]),
  );

/** The output whose window begins nearest to a framed place. */
export function nearestOutput(now, framed) {
  const { pads, axes, size } = now.drawn;
  return placeOf(now, framed).map((index, a) => {
    const nearest = Math.round((index + pads[a][0]) / axes[a].stride);
    return Math.max(0, Math.min(size[a] - 1, nearest));
  });
}

/** The kernel as it lies on the picture: dilation leaves gaps, null, between its weights. */
export function spread({ kernel, dilation: [down, right] }) {
  const [rows, columns] = shape(kernel);
  return Array.from({ length: down * (rows - 1) + 1 }, (_, i) =>
    Array.from({ length: right * (columns - 1) + 1 }, (_, j) =>
      i % down || j % right ? null : kernel[i / down][j / right],
    ),
  );
}

/** The products of one output of a reading, in the order in which they are added. */
export function termsOf(now, { all }, at) {
  return linksOf(all, { role: "output", at }).map(({ input, kernel: [u, v], source }) => ({
    x: source ? now.input[source[0]][source[1]] : 0,
    w: now.kernel[u][v],
    pad: !isInside(now, input),
    label: `${isInside(now, input) ? `x[${input}]` : "padding"} × w[${u},${v}]`,
  }));
}

// ---- what fits -------------------------------------------------------------------------------------------------------------

/** Throws, in words for the reader, if no window fits, or the padding has nothing to copy or no room. */
export function check(state) {
  const { input, kernel, stride, padding, dilation, padding_mode: mode, compare } = state;
  checkRange("The input's sides", shape(input), RANGES.input);
  checkRange("The kernel's sides", shape(kernel), RANGES.kernel);
  checkRange("The stride", stride, RANGES.stride);
  checkRange("The dilation", dilation, RANGES.dilation);
  if (typeof padding !== "string") checkRange("The padding of a side", padding, RANGES.padding);
  if (!MODES.includes(mode)) throw new RangeError(`The padding mode must be one of ${MODES.join(", ")}.`);
  if (!COMPARED.includes(compare)) throw new RangeError(`Compare must be one of ${COMPARED.join(", ")}.`);
  if (compare === "off" && padding === "same" && Math.max(...stride) > 1)
    throw new RangeError(
      "PyTorch's “same” takes stride 1 only, so nothing changed. Choose SAME (TensorFlow), or numbers.",
    );
  for (const one of readings(state)) checkReading(one);
}

function checkReading({ pads, mode, axes }) {
  for (const a of AXES) {
    const most = mostPadding(axes[a].size, mode);
    if (Math.max(...pads[a]) > most)
      throw new RangeError(
        `${mode} can add at most ${plural(most, "pixel")} to a side of ${axes[a].size}: there is no more to copy. So nothing changed.`,
      );
  }
  checkFits(axes);
  const padded = AXES.map((a) => axes[a].size + pads[a][0] + pads[a][1]);
  if (Math.max(...padded) > LARGEST_PADDED)
    throw new RangeError(
      `That pads the input to ${padded.join("×")} pixels; at most ${LARGEST_PADDED} a side fit here, so nothing changed.`,
    );
}
