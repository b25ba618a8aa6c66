// The settings of StampAndAdjoint: its three readings as tabs, then what may be chosen.
import { shape } from "../arithmetic/tensor.js";
import { choices } from "../parts/choices.js";
import { choice, examples, toggle, wholeNumbers } from "../parts/controls.js";
import { button, h } from "../parts/dom.js";
import { remembering } from "../parts/size_menu.js";
import { RANGES, READINGS } from "./state.js";
import { TABS } from "./words.js";

/** @param {any} view */
export function settingsOf(view) {
  const { card } = view;
  const example = examples(card);
  const show = (changes) => card.change({ ...changes, step: null });
  const number = (label, trait) =>
    choice(label, {
      options: () => wholeNumbers(...RANGES[trait]),
      get: () => card.get(trait),
      set: (value) => show({ [trait]: value }),
    });
  const all = [
    readings(card),
    example,
    size(card, "input"),
    size(card, "kernel"),
    number("stride", "stride"),
    number("padding", "padding"),
    number("output padding", "output_padding"),
    number("dilation", "dilation"),
    toggle(card, "show how many stamps meet", "counts"),
  ];
  return { all, example };
}

/** The tabs: another reading of the same state. What the player had shown, it shows whole. */
function readings(card) {
  const tab = (name) => {
    const [before, short, behind] = TABS[name].map((text) => text);
    const long = (text) => text && h("span", { class: "cb-wide" }, text);
    const element = button("", () => card.change({ reading: name, step: null }));
    element.append(...[long(before), short, long(behind)].filter(Boolean));
    element.setAttribute("aria-label", `${before}${short}${behind}`);
    return element;
  };
  const tabs = READINGS.map(tab);
  return {
    el: h("div", { class: "cb-setting cb-readings", role: "group", "aria-label": "reading" }, ...tabs),
    paint: () =>
      tabs.forEach((element, n) => {
        element.setAttribute("aria-pressed", String(READINGS[n] === card.get("reading")));
      }),
  };
}

/** Height and width; a smaller one is cut out of the last larger one, so that going back brings the numbers back. */
function size(card, trait) {
  const resize = remembering(cutAtTheEnd);
  return choices(trait, [`${trait} height`, `${trait} width`], {
    options: () => wholeNumbers(...RANGES[trait]),
    get: (n) => shape(card.get(trait))[n],
    set: (n, value) => {
      const [rows, columns] = shape(card.get(trait)).with(n, value);
      card.change({ [trait]: resize(card.get(trait), rows, columns), pinned: [], step: null });
    },
  });
}

/** Another size of the same matrix: cut at its end, or its numbers begun anew where there are none. */
function cutAtTheEnd(matrix, rows, columns) {
  const [height, width] = shape(matrix);
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => matrix[i % height][j % width]),
  );
}
