// The settings of ChannelSum.
import { same } from "../arithmetic/links.js";
import { shape, upTo } from "../arithmetic/tensor.js";
import { choice, presets, toggle } from "../parts/controls.js";
import { withFilters } from "./state.js";

const FILTERS = 3;

/** @param {any} view what is shown (`now`) and `show(filter)` */
export function settingsOf(view) {
  const { card } = view;
  return [
    choice("show filter", {
      options: () => upTo(view.now.filters).map((filter) => [filter, String(filter)]),
      get: () => view.now.filter,
      set: (filter) => view.show(filter),
    }),
    presets(card, "input", {
      trait: "input",
      named: () => menu(card, "patterns", [view.now.channels]),
    }),
    choice("filters", {
      options: () => upTo(FILTERS).map((n) => [n + 1, String(n + 1)]),
      get: () => view.now.filters,
      set: (count) => card.change({ step: null, ...withFilters(view.now, count) }),
    }),
    presets(card, "its weights", {
      trait: "weight",
      named: () => menu(card, "presets", view.now.shapes.weight.slice(1)),
      get: () => view.now.weight[view.now.filter],
      set: (filter) => card.change({ weight: view.now.weight.with(view.now.filter, filter) }),
    }),
    toggle(card, "ReLU", "relu"),
  ];
}

/** Those entries of a menu of the author's whose shape begins as wanted. */
function menu(card, name, wanted) {
  const fits = ([, array]) => same(shape(array).slice(0, wanted.length), wanted);
  return Object.fromEntries(Object.entries(card.model.get(name)).filter(fits));
}
