// The runnable lines of StampAndAdjoint for what is on the screen: the reading that is drawn.

import { shape } from "../arithmetic/tensor.js";
import { array } from "../parts/code.js";

export function code(now) {
  const { input, kernel } = now;
  const typed = (name, matrix) => array(name, matrix, "torch.tensor", ", dtype=torch.float64");
  return {
    NumPy: [
      "import numpy as np",
      "",
      array("x", input),
      array("w", kernel),
      ...NUMPY[now.reading](now),
      "print(y)",
    ],
    PyTorch: [
      "import torch",
      "import torch.nn.functional as F",
      "",
      typed("x", input),
      typed("w", kernel),
      ...TORCH[now.reading](now),
      "print(y)",
    ],
  };
}

const step = (by) => (by > 1 ? `::${by}` : ":");
const tuple = (numbers) => `(${numbers.join(", ")})`;

/** The lines that stamp: into a frame with room for what is cropped. */
function stamping({ stride, padding, dilation, frame, shapes: { output } }, stamp, start) {
  const [kh, kw] = ["w.shape[0]", "w.shape[1]"];
  const span = (at, taps) => {
    const from = stride > 1 ? `${stride} * ${at}` : at;
    const length = dilation > 1 ? `${dilation} * (${taps} - 1) + 1` : taps;
    return `${from} : ${from} + ${length}${dilation > 1 ? ` : ${dilation}` : ""}`;
  };
  const [rows, columns] = output.map((size) => `${padding} : ${padding + size}`);
  return [
    `y = ${start(tuple(frame))}`,
    "for i in range(x.shape[0]):",
    "    for j in range(x.shape[1]):",
    `        y[${span("i", kh)}, ${span("j", kw)}] += x[i, j] * ${stamp}`,
    `y = y[${rows}, ${columns}]  # padding crops, output_padding crops less at the end`,
  ];
}

function borders({ kernel, padding, dilation, output_padding: more }) {
  return shape(kernel).map((taps) => {
    const border = dilation * (taps - 1) - padding;
    return [border, border + more];
  });
}

const spreadShape = ({ shapes: { input }, stride }) => tuple(input.map((size) => (size - 1) * stride + 1));

const NUMPY = {
  stamp: (now) => stamping(now, "w", (size) => `np.zeros(${size})`),
  zeros(now) {
    const spans = now.shapes.kernel.map((taps) => now.dilation * (taps - 1) + 1);
    const steps = now.dilation > 1 ? `[:, :, ${step(now.dilation)}, ${step(now.dilation)}]` : "";
    return [
      `z = np.zeros(${spreadShape(now)})`,
      `z[${step(now.stride)}, ${step(now.stride)}] = x  # zeros between the pixels`,
      `z = np.pad(z, ${tuple(borders(now).map(tuple))})  # and around them`,
      `windows = np.lib.stride_tricks.sliding_window_view(z, ${tuple(spans)})${steps}`,
      `y = np.einsum("ijuv,uv->ij", windows, w[::-1, ::-1])  # the kernel, rotated`,
    ];
  },
  matrix(now) {
    const { stride, padding, dilation, shapes } = now;
    const along = (from, taps) =>
      `${stride > 1 ? `${stride} * ` : ""}${from} + ${dilation > 1 ? `${dilation} * ` : ""}${taps}${padding ? ` - ${padding}` : ""}`;
    const [rows, columns] = shapes.output;
    return [
      `Ct = np.zeros((${rows * columns}, x.size))`,
      "for i, j in np.ndindex(x.shape):",
      "    for u, v in np.ndindex(w.shape):",
      `        a, b = ${along("i", "u")}, ${along("j", "v")}`,
      `        if 0 <= a < ${rows} and 0 <= b < ${columns}:`,
      `            Ct[${columns} * a + b, x.shape[1] * i + j] = w[u, v]`,
      `y = (Ct @ x.ravel()).reshape(${rows}, ${columns})`,
    ];
  },
};

const settings = ({ stride, padding, output_padding: more, dilation }) =>
  `stride=${stride}, padding=${padding}, output_padding=${more}, dilation=${dilation}`;

const TORCH = {
  stamp: (now) => [`y = F.conv_transpose2d(x[None, None], w[None, None], ${settings(now)})[0, 0]`],
  zeros(now) {
    const [[top, bottom], [left, right]] = borders(now);
    const by = step(now.stride);
    return [
      `z = torch.zeros(${spreadShape(now)}, dtype=torch.float64)`,
      `z[${by}, ${by}] = x  # zeros between the pixels`,
      `z = F.pad(z, ${tuple([left, right, top, bottom])})  # and around them`,
      `y = F.conv2d(z[None, None], w.flip(0, 1)[None, None], dilation=${now.dilation})[0, 0]  # the kernel, rotated`,
    ];
  },
  matrix(now) {
    const [rows, columns] = now.shapes.output;
    const each = "torch.eye(x.numel(), dtype=torch.float64).reshape(-1, 1, *x.shape)";
    return [
      `each = ${each}  # one pixel at a time`,
      `Ct = F.conv_transpose2d(each, w[None, None], ${settings(now)}).reshape(x.numel(), -1).T`,
      `y = (Ct @ x.ravel()).reshape(${rows}, ${columns})`,
    ];
  },
};
