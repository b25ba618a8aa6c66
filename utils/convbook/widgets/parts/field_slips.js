// What readers get wrong about receptive fields, and the sum as it should be. No DOM here.
// Layers are those of fields.js: { kernel, stride, before, dilation }.
import { receptiveField } from "../arithmetic/receptive_field.js";
import { effectiveKernel } from "../arithmetic/shapes.js";

const sees = (layers) => receptiveField(layers).size;
const ignoring = (layers, name) => sees(layers.map((layer) => ({ ...layer, [name]: 1 })));
// Each layer multiplied by the jump behind it, not by the one before it.
function tooEarly(layers) {
  let jump = 1;
  return layers.reduce(
    (size, { kernel, stride, dilation }) => size + (effectiveKernel(kernel, dilation) - 1) * (jump *= stride),
    1,
  );
}
const kernels = (layers) => layers.map(({ kernel }) => kernel);
const SLIPS = [
  [
    (layers) => kernels(layers).reduce((a, b) => a * b, 1),
    "That is the product of the kernels. Fields grow by adding: each layer adds k − 1 steps of the jump before it.",
  ],
  [
    (layers) => kernels(layers).reduce((a, b) => a + b, 0),
    "That is the sum of the kernels. Neighbouring windows overlap: a layer adds k − 1, not k.",
  ],
  [
    (layers) => ignoring(layers, "stride"),
    "You left out the strides: behind a stride, one step is several pixels wide.",
  ],
  [
    tooEarly,
    "You updated the jump too early: a layer's own stride widens the steps of the layers after it, not its own.",
  ],
  [
    (layers) => ignoring(layers, "dilation"),
    "You ignored the dilation: a dilated kernel spans d·(k − 1) + 1.",
  ],
  [(layers) => sees(layers) - 1, "The pixel that you start from counts, too: r begins at 1."],
  [
    (layers) => receptiveField(layers).jump,
    "That is the jump, how far the fields of two neighbours lie apart.",
  ],
];

// The slips as predict.js wants them.
export const fieldMistakes = (layers) => SLIPS.map(([slip, hint]) => ({ value: slip(layers), hint }));

// "1 + 2·1 + 2·2": what each layer adds, its steps times the jump before it.
export const fieldSum = (layers) =>
  [
    "1",
    ...layers.map(
      ({ kernel, dilation }, n) =>
        `${effectiveKernel(kernel, dilation) - 1}·${receptiveField(layers.slice(0, n)).jump}`,
    ),
  ].join(" + ");
