// How the cells of NudgeGradient take part in what is explained. No DOM here.
import { same } from "../arithmetic/links.js";
import { brief, format } from "../arithmetic/numbers.js";
import { gradientOf, isGradient, partnersOf, termsOf, valueAt } from "./state.js";
import { placeOf } from "./words.js";

/**
 * What is shown: `cell` is explained, `term` is the one product of its sum that is pointed at, if any, and `isSecret`
 * says which gradients are still to be predicted.
 * @typedef {{ cell: any, term: number | null, isSecret: (cell: any) => boolean }} Shown
 */

/** @type {(now: any, shown: Shown) => (role: string) => (i: number, j: number) => import("../parts/cell.js").Mark} */
export function marksOf(now, shown) {
  const lit = litBy(now, shown);
  return (role) => (i, j) => {
    const at = [i, j];
    const self = shown.cell?.role === role && same(shown.cell.at, at);
    const found = lit.filter((one) => one.role === role && same(one.at, at));
    const secret = shown.isSecret({ role, at });
    return {
      here: self,
      on: found.length > 0 && !self,
      added: now.nudged.role === role && same(now.nudged.at, at),
      pinned: now.pin?.role === role && same(now.pin.at, at),
      badge: secret ? "" : badgeOf(found),
      place: placeOf(now, at),
      text: inACell(valueAt(now, { role, at })),
      label: format(valueAt(now, { role, at })),
      ...(secret && { text: "?", label: "hidden until you predict it", weight: 0 }),
    };
  };
}

const LONG = 4; // letters that a small cell has room for
const SMALL = 0.005;

/** A number with as many decimals as have room; the sum and the words have more of them. */
function inACell(value) {
  const text = format(value);
  if (text.length <= LONG) return text;
  if (Math.abs(value) < SMALL) return "≈0";
  const shorter = [2, 1].map((decimals) => value.toFixed(decimals).replace("-", "−"));
  return shorter.find(({ length }) => length <= LONG) ?? format(Math.round(value));
}

/** What a number is multiplied by; what it meets several of, or what is long, stands in the sum. */
function badgeOf(found) {
  const by = found.length === 1 && found[0].by !== undefined ? `×${brief(found[0].by)}` : "";
  return by.length <= LONG ? by : "";
}

/** The cells that belong to the explained one: { role, at, by }, `by` what their number is multiplied by. */
function litBy(now, { cell, term, isSecret }) {
  if (!cell) return [];
  const secret = [cell, gradientOf(cell)].some(isSecret); // which numbers form its pairs is a part of the question
  const terms = secret ? [] : termsOf(now, cell);
  const chosen = term === null ? terms : [terms[term]].filter(Boolean);
  const factors = chosen.flatMap(({ factors, w }) => [
    { place: factors[0], by: factors.length > 1 ? w : undefined },
    ...factors.slice(1).map((place) => ({ place, by: undefined })),
  ]);
  const own = isGradient(cell) ? cell.role.slice(1) : `d${cell.role}`; // the number of a gradient, or its gradient
  const related = [own].filter((role) => role in now.shapes);
  return [
    ...factors.filter(({ place }) => place[1]).map(({ place: [role, at], by }) => ({ role, at, by })),
    ...related.map((role) => ({ role, at: cell.at })),
    ...(secret ? [] : forward(now, cell)),
  ];
}

/** Of an input, a weight, the bias: what it meets, and the outputs that it goes to. */
function forward(now, cell) {
  if (!["input", "kernel", "bias"].includes(cell.role)) return cell.role === "target" ? target(cell) : [];
  return partnersOf(now, cell).flatMap(({ meets, output }) => [
    ...(meets ? [{ role: meets[0], at: meets[1] }] : []),
    { role: "output", at: output, by: meets ? valueAt(now, { role: meets[0], at: meets[1] }) : undefined },
  ]);
}

const target = ({ at }) => [{ role: "output", at }, gradientOf({ role: "output", at })];
