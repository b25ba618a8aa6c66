// The runnable lines of FilterLab for what is on the screen.
import { windowAt } from "../arithmetic/pixels.js";
import { array } from "../parts/code.js";

const SMALL = 16; // pixels a side that are written out

/** How the lines get the pixels of the picture `name`, one of the book's `pictures`, an array's or the reader's own. */
function pixels(name, pictures, picture) {
  const { height, width } = picture;
  if (pictures.includes(name))
    return {
      imports: ["from convbook import images"],
      line: `x = images.grey(images.load(${JSON.stringify(name)})).round()`,
    };
  if (Math.max(height, width) <= SMALL)
    return {
      imports: [],
      line: array("x", windowAt(picture, [0, 0], [height, width]), "np.array", ", dtype=float"),
    };
  return {
    imports: ["from PIL import Image", "from convbook import images"],
    line: `x = images.grey(np.asarray(Image.open("picture.png").convert("RGB"))).round()  # the input, saved by a right click`,
  };
}

/** The lines for the picture of this name; `secret` if the number at the lens is still to be predicted. */
export function code(now, name, pictures, secret) {
  const { imports, line } = pixels(name, pictures, now.picture);
  const two = now.kernels.length === 2;
  const weights = two ? now.kernels : now.kernel;
  const bias = now.bias !== 0 && `y = y + ${now.bias}`;
  const at = now.at && !secret && `print(y[${two ? ":, " : ""}${now.at.join(", ")}])`;
  const out = ["print(y.shape, y.min(), y.max())", at];
  return {
    NumPy: [
      "import numpy as np",
      ...imports,
      "",
      line,
      array("w", weights),
      "windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[-2:])",
      `y = np.einsum("ijuv,${two ? "fuv->fij" : "uv->ij"}", windows, w)`,
      bias,
      now.relu && "y = np.maximum(y, 0)",
      ...out,
    ],
    PyTorch: [
      "import numpy as np",
      "import torch",
      "import torch.nn.functional as F",
      ...imports,
      "",
      line,
      array("w", weights, "torch.tensor", ", dtype=torch.float64"),
      `y = F.conv2d(torch.tensor(x)[None], w[${two ? ":, None" : "None, None"}])${two ? "" : "[0]"}`,
      bias,
      now.relu && "y = F.relu(y)",
      ...out,
    ],
  };
}
