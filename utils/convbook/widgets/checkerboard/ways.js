// The five ways side by side: what each makes of one colour, and how strong its pattern is. A press chooses one.

import { isShuffled } from "../arithmetic/upsampling.js";
import { greyCanvas } from "../parts/canvas.js";
import { h, setText } from "../parts/dom.js";
import { rangeOf, repeated, WAYS } from "./state.js";
import { LONG, NAMES, percent } from "./words.js";

/** @param {any} view */
export function waysOf(view) {
  const all = WAYS.map((way) => makeWay(view, way));
  const el = h(
    "div",
    { class: "cb-ways", role: "group", "aria-label": "ways to enlarge" },
    ...all.map((one) => one.el),
  );
  return {
    el,
    paint(now, secret) {
      for (const one of all) one.paint(now, secret);
    },
  };
}

function makeWay(view, way) {
  const canvas = greyCanvas();
  const strength = h("small");
  const el = h(
    "button",
    { type: "button", class: "cb-button cb-way-choice", title: LONG[way], onclick: () => choose(view, way) },
    canvas.el,
    h("span", {}, NAMES[way]),
    strength,
  );
  canvas.el.classList.add("cb-pattern");
  return {
    el,
    paint(now, secret) {
      const { tile, strength: share } = now.ways[way];
      el.setAttribute("aria-pressed", String(way === now.way));
      setText(strength, secret ? "?" : percent(share));
      const { side, data } = repeated(tile);
      const [bottom, top] = rangeOf(tile);
      if (secret) canvas.blank(side, side);
      else canvas.draw(data, side, side, [bottom / 128, top / 128]); // the one colour is middle grey
      canvas.el.classList.toggle("cb-blank", secret);
    },
  };
}

/** A kernel of the reader's own has no place in the sub-pixel ways: it waits, and comes back with the others. */
function choose(view, way) {
  const { card } = view;
  const own = card.get("weights");
  if (own && isShuffled(way)) {
    view.waiting = own;
    return card.change({ way, weights: null });
  }
  const back = view.waiting?.length === card.get("kernel") && !isShuffled(way) ? view.waiting : own;
  if (back) view.waiting = null;
  card.change({ way, weights: back });
}
