// The settings of Checkerboard.
import { choice, examples, stepper, wholeNumbers } from "../parts/controls.js";
import { button } from "../parts/dom.js";
import { pictureMenu } from "../parts/picture_menu.js";
import { remembering } from "../parts/size_menu.js";
import { STARTS } from "./state.js";
import { STARTS_IN_WORDS } from "./words.js";

/** @param {any} view */
export function settingsOf(view) {
  const { card, own } = view;
  const example = examples(card);
  const another = button("another random one", () => card.change({ seed: (card.get("seed") + 1) % 100 }));
  const steps = stepper(card, "steps of training", {
    get: () => card.get("steps"),
    set: (value) => card.change({ steps: value }),
  });
  const all = [
    example,
    kernelSize(card),
    choice("stride", {
      options: () => wholeNumbers(2, 4),
      get: () => card.get("stride"),
      set: (stride) => card.change({ stride, pinned: [] }),
    }),
    weights(card),
    {
      el: another,
      paint: () =>
        another.toggleAttribute("hidden", card.get("start") !== "random" || Boolean(card.get("weights"))),
    },
    steps,
    pictureMenu(card, own),
    { el: own.el, paint() {} },
  ];
  return { all, example };
}

/** Weights of the reader's own go along with the size, and get their numbers back with it. */
function kernelSize(card) {
  const resize = remembering();
  return choice("kernel", {
    options: () => wholeNumbers(2, 6).map(([size]) => [size, `${size}×${size}`]),
    get: () => card.get("kernel"),
    set: (kernel) => {
      const own = card.get("weights");
      card.change({ kernel, weights: own && resize(own, kernel) });
    },
  });
}

function weights(card) {
  const OWN = "your own";
  return choice("weights", {
    options: () => [
      ...STARTS.map((start) => [start, STARTS_IN_WORDS[start]]),
      ...(card.get("weights") ? [[OWN, OWN]] : []),
    ],
    get: () => (card.get("weights") ? OWN : card.get("start")),
    set: (start) => start !== OWN && card.change({ start, weights: null }),
  });
}
