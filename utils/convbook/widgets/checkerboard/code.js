// The runnable lines of Checkerboard for what is on the screen.
import { samePadding } from "../arithmetic/padding.js";
import { recipe } from "../arithmetic/upsampling.js";
import { array } from "../parts/code.js";

/** @param {any} now @param {{ name: string, pictures: string[], picture: any }} shown */
export function code(now, { name, pictures, picture }) {
  const known = pictures.includes(name);
  const numpy = [
    "import numpy as np",
    ...(known ? [] : ["from PIL import Image"]),
    "from convbook import images",
  ];
  const weights = now.filters.length > 1 ? now.filters : now.filters[0];
  const out = ["print(y.shape, tile)"];
  return {
    NumPy: [
      ...numpy,
      "",
      ...pictureLines(now, known && name, picture),
      array("w", weights),
      "",
      ...numpyLines(now),
      "",
      "y = upsample(x)",
      ...tileLines(now, "np.ones((20, 20))"),
      ...out,
    ],
    PyTorch: [
      ...numpy,
      "import torch",
      "import torch.nn.functional as F",
      "",
      ...pictureLines(now, known && name, picture),
      "x = torch.tensor(x)",
      array("w", weights, "torch.tensor", ", dtype=torch.float64"),
      "",
      ...torchLines(now),
      "",
      "y = upsample(x)",
      ...tileLines(now, "torch.ones(20, 20, dtype=torch.float64)"),
      ...out,
    ],
  };
}

/** The square middle of the photograph, and its small version. */
function pictureLines({ large, stride }, name, { height, width }) {
  const { side } = large;
  const block = Math.max(1, Math.floor(Math.min(height, width) / 120));
  const cut = [height, width].map((length) => {
    const first = Math.floor((Math.floor(length / block) - side) / 2) * block;
    return `${first}:${first + side * block}`;
  });
  const load = name
    ? `images.load(${JSON.stringify(name)})`
    : `np.asarray(Image.open("picture.png").convert("RGB"))`;
  const small = side / stride;
  return [
    `picture = images.grey(${load}).round()[${cut.join(", ")}]`,
    ...(block > 1
      ? [`picture = picture.reshape(${side}, ${block}, ${side}, ${block}).mean(axis=(1, 3))`]
      : []),
    `x = picture.reshape(${small}, ${stride}, ${small}, ${stride}).mean(axis=(1, 3))`,
  ];
}

/** What one colour becomes, far from the border. */
const tileLines = ({ stride }, ones) => [
  `tile = upsample(${ones})[${10 * stride}:${11 * stride}, ${10 * stride}:${11 * stride}]`,
];

function numpyLines({ way, kernel, stride, shuffled }) {
  const { padding, outputPadding } = recipe(kernel, stride);
  const [before, after] = samePadding(kernel);
  const windows = (of) =>
    `np.lib.stride_tricks.sliding_window_view(np.pad(${of}, (${before}, ${after})), (${kernel}, ${kernel}))`;
  if (way === "transposed")
    return [
      "def upsample(x):",
      `    y = np.zeros([${stride} * n + ${Math.max(kernel - stride, 0) + outputPadding} for n in x.shape])`,
      `    for u, v in np.ndindex(w.shape):`,
      `        y[u : u + ${stride} * x.shape[0] : ${stride}, v : v + ${stride} * x.shape[1] : ${stride}] += w[u, v] * x`,
      `    return y[${padding} : ${padding} + ${stride} * x.shape[0], ${padding} : ${padding} + ${stride} * x.shape[1]]`,
    ];
  if (shuffled)
    return [
      "def upsample(x):",
      `    planes = np.einsum("ijuv,fuv->fij", ${windows("x")}, w)`,
      `    planes = planes.reshape(${stride}, ${stride}, *x.shape).transpose(2, 0, 3, 1)  # pixel shuffle`,
      `    return planes.reshape(${stride} * x.shape[0], ${stride} * x.shape[1])`,
    ];
  const larger =
    way === "nearest"
      ? [`    larger = np.kron(x, np.ones((${stride}, ${stride})))`]
      : [
          "    def between(n):",
          `        at = np.clip((np.arange(${stride} * n) + 0.5) / ${stride} - 0.5, 0, n - 1)`,
          "        return np.maximum(0, 1 - np.abs(at[:, None] - np.arange(n)))",
          "    larger = between(x.shape[0]) @ x @ between(x.shape[1]).T",
        ];
  return ["def upsample(x):", ...larger, `    return np.einsum("ijuv,uv->ij", ${windows("larger")}, w)`];
}

function torchLines({ way, kernel, stride, shuffled }) {
  const { padding, outputPadding } = recipe(kernel, stride);
  const [before, after] = samePadding(kernel);
  const padded = (of) => `F.pad(${of}, (${before}, ${after}, ${before}, ${after}))`;
  if (way === "transposed")
    return [
      "def upsample(x):",
      `    return F.conv_transpose2d(x[None, None], w[None, None], stride=${stride}, padding=${padding}, output_padding=${outputPadding})[0, 0]`,
    ];
  if (shuffled)
    return [
      "def upsample(x):",
      `    planes = F.conv2d(${padded("x[None, None]")}, w[:, None])`,
      `    return F.pixel_shuffle(planes, ${stride})[0, 0]`,
    ];
  const mode = way === "nearest" ? `mode="nearest"` : `mode="bilinear", align_corners=False`;
  return [
    "def upsample(x):",
    `    larger = F.interpolate(x[None, None], scale_factor=${stride}, ${mode})`,
    `    return F.conv2d(${padded("larger")}, w[None, None])[0, 0]`,
  ];
}
