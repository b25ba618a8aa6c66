// A network as a tree of parts that can be opened: blocks, branches, and layers with what belongs to them. No DOM here.
import { total } from "../arithmetic/networks.js";
import { titleOf } from "./titles.js";

/** @typedef {import("../arithmetic/networks.js").Step} Step */
/**
 * A part: a block, branches, or one layer with its normalisation and activation, `steps`. `stacks` are the parts of its
 * branches, `children` all that opens, `end` what stands where branches meet. `leaves` is how many layers are in it,
 * `level` how deep it lies, `above` the part around it, or null.
 * @typedef {{
 *   index: number, title: string, kind: string, steps: Step[], cost: any, input: number[], shape: number[], fields: any[],
 *   children: Part[], stacks: Part[][], end: Part | null, leaves: number, level: number, above: Part | null,
 *   join?: string,
 * }} Part
 */

const COMPANIONS = new Set([
  "Activation",
  "BatchNorm",
  "LayerNorm",
  "Scale",
  "Layer",
  "Flatten",
  "FirstToken",
]);
const isCompanion = ({ layer }) => COMPANIONS.has(layer.kind);

/** @returns {{ roots: Part[], parts: Part[] }} the tree, and all parts in the order in which the picture meets them */
export function treeOf(/** @type {Step[]} */ steps) {
  const roots = partsOf(steps);
  const parts = [];
  const visit = (part, level, above) => {
    Object.assign(part, { index: parts.length, level, above });
    parts.push(part);
    for (const child of part.children) visit(child, level + 1, part);
  };
  for (const root of roots) visit(root, 0, null);
  return { roots, parts };
}

/** @returns {Part[]} */
function partsOf(/** @type {Step[]} */ steps) {
  const parts = [];
  let waiting = [];
  for (const step of steps) {
    if (!isCompanion(step)) {
      parts.push(partOf(step, waiting));
      waiting = [];
    } else if (parts.length) take(parts.at(-1), step);
    else waiting.push(step);
  }
  if (waiting.length) parts.push(leafOf(waiting));
  return numbered(parts);
}

function partOf(step, before) {
  if (!step.layer.layers && !step.layer.stacks) return leafOf([...before, step]);
  const part = step.layer.stacks ? branchesOf(step) : blockOf(step);
  return before.length ? together([leafOf(before), part], "block", "block") : part;
}

/** A part gets what follows it: the activation behind a convolution, or behind the place where branches meet. */
function take(part, step) {
  part.cost = total([part.cost, step.cost]);
  part.shape = step.shape;
  part.fields = step.fields;
  if (part.kind === "layer") part.steps.push(step);
  else if (part.end) take(part.end, step);
  else if (part.children.length) take(part.children.at(-1), step);
}

const made = (/** @type {any} */ part) => ({
  index: 0,
  level: 0,
  above: null,
  children: [],
  stacks: [],
  end: null,
  leaves: 1,
  ...part,
});

function leafOf(steps, title = titleOf(steps)) {
  const { shape, fields } = steps.at(-1);
  const cost = total(steps.map((step) => step.cost));
  return made({ kind: "layer", title, steps: [...steps], cost, input: steps[0].input, shape, fields });
}

const inside = (parts) => parts.reduce((sum, part) => sum + part.leaves, 0);

function blockOf({ layer, cost, input, shape, fields, stacks: [steps] }) {
  const children = partsOf(steps);
  return made({
    kind: "block",
    title: layer.name || "block",
    steps: [],
    cost,
    input,
    shape,
    fields,
    children,
    leaves: inside(children),
  });
}

/** Parts that follow each other, as one. */
function together(children, kind, title) {
  const [{ input }] = children;
  const { shape, fields } = children.at(-1);
  const cost = total(children.map((child) => child.cost));
  return made({ kind, title, steps: [], cost, input, shape, fields, children, leaves: inside(children) });
}

const NAMES = { add: "residual", concat: "branches", multiply: "gate" };
const MEETING = { add: "addition", concat: "concatenation", multiply: "multiplication" };

function branchesOf(step) {
  const { layer, cost, input, shape, fields, join } = step;
  const stacks = step.stacks.map(partsOf);
  const meeting = { layer: { kind: layer.join }, input: shape, shape, cost: join, fields, stacks: [] };
  const end = leafOf([meeting], MEETING[layer.join]);
  const full = stacks.filter((stack) => stack.length);
  const children = [...(full.length > 1 ? full.map(branchOf) : full.flat()), end];
  const title = NAMES[layer.join];
  const leaves = inside(full.flat()) + 1;
  return made({
    kind: "branches",
    title,
    steps: [],
    cost,
    input,
    shape,
    fields,
    children,
    stacks,
    end,
    leaves,
    join: layer.join,
  });
}

/** One branch of several: its only part, or a part that holds them. */
const branchOf = (stack, n) => (stack.length === 1 ? stack[0] : together(stack, "branch", `branch ${n + 1}`));

/** Parts that open and are called alike are told apart by a number. */
function numbered(parts) {
  for (const part of parts) {
    const alike = parts.filter(({ title, kind }) => title === part.title && kind === part.kind);
    if (part.kind !== "layer" && alike.length > 1)
      alike.forEach((one, n) => {
        one.title = `${one.title} ${n + 1}`;
      });
  }
  return parts;
}

/** A part and all around it, from the outside. @returns {Part[]} */
export const wayTo = (/** @type {Part | null} */ part) => (part ? [...wayTo(part.above), part] : []);

/** All layers of a part, in order. @returns {Part[]} */
export const leavesOf = (/** @type {Part} */ part) =>
  part.children.length ? part.children.flatMap(leavesOf) : [part];
