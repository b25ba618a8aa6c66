// Networks: lists of layers, walked through from the picture to the last output, as convbook.shapes does. No DOM here.
import { seenByAny } from "./fields.js";
import { measure, see, WHOLE } from "./layers.js";

/** @typedef {import("./layers.js").Layer} Layer @typedef {import("./layers.js").Cost} Cost */
/**
 * A layer of a network with what comes in, what goes out, what it takes, and what its outputs see along both axes;
 * `stacks` are the walks through what lies in it: one for a block, some for branches, none for any other layer.
 * `join` is what the outputs of branches take where they meet.
 * @typedef {{
 *   layer: Layer, input: number[], shape: number[], cost: Cost, fields: any[], stacks: Step[][], join?: Cost,
 * }} Step
 */

const NOTHING = { parameters: 0, macs: 0, activations: 0 };
export const ONE_PIXEL = { size: 1, jump: 1, centre: 0 };

/** @returns {Cost} the sum of some costs */
export const total = (/** @type {Cost[]} */ costs) =>
  costs.reduce(
    (all, one) => ({
      parameters: all.parameters + one.parameters,
      macs: all.macs + one.macs,
      activations: all.activations + one.activations,
    }),
    NOTHING,
  );

/** Every layer of a network in its place; throws if one cannot take what comes. @returns {Step[]} */
export function walkThrough(
  /** @type {Layer[]} */ layers,
  shape,
  fields = [ONE_PIXEL, ONE_PIXEL],
  where = "",
) {
  const steps = [];
  let input = shape;
  for (const [n, layer] of layers.entries()) {
    const step = stepOf(layer, input, fields, `${where}layer ${n + 1}`);
    steps.push(step);
    input = step.shape;
    fields = step.fields;
  }
  return steps;
}

function stepOf(layer, input, fields, place) {
  if (layer.kind === "Block") return blockOf(layer, input, fields);
  if (layer.kind === "Branches") return branchesOf(layer, input, fields, place);
  try {
    const { shape, cost } = measure(layer, input);
    return {
      layer,
      input,
      shape,
      cost,
      fields: fields.map((field, axis) => see(layer, field, axis)),
      stacks: [],
    };
  } catch (error) {
    throw new RangeError(
      `${place}, a ${layer.kind}, cannot take ${input.join("×")}: ${/** @type {Error} */ (error).message}`,
    );
  }
}

const endOf = (steps, input, fields) => steps.at(-1) ?? { shape: input, fields };

function blockOf(layer, input, fields) {
  const steps = walkThrough(layer.layers, input, fields, `“${layer.name}”, `);
  const end = endOf(steps, input, fields);
  const cost = total(steps.map((step) => step.cost));
  return { layer, input, shape: end.shape, cost, fields: end.fields, stacks: [steps] };
}

function branchesOf(layer, input, fields, place) {
  const stacks = layer.stacks.map((stack, n) =>
    walkThrough(stack, input, fields, `${place}, branch ${n + 1}, `),
  );
  const ends = stacks.map((steps) => endOf(steps, input, fields));
  try {
    const shape = joined(
      ends.map((end) => end.shape),
      layer.join,
    );
    const join = { ...NOTHING, activations: shape.reduce((all, one) => all * one, 1) };
    const cost = total([...stacks.flat().map((step) => step.cost), join]);
    const seen = fields.map((_, axis) =>
      together(
        ends.map((end) => end.fields[axis]),
        layer.join,
      ),
    );
    return { layer, input, shape, cost, fields: seen, stacks, join };
  } catch (error) {
    throw new RangeError(`${place}, where branches meet: ${/** @type {Error} */ (error).message}`);
  }
}

const together = (fields, join) =>
  fields.some(({ size }) => size === Infinity) ? WHOLE : seenByAny(fields, join);

/** The shape that some shapes make together. */
function joined(shapes, join) {
  const largest =
    join === "multiply"
      ? shapes[0].map((_, axis) => Math.max(...shapes.map((shape) => shape[axis])))
      : [...shapes[0]];
  const fits = {
    add: (shape) => String(shape) === String(largest),
    concat: (shape) => String(shape.slice(1)) === String(largest.slice(1)),
    multiply: (shape) => [String(largest), `${largest[0]},1,1`].includes(String(shape)),
  }[join];
  if (!shapes.every(fits))
    throw new RangeError(
      `stacks must end alike to ${join}, got ${shapes.map((shape) => shape.join("×")).join(" and ")}`,
    );
  if (join === "concat") largest[0] = shapes.reduce((sum, [channels]) => sum + channels, 0);
  return largest;
}
