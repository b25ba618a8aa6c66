// A network as PyTorch's layers: lines that make it and count its parameters. No DOM here.
import { pair } from "../arithmetic/sizes.js";

const ACTIVATIONS = {
  ReLU: "ReLU",
  ReLU6: "ReLU6",
  GELU: "GELU",
  SiLU: "SiLU",
  sigmoid: "Sigmoid",
  tanh: "Tanh",
};

/** What PyTorch has no layer for, each with the kinds of ours that need it. */
const CLASSES = {
  Branches: [
    "class Branches(nn.Module):",
    "    def __init__(self, join, *stacks):",
    "        super().__init__()",
    "        self.join, self.stacks = join, nn.ModuleList(stacks)",
    "    def forward(self, x):",
    "        first, *others = [stack(x) for stack in self.stacks]",
    '        if self.join == "concat":',
    "            return torch.cat([first, *others], 1)",
    "        for other in others:",
    '            first = first + other if self.join == "add" else first * other',
    "        return first",
  ],
  LayerNorm: [
    "class ChannelNorm(nn.LayerNorm):",
    "    def forward(self, x):",
    "        return super().forward(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)",
  ],
  Scale: [
    "class Scale(nn.Module):",
    "    def __init__(self, channels):",
    "        super().__init__()",
    "        self.factors = nn.Parameter(torch.ones(channels, 1, 1))",
    "    def forward(self, x):",
    "        return self.factors * x",
  ],
  Attention: [
    "class Attention(nn.MultiheadAttention):",
    "    def forward(self, x):",
    "        sequence = x.flatten(2).transpose(1, 2)",
    "        mixed, _ = super().forward(sequence, sequence, sequence, need_weights=False)",
    "        return mixed.transpose(1, 2).reshape(x.shape)",
  ],
  Tokens: [
    "class Tokens(nn.Module):",
    "    def __init__(self, channels, places):",
    "        super().__init__()",
    "        self.token = nn.Parameter(torch.zeros(1, channels, 1))",
    "        self.positions = nn.Parameter(torch.zeros(1, channels, places + 1))",
    "    def forward(self, x):",
    "        tokens = torch.cat([self.token.expand(len(x), -1, 1), x.flatten(2)], 2)",
    "        return (tokens + self.positions).unsqueeze(3)",
  ],
  FirstToken: ["class FirstToken(nn.Module):", "    def forward(self, x):", "        return x[:, :, :1]"],
};

/** @param {import("./state.js").Shown} shown */
export function torchLines({ steps, channels, size }) {
  const kinds = kindsIn(steps);
  const classes = Object.entries(CLASSES).flatMap(([kind, lines]) => (kinds.has(kind) ? ["", ...lines] : []));
  return [
    "import torch",
    "from torch import nn",
    ...classes,
    "",
    "network = nn.Sequential(",
    ...linesOf(steps, 1),
    ")",
    "print(sum(weights.numel() for weights in network.parameters()))",
    `print(network.eval()(torch.zeros(1, ${channels}, ${size}, ${size})).shape)`,
  ];
}

const kindsIn = (steps) =>
  new Set(steps.flatMap((step) => [step.layer.kind, ...step.stacks.flatMap((stack) => [...kindsIn(stack)])]));

const linesOf = (steps, deep) => steps.flatMap((step) => linesOfStep(step, deep));

function linesOfStep(step, deep) {
  const pad = "    ".repeat(deep);
  const { layer, stacks } = step;
  const sequence = (stack, inner) =>
    stack.length
      ? [`${"    ".repeat(inner)}nn.Sequential(`, ...linesOf(stack, inner + 1), `${"    ".repeat(inner)}),`]
      : [`${"    ".repeat(inner)}nn.Identity(),`];
  if (layer.kind === "Block")
    return [`${pad}# ${layer.name.replaceAll("\n", " ")}`, ...linesOf(stacks[0], deep)];
  if (layer.kind === "Branches")
    return [
      `${pad}Branches(`,
      `${pad}    "${layer.join}",`,
      ...stacks.flatMap((stack) => sequence(stack, deep + 1)),
      `${pad}),`,
    ];
  return [`${pad}${WRITTEN[layer.kind](step)},`];
}

const written = (value) =>
  Array.isArray(value)
    ? `(${value.map(written).join(", ")})`
    : typeof value === "string"
      ? `"${value}"`
      : value;
const flag = (value) => (value ? "True" : "False");

function settings(layer, usual) {
  return Object.entries(usual)
    .filter(([name, value]) => layer[name] !== value)
    .map(
      ([name]) => `, ${name}=${typeof layer[name] === "boolean" ? flag(layer[name]) : written(layer[name])}`,
    )
    .join("");
}

const USUAL = { stride: 1, padding: 0, dilation: 1, groups: 1, bias: true };

/** Padding that differs from side to side stands before the layer. */
function padded({ layer, input }) {
  const [rows, columns] = pair(layer.padding);
  if (!Array.isArray(rows) && !Array.isArray(columns)) return null;
  const sides = [...pair(columns), ...pair(rows)];
  return `nn.Sequential(nn.ZeroPad2d((${sides.join(", ")})), ${WRITTEN.Conv({ layer: { ...layer, padding: 0 }, input })})`;
}

const WRITTEN = {
  Conv: (step) =>
    padded(step) ??
    `nn.Conv2d(${step.input[0]}, ${step.layer.out_channels}, ${written(step.layer.kernel_size)}${settings(step.layer, USUAL)})`,
  ConvTranspose: ({ layer, input }) =>
    `nn.ConvTranspose2d(${input[0]}, ${layer.out_channels}, ${written(layer.kernel_size)}${settings(layer, { ...USUAL, output_padding: 0 })})`,
  Pool: ({ layer }) =>
    `nn.MaxPool2d(${written(layer.kernel_size)}${settings(layer, { stride: null, padding: 0, dilation: 1, ceil_mode: false })})`,
  AdaptivePool: ({ layer }) => `nn.AdaptiveAvgPool2d(${written(layer.output_size)})`,
  Flatten: () => "nn.Flatten(), nn.Unflatten(1, (-1, 1, 1))",
  Linear: ({ layer, input }) =>
    `nn.Flatten(), nn.Linear(${input.reduce((all, one) => all * one, 1)}, ${layer.out_features}${settings(layer, { bias: true })}), nn.Unflatten(1, (-1, 1, 1))`,
  Attention: ({ layer, input }) => `Attention(${input[0]}, ${layer.heads}, batch_first=True)`,
  Tokens: ({ input }) => `Tokens(${input[0]}, ${input[1] * input[2]})`,
  FirstToken: () => "FirstToken()",
  Activation: ({ layer }) => `nn.${ACTIVATIONS[layer.name] ?? "Identity"}()`,
  BatchNorm: ({ input }) => `nn.BatchNorm2d(${input[0]})`,
  LayerNorm: ({ input }) => `ChannelNorm(${input[0]})`,
  Scale: ({ input }) => `Scale(${input[0]})`,
  Layer: () => "nn.Identity()",
};
