// What ArchitectureExplorer says. No DOM here.
import { format, plural, thousands } from "../arithmetic/numbers.js";
import { pair } from "../arithmetic/sizes.js";
import { wayTo } from "./parts.js";
import { companionsOf, nameOf } from "./titles.js";

export const HELP =
  "Point at a layer, or tap it, to see its shapes and sums; clicked or tapped, it stays. The table opens part by part.";

const BYTES = 4; // of a number
/** @type {[number, string][]} */
const UNITS = [
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
];

/** "138 M": three digits and a unit. */
export function short(count) {
  const [unit, letter] = UNITS.find(([size]) => count >= size * 0.9995) ?? [1, ""];
  return `${Number((count / unit).toPrecision(3))}${letter ? `\u00a0${letter}` : ""}`;
}

export const memoryInWords = ({ activations }) => `${short(BYTES * activations)}B`;
export const shapeInWords = (shape) => (shape[1] * shape[2] === 1 ? String(shape[0]) : shape.join("×"));
export const amountInWords = (measure) =>
  ({ weights: "their weights", MACs: "their MACs", memory: "their outputs", "the same": "each other" })[
    measure
  ];

/** What an output sees: "7×7", or "all" of the picture. */
export function fieldInWords({ fields: [rows, columns] }) {
  if (rows.size === Infinity || columns.size === Infinity) return "all";
  return `${format(rows.size)}×${format(columns.size)}`;
}

/** " + batch norm + ReLU": what belongs to a layer. */
export const companionsInWords = (part) =>
  part.kind === "layer"
    ? companionsOf(part.steps)
        .map((step) => ` + ${nameOf(step)}`)
        .join("")
    : "";

/** "VGG16, 3×224×224" */
export const nameInWords = ({ name, channels, size }) => `${name}, ${channels}×${size}×${size}`;

/** "138,357,544 weights, 15.5 G MACs, 115 MB of outputs"; while they are asked for, how many layers there are. */
export const totalsInWords = ({ cost, parts }, { secret }) =>
  secret
    ? plural(leavesIn(parts), "layer")
    : `${thousands(cost.parameters)} weights, ${short(cost.macs)} MACs, ${memoryInWords(cost)} of outputs`;

export const stripInWords = (shown, how) => `${nameInWords(shown)}: ${totalsInWords(shown, how)}`;

const leavesIn = (parts) => parts.filter(({ children }) => !children.length).length;

/** The two curves with their ends. */
export function endsInWords({ size, parts }) {
  const leaves = parts.filter(({ children }) => !children.length);
  const maps = leaves.filter(({ shape }) => shape[1] > 1 && shape[2] > 1);
  const last = maps.at(-1)?.shape ?? [0, size, size];
  const known = leaves.filter(({ fields }) => fields.every((field) => field.size !== Infinity)).at(-1);
  const least = known ? fieldInWords(known) : "1×1";
  const joins = leaves.some(({ fields }) => fields[0].size === Infinity);
  return {
    sides: `resolution: ${size}×${size} to ${last[1]}×${last[2]}`,
    fields: `one output sees: up to ${least}${joins ? ", then all" : ""}`,
  };
}

// ---- one layer -------------------------------------------------------------------------------------------------------

const times = (...numbers) => numbers.join("·");

/** The products behind the weights of a layer, and what its MACs are made of; [] for what learns and computes nothing. */
const SUMS = {
  Conv: ({ layer, input, shape }) => convolution(layer, input[0], shape.slice(1)),
  ConvTranspose: ({ layer, input }) => convolution(layer, input[0], input.slice(1)),
  Linear: ({ layer, input, shape }) => {
    const inputs = input.filter((size) => size > 1);
    const product = times(shape[0], ...(inputs.length ? inputs : [1]));
    return { weights: layer.bias ? `${product} + ${shape[0]}` : product, macs: product };
  },
  Attention: ({ input: [channels, ...size] }) => {
    const tokens = size[0] * size[1];
    return {
      weights: `4·(${times(channels, channels)} + ${channels})`,
      macs: `${tokens}·4·${channels}² + 2·${tokens}²·${channels}`,
    };
  },
  Tokens: ({ shape: [channels, tokens] }) => ({
    weights: `${channels} + ${times(tokens, channels)}`,
    macs: "",
  }),
  BatchNorm: ({ shape }) => ({ weights: times(2, shape[0]), macs: "" }),
  LayerNorm: ({ shape }) => ({ weights: times(2, shape[0]), macs: "" }),
  Scale: ({ shape }) => ({ weights: String(shape[0]), macs: "" }),
};

function convolution({ out_channels: filters, kernel_size: kernel, groups, bias }, channels, positions) {
  const product = times(filters, channels / groups, ...pair(kernel));
  return { weights: bias ? `${product} + ${filters}` : product, macs: `${product} · ${times(...positions)}` };
}

/** A whole network as a part. */
export const whole = ({ name, roots, cost, channels, size }) => {
  const input = [channels, size, size];
  const { shape, fields } = roots.at(-1) ?? { shape: input, fields: [] };
  return {
    title: name,
    kind: "network",
    steps: [],
    children: roots,
    above: null,
    cost,
    input,
    shape,
    fields,
  };
};

/** Where a part lies: "stage 3, residual 2". */
const placeOf = (part) =>
  wayTo(part.above)
    .map(({ title }) => title)
    .join(", ");

/**
 * A part as lines: what it is and its shapes, its weights, its MACs, its memory, what it sees.
 * @param {any} part
 * @param {{ secret: boolean, hideSizes: boolean }} hidden
 */
export function linesOf(part, { secret, hideSizes }) {
  const place = placeOf(part);
  const title = `${part.title}${companionsInWords(part)}${place ? ` in ${place}` : ""}`;
  const shapes = hideSizes ? "" : `: ${part.input.join("×")} → ${part.shape.join("×")}`;
  const lines = [`${title}${shapes}`];
  if (!secret)
    lines.push(
      weightsOf(part),
      macsOf(part),
      `outputs: ${thousands(part.cost.activations)} numbers of ${BYTES} bytes, ${memoryInWords(part.cost)}`,
    );
  if (!hideSizes) lines.push(seesOf(part));
  return lines.filter(Boolean);
}

const sums = (part, kind) => part.steps.map((step) => SUMS[step.layer.kind]?.(step)[kind]).filter(Boolean);

function weightsOf(part) {
  const { parameters } = part.cost;
  if (!parameters) return part.children.length ? "" : "nothing is learnt";
  return `weights: ${equation(part.kind === "layer" ? sums(part, "weights") : addends(part, "parameters"), parameters)}`;
}

function macsOf(part) {
  const { macs } = part.cost;
  if (!macs) return "";
  return `MACs: ${equation(part.kind === "layer" ? sums(part, "macs") : addends(part, "macs"), macs)}`;
}

const MOST_ADDENDS = 8;

/** What the parts of a part add to it. */
function addends(part, kind) {
  const amounts = part.children.map(({ cost }) => cost[kind]).filter(Boolean);
  return amounts.length > MOST_ADDENDS ? [] : amounts.map(thousands);
}

const equation = (products, total) => {
  const sum = products.join(" + ");
  return sum === thousands(total) || !sum ? thousands(total) : `${sum} = ${thousands(total)}`;
};

function seesOf(part) {
  const [field] = part.fields;
  if (field.size === Infinity) return "each output sees the whole picture";
  return `each output sees ${fieldInWords(part)} pixels, ${format(field.jump)} from those of its neighbour`;
}

// ---- the whole -------------------------------------------------------------------------------------------------------

/** "138,357,544 weights, 15.5 G MACs" */
export const formula = ({ cost }) => `${thousands(cost.parameters)} weights, ${short(cost.macs)} MACs`;

/** "3.86 times the", or "1/3.86 of the" */
function ratio(a, b) {
  if (!a || !b) return a ? "all of the" : "none of the";
  const digits = (number) => format(Number(number.toPrecision(3)));
  return a >= b ? `${digits(a / b)} times the` : `1/${digits(b / a)} of the`;
}

/** How two networks compare. */
export function comparison([one, other]) {
  const kinds = [
    ["parameters", "weights"],
    ["macs", "MACs"],
    ["activations", "memory for outputs"],
  ];
  const parts = kinds.map(([kind, word]) => `${ratio(one.cost[kind], other.cost[kind])} ${word}`);
  return `${one.name} beside ${other.name}: ${parts.join(", ")}.`;
}

/** What of a budget is used: "4.23 M of 5 M weights: 0.77 M are left" */
export function budgetInWords(used, budget, word) {
  const rest = budget - used;
  const state = rest < 0 ? `${short(-rest)} too many` : `${short(rest)} left`;
  return `${short(used)} of ${short(budget)} ${word}: ${state}`;
}

export const sentence = (now, part, hidden) =>
  part
    ? `${linesOf(part, hidden).join(". ")}.`
    : hidden.secret
      ? ""
      : `${now.shown.map((shown) => stripInWords(shown, hidden)).join(". ")}.`;
