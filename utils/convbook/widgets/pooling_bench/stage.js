// Where the parts of PoolingBench stand.
import { h } from "../parts/dom.js";
import { ALL } from "./reductions.js";
import { MEANING } from "./words.js";

export function layout({ input, gradient, maps, moves, key, plot }) {
  for (const [name, { el }] of Object.entries({ input, gradient, ...maps })) {
    el.dataset.role = name;
    el.classList.add("cb-map");
  }
  plot.el.append(h("p", { class: "cb-note" }, MEANING));
  return h(
    "div",
    { class: "cb-pool" },
    input.el,
    h("div", { class: "cb-pool-tools" }, moves.el, gradient.el),
    h("div", { class: "cb-pool-maps" }, ...ALL.map((name) => maps[name].el)),
    key,
    plot.el,
  );
}
