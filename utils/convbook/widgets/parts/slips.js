// What readers get wrong, by name: the one home of these sentences, for the widgets and for the questions of the pages;
// and how an answer is compared with them. No DOM here.
export const SLIPS = {
  // of a sum
  flipped: "You flipped the kernel. Deep learning slides it as it stands.",
  "not flipped": "You used the kernel as it was before the flip.",
  "kernel ignored": "That is the sum of the window: you ignored the kernel.",
  "sign lost": "A minus sign was lost: a negative weight subtracts.",
  "first row only": "That is the first row only: all rows of the window count.",
  "bias forgotten": "You forgot the bias: add it once, after the products.",
  "relu forgotten": "That is the sum before ReLU: negative sums become 0.",
  "relu on": "ReLU is off here: a negative sum stays negative.",
  "sign turned": "The size is right, the sign is not.",
  // of a size
  "not rounded": "That is / where // belongs: part of a step is no step, so the floor drops it.",
  "rounded up": "You rounded up: a window that does not fit whole is not taken.",
  "dilation ignored": "You ignored the dilation: a dilated kernel spans d·(k − 1) + 1 pixels.",
  "padding counted once": "You counted the padding once: it is added on both sides.",
  "padding on one side": "You counted the padding on one side only.",
  "no plus one": "The + 1 is lost: the first window counts before any step.",
  "padding forgotten": "You left out the padding: the window may start on it.",
  "stride ignored": "You left out the stride: that is how many windows there are in steps of 1.",
  "quotient alone": "That is the quotient alone: apply the floor, then add 1 for the first window.",
  "size of the input": "That is the size of the input.",
  "height and width": "The height comes first, then the width.",
  // of a receptive field
  "kernels multiplied":
    "That is the product of the kernels. Fields grow by adding: each layer adds k − 1 steps of the jump before it.",
  "kernels added": "That is the sum of the kernels. Neighbouring windows overlap: a layer adds k − 1, not k.",
  "strides ignored": "You left out the strides: behind a stride, one step is several pixels wide.",
  "jump too early":
    "You updated the jump too early: a layer's own stride widens the steps of the layers after it, not its own.",
  "window not counted": "The pixel that you start from counts, too: r begins at 1.",
  "jump alone": "That is the jump, how far the fields of two neighbours lie apart.",
  // of a layer's weights and costs
  "groups ignored":
    "You left out the groups: an output reads the inputs of its own group alone, I/g of them.",
  "divided twice":
    "You divided both numbers of channels by the groups: all O filters are there, each only I/g deep.",
  "kernel area forgotten": "You left out the kernel: every pair that is joined takes k·k weights.",
  "kernel side counted": "A kernel has k·k weights, not k.",
  "biases forgotten": "You left out the biases: one for each output channel of each layer.",
  "biases counted": "You counted biases: there are none here.",
  "positions forgotten": "That is the number of weights: each of them is used at every position of the map.",
  "flops counted": "Those are FLOPs: one multiply-accumulate is a multiplication and an addition.",
};

/** What can go wrong after the sum `before`, whatever it was made of. */
export const lateMistakes = (before, truth) => [
  { value: before, hint: SLIPS["relu forgotten"] },
  { value: Math.max(0, before), hint: SLIPS["relu on"] },
  { value: -truth, hint: SLIPS["sign turned"] },
];

const TOLERANCE = 5e-4; // readers round to three decimals

/** Where whole numbers are asked for, and one is given, there is nothing to round: 65,535 is not 65,536. */
const areWhole = (a, b) => Number.isInteger(a) && Math.abs(b - Math.round(b)) < 1e-9;

function close(a, b) {
  if (Array.isArray(b)) return a.length === b.length && a.every((value, i) => close(value, b[i]));
  if (areWhole(a, b)) return a === Math.round(b);
  return a === b || (Number.isFinite(b) && Math.abs(a - b) <= TOLERANCE * Math.max(1, Math.abs(b)));
}

/**
 * Says whether an answer is right, or names the first mistake that gives it.
 * @param {{ value: any, hint: string }[]} mistakes
 * @returns {{ right: boolean, hint?: string }}
 */
export function diagnose(answer, truth, mistakes) {
  if (close(answer, truth)) return { right: true };
  const known = mistakes.find(({ value }) => !close(value, truth) && close(answer, value));
  return { right: false, hint: known?.hint };
}
