// The question of FilterLab: which of these pictures does the kernel make?
import { format } from "../arithmetic/numbers.js";
import { greyCanvas } from "../parts/canvas.js";
import { h } from "../parts/dom.js";
import { thumbnails } from "./mistakes.js";
import { because } from "./words.js";

const LETTERS = "ABCD";

/** @returns {import("../parts/predict.js").Question} */
export function ask(now, key) {
  const found = thumbnails(now.picture, now);
  const isTruth = ({ hint }) => !hint;
  return {
    text: `Which picture does ${now.kernels.length > 1 ? "the first kernel" : "this kernel"} make?`,
    key,
    options: found.map((one, n) => [LETTERS[n], LETTERS[n], thumbnail(one)]),
    truth: LETTERS[found.findIndex(isTruth)],
    mistakes: found.map(({ hint }, n) => ({ value: LETTERS[n], hint })).filter(({ hint }) => hint),
    explain: because(now),
  };
}

function thumbnail({ sums, size, drawn, ends }) {
  const [rows, columns] = size;
  const canvas = greyCanvas();
  canvas.draw(sums, rows, columns, drawn);
  const range = h("span", { class: "cb-hidden" }, `, numbers from ${ends.map(format).join(" to ")}`);
  return h("span", {}, canvas.el, range);
}
