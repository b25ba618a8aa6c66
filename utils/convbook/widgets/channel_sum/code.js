// The runnable lines of ChannelSum for what is on the screen.
import { array } from "../parts/code.js";

export function code({ input, weight, bias, relu }) {
  const arrays = (call, more = "") => [
    array("x", input, call, more),
    array("w", weight, call, more),
    array("b", bias, call, more),
  ];
  return {
    NumPy: [
      "import numpy as np",
      "",
      ...arrays("np.array"),
      "windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(1, 2))",
      `per_channel = np.einsum("cijuv,ocuv->ocij", windows, w)`,
      "y = per_channel.sum(axis=1) + b[:, None, None]",
      relu && "y = np.maximum(y, 0)",
      "print(y)",
    ],
    PyTorch: [
      "import torch",
      "import torch.nn.functional as F",
      "",
      ...arrays("torch.tensor", ", dtype=torch.float64"),
      "y = F.conv2d(x[None], w, b)[0]",
      relu && "y = F.relu(y)",
      "print(y)",
    ],
  };
}
