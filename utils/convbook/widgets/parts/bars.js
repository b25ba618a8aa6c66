// A few bars with their numbers: how large something is at 0, 1, 2, ... steps.
import { format, plural } from "../arithmetic/numbers.js";
import { h } from "./dom.js";

const WIDTH = 26;
const HEIGHT = 64;
const GAP = 6;
const FONT = 14;

// Four digits have room above a bar; its label for screen readers is exact.
const short = (value) =>
  value > 0 && value < 0.005
    ? "<.01"
    : Number.isFinite(value)
      ? String(Number(value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)))
      : "–";

// paint(values, chosen): a value that is no number has no bar; `chosen` is the step that is shown elsewhere, if any.
/** `unit` is one of what the bars are counted by: "step". */
export function bars({ label, unit = "" }) {
  const caption = h("figcaption", { class: "cb-note" }, label);
  const picture = h("div");
  const axis = unit && h("p", { class: "cb-note" }, `by so many ${unit}s`);
  const el = h("figure", { class: "cb-bars cb-output" }, caption, picture, axis);
  function paint(values, chosen) {
    const top = Math.max(...values.filter(Number.isFinite), 0);
    const height = top ? HEIGHT : 0; // no bars need no room
    const width = values.length * (WIDTH + GAP) - GAP;
    const bar = (value, n) => {
      const tall = Number.isFinite(value) ? (value / top) * height || 0 : 0;
      const x = n * (WIDTH + GAP);
      const middle = x + WIDTH / 2;
      const foot = FONT + height + 4;
      return (
        `<g${n === chosen ? ' class="cb-chosen"' : ""}><rect x="${x}" y="${foot - tall}" width="${WIDTH}" height="${tall}" rx="2"/>` +
        `<path d="M${x} ${foot}h${WIDTH}"/><text x="${middle}" y="${foot - tall - 4}">${short(value).replace("<", "&lt;")}</text><text x="${middle}" y="${foot + FONT + 2}">${n}</text></g>`
      );
    };
    const words = `${caption.textContent}: ${values.map((value, n) => `${format(value)} at ${unit ? plural(n, unit) : n}`).join(", ")}`;
    picture.innerHTML = `<svg role="img" aria-label="${words}" viewBox="0 0 ${width} ${height + 2 * FONT + 8}">${values.map(bar).join("")}</svg>`;
  }
  return {
    el,
    paint,
    rename: (text) => {
      caption.textContent = text;
    },
  };
}
