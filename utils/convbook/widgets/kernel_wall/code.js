// The runnable lines of KernelWall for what is on the screen.

/** `secret` if a shape or a cost is still to be predicted: then no line writes it down. */
export function code(now, secret) {
  return {
    NumPy: ["import numpy as np", "", ...(secret ? [] : weightsOf(now)), ...reached(now)],
    PyTorch: torch(now),
  };
}

// The output whose inputs are listed: the pinned one, or the first.
const outputOf = ({ pin }) => (pin?.role === "output" ? pin.at[0] : 0);

function weightsOf({ layers, size, bias }) {
  const weights = layers.map(
    ({ inputs, outputs, kernel, groups }, n) =>
      `w${n + 1} = np.zeros((${outputs}, ${inputs} // ${groups}, ${kernel}, ${kernel}))  # (O, I/g, k, k)`,
  );
  const all = layers.map((_, n) => `w${n + 1}`).join(", ");
  return [
    ...weights,
    `layers = [${all}]`,
    "print([w.shape for w in layers])",
    "weights = sum(w.size for w in layers)",
    bias
      ? "parameters = weights + sum(len(w) for w in layers)  # a bias for each output"
      : "parameters = weights",
    `macs = ${size} * ${size} * weights`,
    "print(parameters, macs)",
    "",
  ];
}

// Which inputs reach an output, as a product of the matrices of who joins whom.
function reached(now) {
  const { layers, isShuffled, groups } = now;
  const joins = layers.map(
    (layer) =>
      `np.kron(np.eye(${layer.groups}), np.ones((${layer.outputs / layer.groups}, ${layer.inputs / layer.groups})))`,
  );
  const output = outputOf(now);
  const lines = [`joins = ${joins[0]}  # a row for each output`];
  if (isShuffled)
    lines.push(
      `joins = joins.reshape(${groups}, -1, joins.shape[1]).swapaxes(0, 1).reshape(joins.shape)  # shuffled`,
    );
  if (layers.length > 1) lines.push(`joins = ${joins[1]} @ joins`);
  return [
    ...lines,
    `inputs = joins[${output}].nonzero()[0]`,
    `print(f"output ${output} hears of inputs {inputs}")`,
  ];
}

function torch(now) {
  const { layers, size, isShuffled, groups, bias, in_channels: channels } = now;
  const convolution = ({ inputs, outputs, kernel, groups: g }) =>
    `nn.Conv2d(${inputs}, ${outputs}, ${kernel}, padding="same"${g > 1 ? `, groups=${g}` : ""}${bias ? "" : ", bias=False"}),`;
  const modules = layers.map(convolution);
  if (isShuffled) modules.splice(1, 0, `nn.ChannelShuffle(${groups}),`);
  const output = outputOf(now);
  return [
    "import torch",
    "from torch import nn",
    "",
    "net = nn.Sequential(",
    ...modules.map((line) => `    ${line}`),
    ")",
    "layers = [module.weight for module in net if isinstance(module, nn.Conv2d)]",
    "print([tuple(w.shape) for w in layers])",
    "parameters = sum(p.numel() for p in net.parameters())",
    `macs = ${size} * ${size} * sum(w.numel() for w in layers)`,
    "print(parameters, macs)",
    "",
    `x = torch.rand(1, ${channels}, ${Math.min(size, 4)}, ${Math.min(size, 4)}, requires_grad=True)`,
    `net(x)[0, ${output}].sum().backward()`,
    "inputs = x.grad[0].abs().sum(dim=(1, 2)).nonzero().flatten()  # those with a gradient",
    `print(f"output ${output} hears of inputs {inputs.tolist()}")`,
  ];
}
