// What Checkerboard says. No DOM here.
import { format, plural, sumInWords } from "../arithmetic/numbers.js";
import { COLOUR, placesOf, sumAt, sumOfTile } from "./state.js";

export const NAMES = {
  transposed: "transposed",
  nearest: "nearest + conv",
  bilinear: "bilinear + conv",
  subpixel: "sub-pixel",
  icnr: "sub-pixel, ICNR",
};
export const LONG = {
  transposed: "The transposed convolution stamps the kernel once for every pixel.",
  nearest: "Each pixel is repeated; then an ordinary convolution slides over the large picture.",
  bilinear:
    "The pixels are joined by straight lines; then an ordinary convolution slides over the large picture.",
  subpixel:
    "A convolution makes a channel for each place of a block, and pixel shuffle lays them side by side.",
  icnr: "As sub-pixel, but all channels begin with the same weights, so that each block begins with one colour.",
};
export const STARTS_IN_WORDS = {
  ones: "all alike",
  smooth: "smooth",
  random: "random (He)",
  balanced: "balanced per place",
};
export const COLOUR_NAME = `of ${COLOUR}`;
export const HELP =
  "Point at or tap the output to see single pixels and the sum behind one; clicked or tapped, it stays. Point at or tap the block that 1 becomes to see the weights that meet there. Drag a weight sideways, or type, to change it.";
export const HIDDEN = "First say what one colour becomes; then everything appears.";
const SPOKEN = 9; // products that a sentence spells out

export const percent = (share) => `${format(Number((100 * share).toFixed(share < 0.01 ? 2 : 1)))} %`;

/** How even the result is, and why. */
export function verdict(now) {
  const { strength, tile } = now;
  const values = tile.flat();
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const colour = (gain) => format(Number((COLOUR * gain).toFixed(1)));
  return strength
    ? `One colour of ${COLOUR} becomes ${colour(least)} to ${colour(most)}: a pattern of ${percent(strength)}.`
    : `One colour of ${COLOUR} stays one colour: ${colour(least)} everywhere but at the border.`;
}

/** What the overlap says about it, and what it does not. */
export function reason(now) {
  const { way, kernel, stride, overlap, strength, shuffled } = now;
  if (way === "nearest" || way === "bilinear")
    return "No stamps overlap here: every pixel is made by the same weights from a picture that is large already.";
  if (shuffled)
    return strength
      ? "No stamps overlap here; but each place of a block has weights of its own, and they add up to different numbers."
      : "Each place of a block has weights of its own; here they add up to the same number.";
  const counts = `Stamps that meet along an axis: ${overlap.join(" ")}.`;
  const even = new Set(overlap).size === 1;
  if (overlap.includes(0))
    return `${counts} Where none arrives nothing can be drawn: the kernel is smaller than the stride.`;
  if (even && strength)
    return `${counts} They are even, for ${stride} divides ${kernel}; but the weights that meet add up to different numbers.`;
  if (even) return `${counts} They are even, and the weights that meet add up to the same number everywhere.`;
  return strength
    ? `${counts} They are uneven, for ${stride} does not divide ${kernel}.`
    : `${counts} They are uneven; these weights make up for it: whatever meets adds up to the same number.`;
}

/** What has happened to the loss. */
export function lossInWords({ steps }, { losses }) {
  const value = (loss) => format(Number(loss.toPrecision(3)));
  const now = steps ? ` → ${value(losses[steps])}` : "";
  return `towards the picture half as bright; loss ${value(losses[0])}${now}`;
}

export const kernelName = ({ filters }, filter) =>
  filters.length > 1 ? `filter ${filter} of ${filters.length}` : "kernel";

/** Which places of the block a weight goes to. */
export function weightInWords(now, at) {
  const places = placesOf(now, 0, at);
  const all = now.stride ** 2;
  if (places.length === all) return `goes to all ${all} places of the block.`;
  return `goes to the place ${places.map((place) => `[${place}]`).join(", ")} of the block.`;
}

/** What is explained, as a sentence. */
export function sentence(now, cell, { secret }) {
  if (secret) return "What does one colour become?";
  if (!cell) return `${verdict(now)} ${reason(now)}`;
  if (cell.role === "tile") {
    const terms = sumOfTile(now, cell.at).map(({ w }) => ({ x: 1, w }));
    return `Place ${cell.at.join(", ")} of the block: ${plural(terms.length, "weight")} ${terms.length <= SPOKEN ? `${sumInWords(terms)} ` : ""}= ${format(now.tile[cell.at[0]][cell.at[1]])}.`;
  }
  if (cell.role === "kernel")
    return `Weight, row ${cell.at[0]}, column ${cell.at[1]}: ${format(now.filters[0][cell.at[0]][cell.at[1]])} ${weightInWords(now, cell.at)}`;
  const { products } = sumAt(now, cell.at);
  const total = products.reduce((sum, { x, w }) => sum + x * w, 0);
  return `Output, row ${cell.at[0]}, column ${cell.at[1]}: ${plural(products.length, "product")} ${products.length === 1 ? "makes" : "add up to"} ${format(total)}.`;
}
