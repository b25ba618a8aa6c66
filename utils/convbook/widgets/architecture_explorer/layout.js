// Where everything of a strip lies: along it by what it takes, across it by its branch. No DOM here.
import { amountOf } from "./state.js";

/**
 * `bars` are the layers, each from `from` to `to` of the measure, in its lane; `spans` gives the same of every part, by its
 * index; `skips` are what passes layers by, at the height `level`; `wires` lead to a branch and back.
 * @typedef {{
 *   bars: { part: any, from: number, to: number, lane: number }[], spans: number[][],
 *   skips: { from: number, to: number, level: number }[],
 *   wires: { from: number, to: number, start: number, end: number, lane: number, fork: number }[],
 *   lanes: number, levels: number, length: number,
 * }} Layout
 */

/** @returns {Layout} */
export function layoutOf({ roots }, measure) {
  const layout = { bars: [], spans: [], skips: [], wires: [], lanes: 1, levels: 0, length: 0 };
  for (const root of roots) place(root, 0, 0);
  layout.levels = Math.max(0, ...layout.skips.map(({ level }) => level + 1));
  return layout;

  /** Places a part behind what is placed already, and says how many lanes it takes. */
  function place(part, lane, deep) {
    const from = layout.length;
    let lanes = 1;
    if (part.kind === "branches") lanes = branches(part, lane, deep, from);
    else if (part.children.length)
      lanes = Math.max(...part.children.map((child) => place(child, lane, deep)));
    else {
      layout.length += amountOf(part, measure);
      layout.bars.push({ part, from, to: layout.length, lane });
    }
    layout.spans[part.index] = [from, layout.length];
    layout.lanes = Math.max(layout.lanes, lane + lanes);
    return lanes;
  }

  function branches(part, lane, deep, from) {
    let below = 0;
    const wires = [];
    const passes = part.stacks.some((stack) => !stack.length);
    for (const stack of part.stacks.filter((one) => one.length)) {
      const start = layout.length;
      const taken = stack.map((one) => place(one, lane + below, deep + Number(passes)));
      const holder = stack[0].above;
      if (holder?.kind === "branch") layout.spans[holder.index] = [start, layout.length];
      wires.push({ start, end: layout.length, lane: lane + below, fork: lane });
      below += Math.max(...taken);
    }
    const to = layout.length;
    if (wires.length > 1) layout.wires.push(...wires.map((wire) => ({ ...wire, from, to })));
    if (passes) layout.skips.push({ from, to, level: skipLevel(part) });
    place(part.end, lane, deep);
    return Math.max(1, below);
  }
}

/** How many skips lie below that of a part: it is drawn above them. */
const skipLevel = (part) => Math.max(-1, ...part.children.map(highest)) + 1;
const passes = (part) => part.kind === "branches" && part.stacks.some((stack) => !stack.length);
const highest = (part) => (passes(part) ? skipLevel(part) : Math.max(-1, ...part.children.map(highest)));

/** The layer at a place of a strip, or the nearest one. */
export function barAt({ bars }, at) {
  const away = ({ from, to }) => Math.max(from - at, at - to, 0);
  const wide = bars.filter(({ from, to }) => to > from);
  return wide.reduce((best, bar) => (away(bar) < away(best) ? bar : best), wide[0]) ?? null;
}
