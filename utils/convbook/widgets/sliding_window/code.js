// The runnable lines of SlidingWindow for what is on the screen.
import { array } from "../parts/code.js";

export function code({ input, kernel, flip, bias, relu }) {
  return {
    NumPy: [
      "import numpy as np",
      "",
      array("x", input),
      array("w", kernel),
      flip && "w = w[::-1, ::-1]",
      "windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)",
      `y = np.einsum("ijuv,uv->ij", windows, w)`,
      bias !== 0 && `y = y + ${bias}`,
      relu && "y = np.maximum(y, 0)",
      "print(y)",
    ],
    PyTorch: [
      "import torch",
      "import torch.nn.functional as F",
      "",
      array("x", input, "torch.tensor", ", dtype=torch.float64"),
      array("w", kernel, "torch.tensor", ", dtype=torch.float64"),
      flip && "w = w.flip(0, 1)",
      "y = F.conv2d(x[None, None], w[None, None])[0, 0]",
      bias !== 0 && `y = y + ${bias}`,
      relu && "y = F.relu(y)",
      "print(y)",
    ],
  };
}
