// The runnable lines of EquivarianceBench for what is on the screen. What is written into them are numbers and words of this file.
import { array } from "../parts/code.js";

const NUMPY_MODES = { circular: "wrap", zeros: "constant", reflect: "reflect", replicate: "edge" };
const TORCH_MODES = { circular: "circular", zeros: "constant", reflect: "reflect", replicate: "replicate" };

export const code = (now) => ({
  NumPy: script(now, {
    library: "np",
    imports: ["import numpy as np", "from numpy.lib.stride_tricks import sliding_window_view as windows"],
    call: ["np.array", ", dtype=float"],
    layer: numpyLayer(now),
    framed: "np.pad(x, n, constant_values=enters)",
  }),
  PyTorch: script(now, {
    library: "torch",
    imports: ["import torch", "import torch.nn.functional as F"],
    call: ["torch.tensor", ", dtype=torch.float64"],
    layer: torchLayer(now),
    framed: "F.pad(x, (n, n, n, n), value=enters)",
  }),
});

const indent = (lines) => lines.filter(Boolean).map((line) => `    ${line}`);

function script(now, { library, imports, call: [call, more], layer, framed }) {
  const moved = (what, by, enters) =>
    now.wrap
      ? `${library}.roll(${what}, (${by.join(", ")}), (0, 1))`
      : `shift(${what}, ${by.join(", ")}, ${enters})`;
  return [
    ...imports,
    "",
    array("x", now.input, call, more),
    array("w", now.kernel, call, more),
    "",
    "def layer(x):",
    ...indent(layer),
    "",
    ...(now.wrap ? [] : shiftLines(framed)),
    `a = layer(${moved("x", now.shift, "0.0")})`,
    `b = ${moved("layer(x)", now.move, now.valid ? 'float("nan")' : "0.0")}`,
    "difference = a - b",
    "print(difference)",
  ];
}

const shiftLines = (framed) => [
  "def shift(x, down, right, enters):  # what leaves is lost",
  ...indent([
    "(height, width), n = x.shape, max(abs(down), abs(right))",
    `return ${framed}[n - down:n - down + height, n - right:n - right + width]`,
  ]),
  "",
];

function numpyLayer({ stride, relu, pooling, padding_mode: mode, padding: [p, q], valid }) {
  const every = stride > 1 ? `[::${stride}, ::${stride}]` : "";
  const pool = pooling === "max" ? "max" : "mean";
  return [
    !valid && `x = np.pad(x, ((${p}, ${p}), (${q}, ${q})), mode="${NUMPY_MODES[mode]}")`,
    `y = np.einsum("ijuv,uv->ij", windows(x, w.shape)${every}, w)`,
    relu && "y = np.maximum(y, 0)",
    pooling !== "none" && `y = windows(y, (2, 2))[::2, ::2].${pool}((2, 3))`,
    "return y",
  ];
}

function torchLayer({ stride, relu, pooling, padding_mode: mode, padding: [p, q], valid }) {
  return [
    "y = x[None, None]",
    !valid && `y = F.pad(y, (${q}, ${q}, ${p}, ${p}), mode="${TORCH_MODES[mode]}")`,
    `y = F.conv2d(y, w[None, None], stride=${stride})`,
    relu && "y = F.relu(y)",
    pooling !== "none" && `y = F.${pooling === "max" ? "max" : "avg"}_pool2d(y, 2)`,
    "return y[0, 0]",
  ];
}
