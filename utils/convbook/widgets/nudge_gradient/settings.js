// The settings of NudgeGradient: { el, paint } each.
import { shape } from "../arithmetic/tensor.js";
import { choices } from "../parts/choices.js";
import { choice, examples, wholeNumbers } from "../parts/controls.js";
import { button, h } from "../parts/dom.js";
import { remembering } from "../parts/size_menu.js";
import {
  LARGEST,
  LAYER,
  outputShape,
  RANGES,
  refitted,
  taught,
  teacherName,
  teachersOf,
  zeros,
} from "./state.js";

const RATES = [0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1];

/** @param {any} view */
export function settingsOf(view) {
  const { card } = view;
  const teachers = () => card.model.get("presets");
  const show = (changes) => card.change({ ...refitted(card.state(), changes, teachers()), step: null });
  const number = (trait) =>
    choice(trait, {
      options: () => wholeNumbers(...RANGES[trait]),
      get: () => card.get(trait),
      set: (value) => show({ [trait]: value }),
    });
  const example = examples(card, { step: null });
  return {
    example,
    all: [
      example,
      dimensions(card),
      size(card, "input", show),
      size(card, "kernel", show),
      ...Object.keys(RANGES).map(number),
      targets(card, teachers),
    ],
  };
}

/** One dimension or two; each keeps the layer that was shown in it last. */
function dimensions(card) {
  const last = {};
  const layer = (state) => Object.fromEntries(LAYER.map((trait) => [trait, state[trait]]));
  const first = (wanted) =>
    Object.values(card.model.get("examples")).find((one) => one.dimensions === wanted) ?? null;
  return choice("dimensions", {
    options: () => [1, 2].map((n) => [n, String(n)]),
    get: () => card.get("dimensions"),
    set(wanted) {
      last[card.get("dimensions")] = layer(card.state());
      const next = last[wanted] ?? first(wanted) ?? { dimensions: wanted };
      card.change({ ...next, pinned: ["dkernel", 0, 0], step: null });
    },
  });
}

/** Height and width, or in one dimension the length; a smaller one is cut out of the last larger one. */
function size(card, trait, show) {
  const resize = remembering(cutAtTheEnd);
  const isRow = () => card.get("dimensions") === 1;
  const sizes = choices(trait, [`${trait} height`, `${trait} width`], {
    options: (n) => wholeNumbers(1, LARGEST[trait][n]),
    get: (n) => shape(card.get(trait))[n],
    set: (n, value) => {
      const [rows, columns] = shape(card.get(trait)).with(n, value);
      show({ [trait]: resize(card.get(trait), rows, columns) });
    },
  });
  const [height, sign] = sizes.el.children;
  return {
    el: sizes.el,
    paint() {
      sizes.paint();
      height.hidden = sign.hidden = isRow();
    },
  };
}

/** Another size of the same matrix: cut at its end, or its numbers begun anew where there are none. */
function cutAtTheEnd(matrix, rows, columns) {
  const [height, width] = shape(matrix);
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => matrix[i % height][j % width]),
  );
}

/** Whose output the target is. */
function targets(card, teachers) {
  const name = () => teacherName(card.state(), teachers());
  return choice("target", {
    options: () => [
      ...teachersOf(card.state(), teachers()).map(([one]) => [one, `of ${one}`]),
      ["zeros", "zeros"],
      ...(name() === null ? [[null, "your own"]] : []),
    ],
    get: name,
    set(one) {
      if (one === null) return;
      const state = card.state();
      const target = one === "zeros" ? zeros(outputShape(state)) : taught(state, teachers()[one]);
      card.change({ target, step: null });
    },
  });
}

/** What stands beside the player: the learning rate, and the way back to the start. */
export function descentSettings(card) {
  const rate = choice("learning rate", {
    options: () =>
      [...new Set([...RATES, card.get("rate")])].sort((a, b) => a - b).map((value) => [value, String(value)]),
    get: () => card.get("rate"),
    set: (value) => card.change({ rate: value, step: null }),
  });
  const again = button("start again", () => card.change({ step: null }, { undoable: false }));
  return {
    el: h("span", { class: "cb-setting" }, rate.el, again),
    paint() {
      rate.paint();
      again.disabled = card.get("step") === null;
    },
  };
}
