// What FilterLab says. No DOM here.
import { brief, format, percent, sumInWords } from "../arithmetic/numbers.js";
import { silentShare, sumAt, total } from "./state.js";

export const HELP =
  "Move over a picture to see the sum behind a pixel; click or tap to keep it. Type into the kernel, or drag a weight sideways.";
export const SHADES = {
  auto: "as the kernel needs them",
  fixed: "−255 to 255",
  photo: "0 to 255, as in a photo",
};
const SPOKEN = 9; // products that the sentence spells out
const SHORT = 4; // letters that fit into the corner of a cell

const ORDER = ["first", "second"];
/** "second kernel": the name that the settings give it; alone it needs none. */
export const kernelName = ({ kernels }, lane) => (kernels.length > 1 ? `${ORDER[lane]} kernel` : "kernel");
export const outputName = ({ relu, kernels }, lane) => {
  if (kernels.length > 1) return `${ORDER[lane]} output${relu ? " after ReLU" : ""}`;
  return relu ? "after ReLU" : "output";
};

export const lensHelp = (name, rows, columns) =>
  `${name}, ${rows} by ${columns} pixels: the arrow keys move the lens, Enter pins it`;

/** What stands in the corners of the window: the weights, where all of them are short enough to be read there. */
export function badges(kernel) {
  const texts = kernel.map((row) => row.map(brief));
  return texts.flat().every((text) => text.length <= SHORT)
    ? texts.map((row) => row.map((text) => `×${text}`))
    : null;
}

/** Where the lens is and what is computed there, as a sentence. */
export function sentence(now, { secret, live }) {
  if (live) return "The webcam is on.";
  if (!now.at) return "";
  const place = `Row ${now.at[0]}, column ${now.at[1]}`;
  if (secret) return `${place}: what will it be?`;
  return `${place}: ${now.kernels.map((kernel, lane) => sumOf(now, kernel, lane)).join(" ")}`;
}

function sumOf(now, kernel, lane) {
  const { terms, before, result } = sumAt(now, kernel);
  const two = now.kernels.length > 1;
  const sum =
    terms.length <= SPOKEN && !two
      ? sumInWords(terms, now.bias)
      : `${two ? `${kernelName(now, lane)}: ` : ""}${terms.length} products${now.bias ? " and the bias" : ""}`;
  return `${sum} = ${format(before)}${now.relu ? `; ReLU makes it ${format(result)}` : ""}.`;
}

/** How much of an output ReLU has made 0. */
export const silence = ({ relu }, made) =>
  relu && made ? `${percent(silentShare(made))} of the cells fall silent` : "";

/** Why the right picture is the right one. */
export function because({ kernel }) {
  const sum = total(kernel);
  return Math.abs(sum) < 1e-9
    ? "Its weights add up to 0, so flat places become 0 and only change remains."
    : `Its weights add up to ${format(sum)}, so flat places come out ${format(sum)} times as bright.`;
}
