// The runnable lines of SeparableFit for what is on the screen.
import { array } from "../parts/code.js";

export const code = (now) => ({ NumPy: numpy(now), PyTorch: torch(now) });

const shapeOf = ({ outputs, inputs, kh, kw }) => `${outputs}, ${inputs}, ${kh}, ${kw}`;

function numpy(now) {
  const { spatial, rank, at, bank, outputs, inputs, kh, kw } = now;
  return [
    "import numpy as np",
    "",
    array("bank", bank),
    spatial
      ? `matrices = bank.reshape(-1, ${kh}, ${kw})  # every kernel`
      : `matrices = bank.transpose(1, 0, 2, 3).reshape(${inputs}, ${outputs}, -1)  # a kernel in every row`,
    "u, s, vt = np.linalg.svd(matrices, full_matrices=False)",
    `near = (u[..., :${rank}] * s[:, None, :${rank}]) @ vt[:, :${rank}]`,
    `missed = (s[:, ${rank}:] ** 2).sum() / (s**2).sum()`,
    spatial
      ? `near = near.reshape(${shapeOf(now)})`
      : `near = near.reshape(${inputs}, ${outputs}, ${kh}, ${kw}).transpose(1, 0, 2, 3)`,
    "print(missed)",
    `print(near[${at.join(", ")}].round(3))`,
  ];
}

function torch(now) {
  const { spatial, rank, bank, outputs, inputs, kh, kw } = now;
  const ways = spatial
    ? [
        `kernel = bank[${now.at.join(", ")}]`,
        "u, s, vt = torch.linalg.svd(kernel, full_matrices=False)",
        `missed = (s[${rank}:] ** 2).sum() / (s**2).sum()  # of this kernel`,
        "x = torch.rand(1, 1, 32, 32, dtype=torch.float64)",
        "y = sum(",
        `    F.conv2d(F.conv2d(x, (u[:, n] * s[n]).view(1, 1, ${kh}, 1)), vt[n].view(1, 1, 1, ${kw}))`,
        `    for n in range(${rank})`,
        ")",
        `near = (u[:, :${rank}] * s[:${rank}]) @ vt[:${rank}]`,
        "print(missed, torch.allclose(y, F.conv2d(x, near[None, None])))",
      ]
    : [
        `walls = bank.transpose(0, 1).reshape(${inputs}, ${outputs}, -1)  # a kernel in every row`,
        "u, s, vt = torch.linalg.svd(walls, full_matrices=False)",
        `missed = (s[:, ${rank}:] ** 2).sum() / (s**2).sum()`,
        `depthwise = vt[:, :${rank}].reshape(${inputs * rank}, 1, ${kh}, ${kw})`,
        `pointwise = torch.cat(list(u[..., :${rank}] * s[:, None, :${rank}]), dim=1)[..., None, None]`,
        `x = torch.rand(1, ${inputs}, 32, 32, dtype=torch.float64)`,
        `y = F.conv2d(F.conv2d(x, depthwise, groups=${inputs}), pointwise)`,
        "print(missed, (y - F.conv2d(x, bank)).norm() / F.conv2d(x, bank).norm())",
      ];
  return [
    "import torch",
    "import torch.nn.functional as F",
    "",
    array("bank", bank, "torch.tensor", ", dtype=torch.float64"),
    ...ways,
  ];
}
