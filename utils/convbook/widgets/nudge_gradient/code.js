// The runnable lines of NudgeGradient for what is on the screen: the loss and its gradients.
import { array, literal } from "../parts/code.js";

export function code(now) {
  const row = now.dimensions === 1;
  const { input, kernel, target } = now.layer;
  const written = { x: input, w: kernel, t: target };
  const arrays = Object.entries(written).map(([name, matrix]) => [name, row ? matrix[0] : matrix]);
  return {
    NumPy: [
      "import numpy as np",
      "",
      ...arrays.map(([name, value]) => array(name, value, "np.array", ", dtype=float")),
      `b = ${literal(now.layer.bias)}`,
      ...(row ? rowOf(now) : pictureOf(now)),
      "loss = 0.5 * ((y - t) ** 2).sum()",
      "print(loss, dX, dW, db)",
    ],
    PyTorch: torch(now, row, arrays),
  };
}

const times = (by, name) => (by > 1 ? `${by} * ${name}` : name);
const plus = (name, by) => (by ? `${name} + ${by}` : name);
const steps = (by) => (by > 1 ? ` : ${by}` : "");

/** "seen = slice(u, u + len(t))": the pixels that one weight meets. */
function span(name, count, stride, dilation) {
  const from = times(dilation, name);
  return `${from} : ${from} + ${times(stride, count)}${steps(stride)}`;
}

/** In one dimension; `padding` lies at both ends. */
function rowOf({ stride, padding, dilation }) {
  const seen = `np.s_[${span("u", "len(t)", stride, dilation)}]`;
  return [
    padding ? `padded = np.pad(x, ${padding})` : "padded = x",
    "dW, dPadded = np.zeros(w.shape), np.zeros(padded.shape)",
    `y = b + sum(w[u] * padded[${span("u", "len(t)", stride, dilation)}] for u in range(len(w)))`,
    "dY = y - t",
    "for u in range(len(w)):",
    `    seen = ${seen}  # the pixels that this weight meets`,
    "    dW[u] = (padded[seen] * dY).sum()",
    "    dPadded[seen] += w[u] * dY",
    padding ? `dX = dPadded[${padding} : ${plus("len(x)", padding)}]  # cropped` : "dX = dPadded",
    "db = dY.sum()",
  ];
}

function pictureOf({ stride, padding, dilation }) {
  const seen = ["u", "v"].map((name, a) => span(name, ["rows", "columns"][a], stride, dilation)).join(", ");
  const crop = ["height", "width"].map((name) => `${padding} : ${plus(name, padding)}`).join(", ");
  return [
    padding ? `padded = np.pad(x, ${padding})` : "padded = x",
    "(height, width), (rows, columns) = x.shape, t.shape",
    "dW, dPadded = np.zeros(w.shape), np.zeros(padded.shape)",
    "y = np.full(t.shape, float(b))",
    "for u, v in np.ndindex(w.shape):",
    `    y += w[u, v] * padded[${seen}]`,
    "dY = y - t",
    "for u, v in np.ndindex(w.shape):",
    `    seen = np.s_[${seen}]  # the pixels that this weight meets`,
    "    dW[u, v] = (padded[seen] * dY).sum()",
    "    dPadded[seen] += w[u, v] * dY",
    padding ? `dX = dPadded[${crop}]  # cropped` : "dX = dPadded",
    "db = dY.sum()",
  ];
}

function torch({ stride, padding, dilation, layer }, row, arrays) {
  const more = ", dtype=torch.float64";
  const learns = (name) => (name === "t" ? more : `${more}, requires_grad=True`);
  return [
    "import torch",
    "import torch.nn.functional as F",
    "",
    ...arrays.map(([name, value]) => array(name, value, "torch.tensor", learns(name))),
    `b = torch.tensor([${literal(layer.bias)}]${learns("b")})`,
    `y = F.${row ? "conv1d" : "conv2d"}(x[None, None], w[None, None], b, stride=${stride}, padding=${padding}, dilation=${dilation})[0, 0]`,
    "loss = 0.5 * ((y - t) ** 2).sum()",
    "loss.backward()",
    "dX, dW, db = x.grad, w.grad, b.grad[0]",
    "print(loss.item(), dX, dW, db)",
  ];
}
