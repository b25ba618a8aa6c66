// The runnable lines of ArchitectureExplorer for the network that is shown first.
import { KINDS } from "../arithmetic/layers.js";
import { OWN } from "./state.js";
import { torchLines } from "./torch.js";

/** @param {import("./state.js").Shown} shown */
export function code(shown) {
  return { Python: python(shown), PyTorch: torchLines(shown) };
}

function python({ name, text, channels, size }) {
  const used = Object.keys(KINDS).filter((kind) => text.includes(`${kind}(`));
  const isOwn = name === OWN;
  const begin = isOwn
    ? [`from convbook.shapes import ${[...used, "cost", "summary"].join(", ")}`, "", `layers = ${text}`]
    : [
        "from convbook.architectures import NETWORKS",
        "from convbook.shapes import cost, summary",
        "",
        `layers = NETWORKS["${name}"].layers`,
      ];
  return [
    ...begin,
    `total = cost(layers, (${channels}, ${size}, ${size}))`,
    "print(total.parameters, total.macs, total.activations)",
    `for step in summary(layers, (${channels}, ${size}, ${size})):`,
    "    print(type(step.layer).__name__, step.output_shape, step.cost, step.field[0].size)",
  ];
}
