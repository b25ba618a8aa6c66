// The runnable lines of StrideRuler for what is on the screen.
export function code(now) {
  const unit = now.pin?.depth === now.axes.length ? now.pin.at : null;
  return { Python: python(now, unit), PyTorch: torch(now, unit) };
}

function python({ axes: [one, two], size }, unit) {
  const args = ({ kernel, stride, before, dilation }) =>
    `kernel=${kernel}, stride=${stride}, padding=${before}, dilation=${dilation}`;
  const last = two ? "second" : "first";
  const through = two ? `[n for n in second[${unit}] if 0 <= n < len(first)]` : `[${unit}]`;
  const seen = [
    "",
    `# the inputs that output ${unit} sees`,
    `through = ${through}`,
    `seen = sorted({place for n in through for place in first[n] if 0 <= place < ${size}})`,
    "print(seen)",
  ];
  return [
    "def windows(size, kernel, stride, padding, dilation):",
    "    starts = range(-padding, size + padding - dilation * (kernel - 1), stride)",
    "    return [[start + dilation * tap for tap in range(kernel)] for start in starts]",
    "",
    `first = windows(${size}, ${args(one)})`,
    two && `second = windows(len(first), ${args(two)})`,
    `print(len(${last}), ${last})`,
    ...(unit === null ? [] : seen),
  ];
}

function torch({ axes, size }, unit) {
  const layer = ({ kernel, stride, before, dilation }) =>
    `y = F.conv1d(y, torch.ones(1, 1, ${kernel}), stride=${stride}, padding=${before}, dilation=${dilation})`;
  const seen = [
    "",
    `# the inputs that output ${unit} sees have a gradient`,
    `y[0, 0, ${unit}].backward()`,
    "seen = x.grad[0, 0].nonzero().flatten()",
    "print(seen)",
  ];
  return [
    "import torch",
    "import torch.nn.functional as F",
    "",
    `x = torch.zeros(1, 1, ${size}, requires_grad=True)`,
    "y = x",
    ...axes.map(layer),
    "print(y.shape[-1])",
    ...(unit === null ? [] : seen),
  ];
}
