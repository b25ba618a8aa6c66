// The runnable lines of DrawAndTrace for what is on the screen. What is written into them are numbers and names of this file.
import { array } from "../parts/code.js";

export const code = (now) => ({ NumPy: numpy(now), PyTorch: torch(now) });

const state = ({ own, epoch }) => (own ? 'nn.load("mine.npz")' : `digits.trained_state(${epoch})`);

function patchLine({ patch, patch_at: [row, column] }) {
  return patch > 0 && `x[${row}:${row + patch}, ${column}:${column + patch}] = 0  # the patch`;
}
const offLine = (channels) => channels.length > 0 && `h[:, [${channels.join(", ")}]] = 0  # switched off`;

const numpy = (now) => [
  "import numpy as np",
  "from convbook import digits, nn",
  "",
  array("x", now.input, "np.array", ", dtype=float"),
  patchLine(now),
  `network = digits.network(dtype="float64").load_state_dict(${state(now)}).eval()`,
  "h = network[:2](x[None, None] / digits.INK)  # conv1, ReLU",
  offLine(now.first_off),
  "h = network[2:5](h)  # max pool, conv2, ReLU",
  offLine(now.second_off),
  "scores = network[5:](h)",
  "probabilities = nn.softmax(scores)[0]",
  "print(probabilities.argmax(), probabilities.round(3))",
];

const torch = (now) => [
  "import torch",
  `from convbook import digits${now.own ? ", nn" : ""}`,
  `from torch.nn import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential`,
  "",
  array("x", now.input, "torch.tensor", ", dtype=torch.float64"),
  patchLine(now),
  "network = Sequential(Conv2d(1, 8, 3, padding=1), ReLU(), MaxPool2d(2),",
  "                     Conv2d(8, 16, 3, padding=1), ReLU(), Flatten(), Linear(256, 10)).double().eval()",
  `network.load_state_dict({name: torch.tensor(array) for name, array in ${state(now)}.items()})`,
  "with torch.no_grad():",
  "    h = network[:2](x[None, None] / digits.INK)  # conv1, ReLU",
  indented(offLine(now.first_off)),
  "    h = network[2:5](h)  # max pool, conv2, ReLU",
  indented(offLine(now.second_off)),
  "    probabilities = network[5:](h).softmax(dim=1)[0]",
  "print(probabilities.argmax().item(), probabilities.numpy().round(3))",
];
const indented = (line) => line && `    ${line}`;
