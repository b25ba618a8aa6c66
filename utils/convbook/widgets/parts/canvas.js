// Numbers as greys or colours: a canvas that shows them, and the bar that says which number has which grey.
import { format } from "../arithmetic/numbers.js";
import { BLACK, colour, shade, WHITE } from "../arithmetic/pixels.js";
import { h } from "./dom.js";

export const photo = [BLACK, WHITE]; // what is black and what is white in a photograph

/** A canvas that shows numbers as greys; three planes of numbers, red, green and blue, as colours. */
export function greyCanvas() {
  const el = h("canvas", { "aria-hidden": "true" });
  const context = el.getContext("2d", { alpha: false });
  let image = null;
  let rgba = null;
  const resize = (/** @type {number} */ height, /** @type {number} */ width) => {
    [el.width, el.height] = [width, height];
    image = new ImageData(width, height);
    rgba = new Uint32Array(image.data.buffer);
  };
  return {
    el,
    get image() {
      return image;
    },
    /** Takes the room of a picture of this size, and shows nothing. */
    blank: resize,
    /** @param {ArrayLike<number> | ArrayLike<number>[]} values one plane, or three @param {number} height @param {number} width @param {number[]} range */
    draw(values, height, width, range) {
      if (image?.width !== width || image.height !== height) resize(height, width);
      if (isPlane(values)) shade(values, range, rgba);
      else colour(values, range, rgba);
      context.putImageData(image, 0, 0);
    },
  };
}

/**
 * @param {ArrayLike<number> | ArrayLike<number>[]} values
 * @returns {values is ArrayLike<number>}
 */
function isPlane(values) {
  return typeof values[0] === "number"; // an array of numbers is a plane, too
}

const DUST = 0.01; // grey levels that a sum of fractions may be off

/** A large number without its decimals: three of these bars share the width of a phone. */
const end = (value) => format(Math.abs(value) < 1000 ? value : Math.round(value));

/** The bar of greys. Where the `ends` of what is drawn lie beyond it, its last grey stands for all of that. */
export function legend() {
  const labels = h("div");
  const el = h("div", { class: "cb-legend" }, h("div", { class: "cb-greys" }), labels);
  return {
    el,
    paint(range, ends = range) {
      const [bottom, top] = range;
      const first = `${ends[0] < bottom - DUST ? "≤ " : ""}${end(bottom)}`;
      const last = `${ends[1] > top + DUST ? "≥ " : ""}${end(top)}`;
      const middle = bottom < 0 && top > 0 ? ["0"] : [];
      labels.replaceChildren(...[first, ...middle, last].map((text) => h("span", {}, text)));
    },
  };
}
