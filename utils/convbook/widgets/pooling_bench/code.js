// The runnable lines of PoolingBench for what is on the screen.
import { gaussian } from "../arithmetic/blur.js";
import { shape } from "../arithmetic/tensor.js";
import { array } from "../parts/code.js";
import { FRAME } from "./reductions.js";

export const code = (now) => ({ NumPy: numpy(now), PyTorch: torch(now) });

const typed = (name, matrix) => array(name, matrix, "np.array", ", dtype=float");

// How far a last window of ceil mode hangs over, below and to the right.
function overhang({ moved, sizes, stride, kernel_size: size, padding }) {
  return [0, 1].map((axis) =>
    Math.max(0, (sizes.max[axis] - 1) * stride + size - shape(moved)[axis] - 2 * padding),
  );
}

function numpy(now) {
  const { moved, kernel, stride: s, kernel_size: k, padding: p, backward } = now;
  const [below, beside] = overhang(now);
  const sides = `((${p}, ${p + below}), (${p}, ${p + beside}))`;
  return [
    "import numpy as np",
    "",
    typed("x", moved),
    typed("w", kernel),
    array("blur", gaussian(FRAME)),
    "",
    "def windows(x, size, sides, fill=0.0):",
    "    framed = np.pad(x, sides, constant_values=fill)",
    `    return np.lib.stride_tricks.sliding_window_view(framed, (size, size))[::${s}, ::${s}]`,
    "",
    `largest, pool, three = windows(x, ${k}, ${sides}, -np.inf), windows(x, ${k}, ${sides}), windows(x, ${FRAME}, 1)`,
    ...numpyPlaces(now, [below, beside]),
    'y = {"max": largest.max((2, 3)), "average": pool.sum((2, 3)) / places,',
    '     "convolution": np.einsum("ijuv,uv->ij", three, w), "blur": np.einsum("ijuv,uv->ij", three, blur)}',
    ...(backward ? numpyGradients(now) : ["print(y)"]),
  ];
}

// By how many places each average divides.
function numpyPlaces({ kernel_size: k, padding: p, count_include_pad: counts }, [below, beside]) {
  if (!below && !beside && (counts || !p)) return [`places = ${k * k}`];
  return [
    `counted = np.pad(np.ones(x.shape), ${p}, constant_values=${counts ? "1.0" : "0.0"})`,
    `places = windows(counted, ${k}, ((0, ${below}), (0, ${beside}))).sum((2, 3))`,
  ];
}

const numpyGradients = ({ stride: s, kernel_size: k, padding: p, gradient }) => [
  "",
  typed("dy", gradient),
  "",
  "def spread(shares, sides):  # every dy goes to its window in these shares; overlaps add up",
  "    size = shares.shape[2]",
  `    dx = np.zeros([pixels + 2 * sides + size + ${s} for pixels in x.shape])`,
  "    for i, j in np.ndindex(*shares.shape[:2]):",
  `        dx[i * ${s}:i * ${s} + size, j * ${s}:j * ${s} + size] += dy[i, j] * shares[i, j]`,
  "    return dx[sides:sides + x.shape[0], sides:sides + x.shape[1]]",
  "",
  `winner = np.eye(${k * k})[largest.reshape(*largest.shape[:2], -1).argmax(2)].reshape(largest.shape)  # the first of the largest`,
  "even = np.ones(pool.shape) / np.reshape(places, np.shape(places) + (1, 1))",
  `dx = {"max": spread(winner, ${p}), "average": spread(even, ${p}),`,
  '      "convolution": spread(np.broadcast_to(w, three.shape), 1), "blur": spread(np.broadcast_to(blur, three.shape), 1)}',
  "print(dx)",
];

function torch(now) {
  const tensors = (name, matrix) => array(name, matrix, "torch.tensor", ", dtype=torch.float64");
  const python = (value) => (value ? "True" : "False");
  const pooling = `${now.kernel_size}, stride=${now.stride}, padding=${now.padding}, ceil_mode=${python(now.ceil_mode)}`;
  const framed = `stride=${now.stride}, padding=1`;
  return [
    "import torch",
    "import torch.nn.functional as F",
    "",
    tensors("x", now.moved),
    tensors("w", now.kernel),
    tensors("blur", gaussian(FRAME)),
    ...(now.backward ? [tensors("dy", now.gradient)] : []),
    "",
    "x = x[None, None].requires_grad_()",
    `y = {"max": F.max_pool2d(x, ${pooling}),`,
    `     "average": F.avg_pool2d(x, ${pooling}, count_include_pad=${python(now.count_include_pad)}),`,
    `     "convolution": F.conv2d(x, w[None, None], ${framed}), "blur": F.conv2d(x, blur[None, None], ${framed})}`,
    ...(now.backward ? TORCH_GRADIENTS : TORCH_OUTPUTS),
  ];
}

const TORCH_OUTPUTS = ["y = {name: one[0, 0].detach() for name, one in y.items()}", "print(y)"];
const TORCH_GRADIENTS = [
  "dx = {name: torch.autograd.grad(one, x, dy[None, None, :one.shape[2], :one.shape[3]])[0][0, 0] for name, one in y.items()}",
  "print(dx)",
];
