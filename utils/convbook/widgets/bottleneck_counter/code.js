// The runnable lines of BottleneckCounter for what is on the screen.
export function code({ channels, reduced, kernel, size }) {
  const settings = `C, R, k, size = ${channels}, ${reduced}, ${kernel}, ${size}`;
  return {
    Python: [
      "import math",
      "",
      settings,
      "direct = C * C * k * k",
      "bottleneck = C * R + R * R * k * k + R * C",
      "print(direct, bottleneck, direct / bottleneck)",
      "print(direct * size * size, bottleneck * size * size)  # multiply-accumulates",
      "print(C * (math.sqrt(1 + k**4) - 1) / k**2)            # the R at which both cost the same",
    ],
    PyTorch: [
      "from torch import nn",
      "",
      settings,
      `direct = nn.Conv2d(C, C, k, padding="same", bias=False)`,
      "bottleneck = nn.Sequential(",
      "    nn.Conv2d(C, R, 1, bias=False),",
      `    nn.Conv2d(R, R, k, padding="same", bias=False),`,
      "    nn.Conv2d(R, C, 1, bias=False),",
      ")",
      "direct, bottleneck = (sum(w.numel() for w in net.parameters()) for net in (direct, bottleneck))",
      "print(direct, bottleneck, direct / bottleneck)",
      "print(direct * size * size, bottleneck * size * size)  # multiply-accumulates",
    ],
  };
}
