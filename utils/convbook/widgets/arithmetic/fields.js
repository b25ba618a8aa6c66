// What an output sees of the picture, along one axis, as convbook.shapes has it. No DOM here.
import { effectiveKernel } from "./sizes.js";

// The field of one output of a stack, in pixels: how many it spans, how far it lies from its neighbour's, and where the one of
// output 0 has its middle. A layer is { kernel, stride, before, dilation }, or { stacks: [layers, layers], join } that meet again.
export function receptiveField(layers, field = { size: 1, jump: 1, centre: 0 }) {
  return layers.reduce(
    (seen, layer) =>
      layer.stacks
        ? seenByAny(
            layer.stacks.map((stack) => receptiveField(stack, seen)),
            layer.join,
          )
        : seenThrough(layer, seen),
    field,
  );
}

function seenThrough({ kernel, stride = 1, before = 0, dilation = 1 }, { size, jump, centre }) {
  const beyond = effectiveKernel(kernel, dilation) - 1;
  return { size: size + beyond * jump, jump: jump * stride, centre: centre + (beyond / 2 - before) * jump };
}

export function seenByAny(fields, join = "add") {
  const jumps = fields.map(({ jump }) => jump);
  const reach = (side) => fields.map(({ size, centre }) => centre + (side * (size - 1)) / 2);
  if (jumps.some((jump) => jump !== jumps[0]))
    throw new RangeError(`stacks must step alike to ${join}, got jumps [${jumps.join(", ")}]`);
  const first = Math.min(...reach(-1));
  const last = Math.max(...reach(1));
  return { size: last - first + 1, jump: jumps[0], centre: (first + last) / 2 };
}
