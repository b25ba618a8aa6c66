// The matrix Cᵀ as a picture: a row for each output, a column for each pixel of the input, and its weights.
import { format } from "../arithmetic/numbers.js";
import { h, setText } from "../parts/dom.js";
import { count, indexOf, isKept } from "./state.js";

const WIDE = 300; // px that the columns may take
const TALL = 440; // and the rows
const CELLS = [3, 20]; // px of an entry
const WITH_DIGITS = 15;

/**
 * @param {{ signal: AbortSignal, onPreview: (row: number | null) => void, onPin: (row: number) => void }} options
 */
export function matrixView({ signal, onPreview, onPin }) {
  const size = h("span");
  const picture = h("div", { class: "cb-entries" });
  const caption = h("figcaption", {}, h("b", {}, "Cᵀ"), " ", size);
  const el = h("figure", { class: "cb-matrix cb-kernel" }, caption, picture);
  let drawn = "";
  const rowAt = ({ clientY }) => {
    const { top, height } = picture.firstChild.getBoundingClientRect();
    const rows = Number(picture.dataset.rows);
    return Math.max(0, Math.min(rows - 1, Math.floor(((clientY - top) / height) * rows)));
  };
  const listen = (type, handler) => picture.addEventListener(type, handler, { signal });
  listen("pointermove", (event) => event.pointerType === "mouse" && onPreview(rowAt(event)));
  listen("pointerleave", () => onPreview(null));
  let pressed = false; // not a click: what loses the focus meanwhile draws the picture anew below the pointer
  listen("pointerdown", ({ button }) => {
    pressed = button === 0;
  });
  listen("pointerup", (event) => {
    if (pressed) onPin(rowAt(event));
    pressed = false;
  });
  listen("pointercancel", () => {
    pressed = false;
  });

  /** @param {any} now @param {import("./marks.js").Shown} shown */
  function paint(now, shown) {
    const text = drawing(now, shown);
    if (text === drawn) return;
    drawn = text;
    const [rows, columns] = [now.matrix.length, count(now.shapes.input)];
    setText(size, `${rows}×${columns}`);
    picture.dataset.rows = String(rows);
    picture.innerHTML = text;
  }
  return { el, paint };
}

function drawing(now, shown) {
  const [rows, columns] = [now.matrix.length, count(now.shapes.input)];
  const side = Math.max(CELLS[0], Math.min(CELLS[1], WIDE / columns, TALL / rows));
  const entries = now.links.filter(({ output }) => isKept(now, output));
  const most = Math.max(...now.kernel.flat().map(Math.abs), 1e-12);
  const words = `the matrix Cᵀ, ${rows} rows and ${columns} columns, with ${entries.length} weights; everything else is 0`;
  const [width, height] = [columns * side, rows * side].map((length) => Math.ceil(length) + 2);
  return (
    `<svg role="img" aria-label="${words}" viewBox="-1 -1 ${width} ${height}" style="--wide: ${width}px">` +
    `<rect class="cb-ground" width="${columns * side}" height="${rows * side}"/>${bands(now, shown, side)}` +
    `${entries.map((link) => entry(now, shown, link, side, most)).join("")}${blocks(now, side, rows, columns)}</svg>`
  );
}

/** The row of the output that is explained, or the column of the pixel. */
function bands({ shapes, matrix }, { cell }, side) {
  if (cell?.role === "output") {
    const row = indexOf(shapes.output, cell.at);
    return `<rect class="cb-band cb-output" y="${row * side}" width="${count(shapes.input) * side}" height="${side}"/>`;
  }
  if (cell?.role !== "input") return "";
  const column = indexOf(shapes.input, cell.at);
  return `<rect class="cb-band cb-input" x="${column * side}" width="${side}" height="${matrix.length * side}"/>`;
}

function entry({ shapes, kernel }, { lit }, link, side, most) {
  const [x, y] = [indexOf(shapes.input, link.input) * side, indexOf(shapes.output, link.output) * side];
  const weight = kernel[link.kernel[0]][link.kernel[1]];
  const kind = `${weight < 0 ? "cb-less" : "cb-more-than"}${lit.includes(link) ? " cb-lit" : ""}`;
  const shade = (0.12 + (0.68 * Math.abs(weight)) / most).toFixed(2);
  const gap = side > 6 ? 1 : 0;
  const box = `x="${x}" y="${y}" width="${side - gap}" height="${side - gap}"`;
  const digits =
    side >= WITH_DIGITS ? `<text x="${x + side / 2}" y="${y + side / 2 + 4}">${short(weight)}</text>` : "";
  return `<g class="${kind}"><rect ${box} fill-opacity="${shade}"/>${digits}</g>`;
}

const short = (weight) => (format(weight).length > 2 ? "" : format(weight));

/** Lines between the blocks: each is one row of the output against one row of the input. */
function blocks({ shapes }, side, rows, columns) {
  const across = Array.from({ length: shapes.output[0] + 1 }, (_, n) => n * shapes.output[1] * side);
  const down = Array.from({ length: shapes.input[0] + 1 }, (_, n) => n * shapes.input[1] * side);
  const lines = [
    ...across.map((y) => `M0 ${y}h${columns * side}`),
    ...down.map((x) => `M${x} 0v${rows * side}`),
  ];
  return `<path class="cb-blocks" d="${lines.join("")}"/>`;
}
