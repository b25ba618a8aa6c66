// The runnable lines of CoverageMap for what is on the screen. What is written into them are numbers and words of this file.
import { effectiveKernel } from "../arithmetic/sizes.js";
import { array } from "../parts/code.js";

const NUMPY_MODES = { zeros: "constant", reflect: "reflect", replicate: "edge", circular: "wrap" };
const TORCH_MODES = { zeros: "constant", reflect: "reflect", replicate: "replicate", circular: "circular" };

export const code = (now) => ({ NumPy: numpyCode(now), PyTorch: torchCode(now) });

/** The lines for the one reading, or a loop over the padding of both: lines(padding, where the answer goes). */
function perReading(all, written, lines) {
  if (all.length === 1) return lines(written(all[0].pads), "y");
  const paddings = all.map(({ name, pads }) => `"${name}": ${written(pads)}`).join(", ");
  return [
    "y = {}",
    `for name, padding in {${paddings}}.items():`,
    ...lines("padding", "y[name]").map((line) => `    ${line}`),
  ];
}

function numpyCode({ input, kernel, stride, dilation, counts, all, drawn }) {
  const spans = drawn.axes.map((axis) => effectiveKernel(axis.kernel, axis.dilation)).join(", ");
  const mode = NUMPY_MODES[drawn.mode];
  const steps = [...stride, ...dilation].map((step) => (step > 1 ? `::${step}` : ":")).join(", ");
  const windows = (of) => `np.lib.stride_tricks.sliding_window_view(${of}, (${spans}))[${steps}]`;
  const written = (pads) => `(${pads.map((pair) => `(${pair.join(", ")})`).join(", ")})`;
  const lines = (padding, into) => [
    `padded = np.pad(x, ${padding}, mode="${mode}")`,
    `windows = ${windows("padded")}`,
    `${into} = np.einsum("ijuv,uv->ij", windows, w)`,
  ];
  const none = mode === "constant" ? ", constant_values=-1" : "";
  const reads = [
    "",
    "# how often each pixel is read: every pixel has a number, found again in the windows",
    `places = np.pad(np.arange(x.size).reshape(x.shape), ${written(drawn.pads)}, mode="${mode}"${none})`,
    `read = ${windows("places")}`,
    "counts = np.bincount(read[read >= 0], minlength=x.size).reshape(x.shape)",
    "print(counts)",
  ];
  return [
    "import numpy as np",
    "",
    array("x", input),
    array("w", kernel),
    ...perReading(all, written, lines),
    "print(y)",
    ...(counts ? reads : []),
  ];
}

function torchCode({ input, kernel, stride, dilation, counts, all, drawn }) {
  const typed = (name, matrix) => array(name, matrix, "torch.tensor", ", dtype=torch.float64");
  const mode = TORCH_MODES[drawn.mode];
  const written = ([vertical, horizontal]) => `(${[...horizontal, ...vertical].join(", ")})`; // PyTorch names the last axis first
  const lines = (padding, into) => [
    `padded = F.pad(x[None, None], ${padding}, mode="${mode}")`,
    `${into} = F.conv2d(padded, w[None, None], stride=(${stride.join(", ")}), dilation=(${dilation.join(", ")}))[0, 0]`,
  ];
  const reads = [
    "",
    "# how often each pixel is read: the gradient of the sum, for a kernel of ones",
    "w = torch.ones_like(w)",
    "x.requires_grad_()",
    ...lines(written(drawn.pads), "ones"),
    "ones.sum().backward()",
    "print(x.grad)",
  ];
  return [
    "import torch",
    "import torch.nn.functional as F",
    "",
    typed("x", input),
    typed("w", kernel),
    ...perReading(all, written, lines),
    "print(y)",
    ...(counts ? reads : []),
  ];
}
