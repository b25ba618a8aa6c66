// The settings of PoolingBench: { el, paint } each.
import { choice, presets, stepper, toggle, wholeNumbers } from "../parts/controls.js";

/** @param {import("../parts/card.js").Card} card */
export function settingsOf(card) {
  const { get, change } = card;
  const pen = stepper(card, "pen", { get: () => get("pen"), set: (value) => change({ pen: value }) });
  const whenDrawing = () => {
    pen.el.hidden = !get("draw");
  };
  return [
    presets(card, "picture", { trait: "input", named: () => card.model.get("patterns") }),
    directionOf(card),
    toggle(card, "draw", "draw"),
    { el: pen.el, paint: () => [pen.paint(), whenDrawing()] },
    ...poolingOf(card),
    toggle(card, "ceil mode", "ceil_mode"),
    toggle(card, "the average counts padding", "count_include_pad"),
    presets(card, "convolution with", { trait: "kernel", named: () => card.model.get("presets") }),
  ];
}

function poolingOf({ get, change }) {
  const half = (size) => Math.floor(size / 2); // no window may hold padding alone
  const number = (label, trait, [least, most], changed = (value) => ({ [trait]: value })) =>
    choice(label, {
      options: () => wholeNumbers(least, most()),
      get: () => get(trait),
      set: (value) => change(changed(value)),
    });
  const four = () => 4;
  return [
    number("pooling of", "kernel_size", [1, four], (size) => ({
      kernel_size: size,
      padding: Math.min(get("padding"), half(size)),
    })),
    number("stride of all four", "stride", [1, four]),
    number("padding", "padding", [0, () => half(get("kernel_size"))]),
  ];
}

/** Forward or backward: the output that is pinned stays pinned as a gradient. */
function directionOf({ get, change }) {
  return choice("direction", {
    options: () => [
      [false, "forward: the outputs"],
      [true, "backward: a gradient"],
    ],
    get: () => get("backward"),
    set: (backward) => {
      const [role, ...at] = get("pinned");
      const pinned = role === "input" || !role ? get("pinned") : [backward ? "gradient" : "max", ...at];
      change({ backward, pinned });
    },
  });
}
