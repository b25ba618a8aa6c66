// The settings of ArchitectureExplorer.
import { choice, slider, stepper } from "../parts/controls.js";
import { MEASURES, NONE, OWN, SIZES, sizeFor } from "./state.js";

const LARGEST = 512; // of the slider, in pixels; the trait takes more

/** @param {import("../parts/card.js").Card} card @param {Record<string, any>} networks @param {any} example */
export function settings(card, networks, example) {
  const { get, change } = card;
  const names = [...Object.keys(networks), OWN];
  const named = (all) => () => all.map((name) => [name, name]);
  const show = (trait) => (name) => {
    const size = name === NONE ? get("size") : sizeFor(name, card.state(), networks);
    change({ [trait]: name, pinned: [], size });
  };
  const budget = (label, trait, name) =>
    stepper(card, label, { name, get: () => get(trait), set: (value) => change({ [trait]: value }) });
  return [
    choice("network", { options: named(names), get: () => get("network"), set: show("network") }),
    choice("width", {
      options: named([...Object.keys(MEASURES), "the same"]),
      get: () => get("measure"),
      set: (measure) => change({ measure }),
    }),
    example,
    choice("beside it", { options: named([NONE, ...names]), get: () => get("other"), set: show("other") }),
    slider("input size", {
      least: SIZES[0],
      most: LARGEST,
      get: () => get("size"),
      set: (size, by) => change({ size }, { by }),
    }),
    budget("budget: M weights", "weights_budget", "budget of weights, in millions"),
    budget("M MACs", "macs_budget", "budget of MACs, in millions"),
  ];
}
