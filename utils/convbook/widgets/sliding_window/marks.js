// How the cells of SlidingWindow's grids take part in what is explained. No DOM here.
import { linksOf, same } from "../arithmetic/links.js";
import { brief, format } from "../arithmetic/numbers.js";
import { isLater, partial, valueAt } from "./state.js";

/**
 * marks(role)(i, j): how each cell takes part in what is explained.
 * @param {import("./state.js").Meaning} now
 * @param {{ cell: any, term: number | null, preview: any, isSecret: (at: number[]) => boolean }} shown the cell that is
 *   explained, the term of its sum that is pointed at, and whether the cell is
 */
export function marksOf(now, { cell, term, preview, isSecret }) {
  const found = linksOf(now.links, cell);
  const lit = term === null ? found : [found[term]];
  const onItsWay = now.playing && !preview && now.done < now.products;
  const current = onItsWay ? found[now.done - 1] : null;
  return (role) => (i, j) => {
    const at = [i, j];
    const link = lit.find((one) => same(one[role], at));
    const self = cell?.role === role && same(cell.at, at);
    const later = role === "output" && !self && isLater(now, at);
    const secret = role === "output" && isSecret(at);
    const carries = cell?.role === "input" && role === "output" && link && !(secret && later);
    return {
      on: Boolean(link) && !self,
      here: self || (current !== null && role !== "output" && same(current[role], at)),
      later,
      pinned: now.pin?.role === role && same(now.pin.at, at),
      badge: carries ? weightOf(now, link) : "",
      ...inPlaceOfTheNumber({ secret, later, sum: self && current ? partial(now) : null }),
    };
  };
}

const weightOf = (now, link) => `×${brief(valueAt(now, { role: "kernel", at: link.kernel }))}`;

function inPlaceOfTheNumber({ secret, later, sum }) {
  if (secret) return { text: "?", label: "hidden until you predict it" };
  if (later) return { label: "not computed yet" };
  return sum === null ? {} : { text: format(sum) };
}
