// The runnable lines of ChannelMatrix for what is on the screen.
import { array } from "../parts/code.js";
import { isPutBack } from "./state.js";

const SMALL = 16; // pixels a side that are written out

/** The lines for what is shown; `pictures` are those of the book; `secret` if the numbers are still to be predicted. */
export function code(now, pictures, secret) {
  const { imports, lines } = pixels(now, pictures);
  const at = `[:, ${now.at.join(", ")}]`;
  const show = ["print(y.shape)", !secret && !isPutBack(now) && `print(y${at})`];
  return {
    NumPy: [
      "import numpy as np",
      ...imports,
      "",
      ...lines,
      "",
      ...numpyLayer(now),
      ...numpyWay(now),
      ...show,
    ],
    PyTorch: [
      "import numpy as np",
      "import torch",
      "import torch.nn.functional as F",
      ...imports,
      "",
      ...lines,
      "x = torch.tensor(x)",
      "",
      ...torchLayer(now),
      ...torchWay(now),
      ...show,
    ],
  };
}

// ---- the pixels ----------------------------------------------------------------------------------------------------

function pixels({ name, picture, photograph }, pictures) {
  const { height, width, planes } = photograph;
  if (pictures.includes(name))
    return { imports: ["from convbook import images"], lines: middle(name, picture, photograph) };
  if (Math.max(height, width) <= SMALL) {
    const rows = planes.map((plane) =>
      Array.from({ length: height }, (_, i) => [...plane.subarray(i * width, (i + 1) * width)]),
    );
    return { imports: [], lines: [array("x", rows, "np.array", ", dtype=float")] };
  }
  const open = `x = np.asarray(Image.open("picture.png").convert("RGB"), float).transpose(2, 0, 1)`;
  return {
    imports: ["from PIL import Image"],
    lines: ["# the input as it is before it is scrambled, saved by a right click", open],
  };
}

/** The middle of one of the book's pictures, reduced if it is large. */
function middle(name, { height, width }, shown) {
  const load = `images.load(${JSON.stringify(name)})`;
  const block = Math.max(1, Math.floor(Math.min(height, width) / Math.max(shown.height, shown.width)));
  const [down, across] = [height, width].map((side) => Math.floor(side / block));
  const part = (whole, side) => `${(whole - side) >> 1}:${((whole - side) >> 1) + side}`;
  return [
    `x = np.atleast_3d(${load}).astype(float).transpose(2, 0, 1) * np.ones((3, 1, 1))  # grey has all three alike`,
    block > 1 && `x = x.reshape(3, ${down}, ${block}, ${across}, ${block}).mean(axis=(2, 4)).round()`,
    `x = x[:, ${part(down, shown.height)}, ${part(across, shown.width)}]`,
  ];
}

// ---- NumPy ---------------------------------------------------------------------------------------------------------

const biased = (bias, name) => (bias ? ` + ${name}[:, None, None]` : "");

function numpyLayer(now) {
  const { layers, wide, relu } = now;
  const [first, second] = layers;
  return [
    array("A", first.matrix),
    first.bias && array("a", first.bias),
    second && array("B", second.matrix),
    second?.bias && array("b", second.bias),
    "",
    "def layer(x):",
    ...(wide ? numpyMeans() : []),
    `    y = np.einsum("oc,chw->ohw", A, x)${biased(first.bias, "a")}`,
    relu && "    y = np.maximum(y, 0)",
    second && `    y = np.einsum("oc,chw->ohw", B, y)${biased(second.bias, "b")}`,
    "    return y",
    "",
  ];
}

const numpyMeans = () => [
  "    windows = np.lib.stride_tricks.sliding_window_view(np.pad(x, ((0, 0), (1, 1), (1, 1))), (3, 3), axis=(1, 2))",
  "    x = windows.mean(axis=(3, 4))",
];

const shuffle = (pixels) => [
  `keys = np.arange(${pixels}, dtype=np.uint32) * np.uint32(2654435761)  # a hash: any shuffle would do`,
  "keys = (keys ^ keys >> np.uint32(15)) * np.uint32(2246822519)",
  "order = np.argsort(keys ^ keys >> np.uint32(13))",
];

function numpyWay(now) {
  if (!now.scramble) return ["y = layer(x)"];
  return [
    ...shuffle("x[0].size"),
    "scrambled = x.reshape(3, -1)[:, order].reshape(x.shape)",
    "y = layer(scrambled)",
    "back = np.empty_like(y).reshape(len(y), -1)",
    "back[:, order] = y.reshape(len(y), -1)",
    "back = back.reshape(y.shape)",
    "print(np.abs(back - layer(x)).max())",
    isPutBack(now) && "y = back",
  ];
}

// ---- PyTorch -------------------------------------------------------------------------------------------------------

function torchLayer({ layers, wide, relu }) {
  const [first, second] = layers;
  const double = ", dtype=torch.float64";
  const conv = (of, weight, bias, more = "") => `F.conv2d(${of}, ${weight}${bias ? `, ${bias}` : ""}${more})`;
  const weight = wide ? "A[:, :, None, None].expand(-1, -1, 3, 3) / 9" : "A[:, :, None, None]";
  return [
    array("A", first.matrix, "torch.tensor", double),
    first.bias && array("a", first.bias, "torch.tensor", double),
    second && array("B", second.matrix, "torch.tensor", double),
    second?.bias && array("b", second.bias, "torch.tensor", double),
    "",
    "def layer(x):",
    `    y = ${conv("x[None]", weight, first.bias && "a", wide ? ", padding=1" : "")}[0]`,
    relu && "    y = F.relu(y)",
    second && `    y = ${conv("y[None]", "B[:, :, None, None]", second.bias && "b")}[0]`,
    "    return y",
    "",
  ];
}

function torchWay(now) {
  if (!now.scramble) return ["y = layer(x)"];
  return [
    ...shuffle("x[0].numel()"),
    "y = layer(x.flatten(1)[:, order].reshape(x.shape))",
    "back = torch.empty_like(y).flatten(1)",
    "back[:, order] = y.flatten(1)",
    "back = back.reshape(y.shape)",
    "print((back - layer(x)).abs().max())",
    isPutBack(now) && "y = back",
  ];
}
