// The runnable lines of ReceptiveField for what is on the screen.
import { isLayer } from "../arithmetic/stack.js";
import { RANGES } from "./state.js";

/** @param {{ layers: any[], size: number }} now @param {number[]} unit */
export const code = (now, unit) => ({ Python: python(now, unit), PyTorch: torch(now, unit) });

const literal = (row) =>
  isLayer(row)
    ? `(${Object.keys(RANGES)
        .map((key) => row[key])
        .join(", ")})`
    : `"${row.kind}"`;

const literals = (rows) => [
  "layers = [  # kernel, stride, padding, dilation",
  ...rows.map((row) => `    ${literal(row)},`),
  "]",
];

// What a loop over the layers does where a skip starts, and where it is added.
function atSkips(rows, keep, add) {
  if (rows.every(isLayer)) return [];
  return [
    '    if layer == "skip":',
    `        kept.append(${keep})`,
    "        continue",
    '    if layer == "add":',
    ...add.map((line) => `        ${line}`),
    "        continue",
  ];
}

const start = (rows, names, values) =>
  rows.every(isLayer) ? `${names} = ${values}` : `${names}, kept = ${values}, []`;

const python = ({ layers }, unit) => [
  ...literals(layers),
  `${start(layers, "first, last, jump", "0, 0, 1")}  # what unit 0 sees, and how far its neighbour's field lies`,
  "for layer in layers:",
  ...atSkips(layers, "(first, last)", [
    "begin, end = kept.pop()",
    "first, last = min(first, begin), max(last, end)",
  ]),
  "    kernel, stride, padding, dilation = layer",
  "    first, last = first - padding * jump, last + (dilation * (kernel - 1) - padding) * jump",
  "    jump *= stride  # only now: it widens the steps of the next layers",
  "",
  "r = last - first + 1",
  `rows, columns = [(first + unit * jump, last + unit * jump) for unit in (${unit.join(", ")})]`,
  "print(r, jump, rows, columns)",
];

const torch = ({ layers, size }, unit) => [
  "import torch",
  "import torch.nn.functional as F",
  "",
  ...literals(layers),
  `x = torch.zeros(1, 1, ${size}, ${size}, dtype=torch.float64, requires_grad=True)`,
  start(layers, "y, jump", "x, 1"),
  "for layer in layers:",
  ...atSkips(layers, "(y, jump)", [
    "past, before = kept.pop()",
    "step = jump // before  # a 1×1 convolution with the stride of the block",
    "y = y + past[:, :, ::step, ::step]",
  ]),
  "    kernel, stride, padding, dilation = layer",
  "    mean = torch.full((1, 1, kernel, kernel), 1 / kernel**2, dtype=torch.float64)",
  "    y = F.conv2d(y, mean, stride=stride, padding=padding, dilation=dilation)",
  "    jump *= stride",
  "",
  `y[0, 0, ${unit.join(", ")}].backward()`,
  "gradient = x.grad[0, 0]",
  "rows, columns = gradient.nonzero().T",
  "print(rows.min(), rows.max(), columns.min(), columns.max(), len(rows))",
];
