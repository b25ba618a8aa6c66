// How each cell of ChannelSum takes part in what is explained. No DOM here.
import { linksOf, same } from "../arithmetic/links.js";
import { brief, format } from "../arithmetic/numbers.js";
import { indexOf, partsOf, pick, total } from "./state.js";

export const COLOUR = {
  input: "input",
  weight: "kernel",
  bias: "kernel",
  partial: "output",
  output: "output",
};

/**
 * marks(cell) of the cell that is explained and of one term of its sum, or null; `unfinished` says that the player has
 * not added all channels yet.
 */
export function marksOf(now, { cell, term, unfinished, isPinned, isSecret }) {
  const found = linksOf(now.links, cell);
  const lit = term === null ? found : [found[term]];
  return (here) => {
    const { role, at } = here;
    const self = cell?.role === role && same(cell.at, at);
    const link = lit.find((one) => one[role] && same(one[role], at));
    const waiting = unfinished && channelOf(now, here) >= now.done;
    const later = !self && isLater(now, here, waiting);
    const secret = role === "output" && isSecret(at);
    const met = Boolean(link) || (term === null && (meets(cell, here) || meets(here, cell)));
    const shown = link && !self && !secret && !later && !waiting;
    const added = self && role === "output" && unfinished ? addedSoFar(now, at) : null;
    return {
      on: !self && !waiting && met,
      here: self,
      later,
      pinned: isPinned(here),
      badge: shown && isWeighted(cell, role) ? `×${brief(pick(now.weight, link.weight))}` : "",
      ...inPlaceOfTheNumber({ secret, later, added }),
    };
  };
}

/** The place of a cell in the order in which the player adds: its channel, and the bias last. */
const channelOf = (now, { role, at }) =>
  ({ input: at[0], weight: at[1], partial: at[1], bias: now.channels })[role];

function isLater(now, { role, at }, waiting) {
  if (!now.playing || COLOUR[role] !== "output") return false;
  const ahead = indexOf(now, at) - now.index;
  return ahead > 0 || (ahead === 0 && waiting);
}

const addedSoFar = (now, at) => total(partsOf(now, at).slice(0, now.done));

function inPlaceOfTheNumber({ secret, later, added }) {
  if (secret) return { text: "?", label: "hidden until you predict it" };
  if (later) return { label: "not computed yet" };
  return added === null ? {} : { text: format(added) };
}

// An output and its bias belong together, though no link joins them.
const meets = (output, bias) =>
  output?.role === "output" && bias?.role === "bias" && output.at[0] === bias.at[0];

// An input shows the weight that it meets, unless a weight is explained; what an input feeds shows it as well.
const isWeighted = (cell, role) =>
  role === "input" ? cell.role !== "weight" : cell.role === "input" && role !== "weight";
