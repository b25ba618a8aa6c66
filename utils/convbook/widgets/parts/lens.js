// The lens on a picture: a few pixels, enlarged, with a ring around the window in their middle.
import { h } from "./dom.js";

const AROUND = 4; // pixels that the lens shows around a window
const WIDE = [0.22, 60]; // its width: this share of the picture, at least so many px
const WORTH_IT = 1.5; // times as large as in the picture; else a ring around the pixels is enough

/** Shares of the picture as a style. */
const percent = (/** @type {Record<string, number>} */ shares) =>
  Object.fromEntries(Object.entries(shares).map(([name, share]) => [name, `${100 * share}%`]));

/**
 * `rows` x `columns` pixels from (top, left); `span` is the longest side of all windows.
 * @typedef {{ top: number, left: number, rows: number, columns: number, span: number }} Box
 */

/**
 * @param {HTMLElement} frame what holds the picture
 * @param {ReturnType<typeof import("./canvas.js").greyCanvas>} picture
 * @param {AbortSignal} signal
 */
export function lens(frame, picture, signal) {
  const canvas = h("canvas");
  const ring = h("span");
  const el = h("span", { class: "cb-glass", "aria-hidden": "true", hidden: true }, canvas, ring);
  let wide = WIDE[0];
  /** @type {Box | null} */
  let box = null;

  /** Shows these pixels, or with null puts the lens away. */
  function show(next) {
    box = next;
    el.hidden = !box || !picture.image;
    if (el.hidden) return;
    const { width, height } = picture.image;
    const side = box.span + 2 * AROUND;
    const plain = wide * width < WORTH_IT * side;
    const part = plain ? { ...box } : around(box, side);
    el.classList.toggle("cb-plain", plain);
    const [share, tall] = plain ? [box.columns / width, box.rows / height] : [wide, (wide * width) / height];
    Object.assign(
      el.style,
      percent({
        width: share,
        height: tall,
        left: within((box.left + box.columns / 2) / width, share),
        top: within((box.top + box.rows / 2) / height, tall),
      }),
    );
    Object.assign(ring.style, percent(placeOf(box, part)));
    copy(picture.image, part, canvas);
  }

  const resized = new ResizeObserver(([{ contentRect }]) => {
    wide = Math.min(0.5, Math.max(WIDE[0], WIDE[1] / contentRect.width));
    show(box);
  });
  resized.observe(frame);
  signal.addEventListener("abort", () => resized.disconnect());
  return { el, show, again: () => show(box) };
}

function copy(image, { top, left, rows, columns }, canvas) {
  if (canvas.width !== columns || canvas.height !== rows) [canvas.width, canvas.height] = [columns, rows];
  const context = canvas.getContext("2d");
  context.clearRect(0, 0, columns, rows);
  context.putImageData(image, -left, -top, left, top, columns, rows);
}

// The pixels that the lens shows: a square with the window in its middle.
const around = ({ top, left, rows, columns }, side) => ({
  top: top - ((side - rows) >> 1),
  left: left - ((side - columns) >> 1),
  rows: side,
  columns: side,
});

/** @param {Box} box @param {{ top: number, left: number, rows: number, columns: number }} part */
const placeOf = (box, part) => ({
  width: box.columns / part.columns,
  height: box.rows / part.rows,
  left: (box.left - part.left) / part.columns,
  top: (box.top - part.top) / part.rows,
});

// Where something `part` wide begins that has its middle at `share`, and stays inside.
const within = (share, part) => Math.max(0, Math.min(1 - part, share - part / 2));
