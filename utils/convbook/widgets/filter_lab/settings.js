// The settings of FilterLab: which picture, which kernels, and how their outputs are drawn.
import { choice, presets, stepper, toggle } from "../parts/controls.js";
import { pictureMenu } from "../parts/picture_menu.js";
import { sizeMenu } from "../parts/size_menu.js";
import { SHADES } from "./words.js";

const SIZES = [1, 2, 3, 4, 5];
const BIAS_STEP = 10;

/** @param {any} lab */
export function makeSettings(lab) {
  const { card, own } = lab;
  return [
    ...kernelSettings(lab),
    pictureMenu(card, own),
    { el: own.el, paint() {} },
    stepper(card, "bias", {
      get: () => card.get("bias"),
      set: (bias) => card.change({ bias }),
      step: BIAS_STEP,
    }),
    toggle(card, "ReLU", "relu"),
    choice("shades", {
      options: () => Object.entries(SHADES),
      get: () => card.get("shades"),
      set: (shades) => card.change({ shades }),
    }),
  ];
}

function kernelSettings(lab) {
  const { card } = lab;
  const named = () => card.model.get("presets");
  return [
    presets(card, "kernel", {
      trait: "kernel",
      named: () => (lab.isSecret() ? withoutName(named(), card.get("kernel")) : named()),
      set: (kernel) => lab.changeKernel(kernel),
    }),
    sizeMenu({ sizes: SIZES, get: () => card.get("kernel"), set: (kernel) => lab.changeKernel(kernel) }),
    presets(card, "second kernel", {
      trait: "second",
      named: () => ({ none: null, ...named() }),
      set: (second) => lab.changeKernel(card.get("kernel"), second),
    }),
  ];
}

// The menu without the name of the kernel that is asked about: it would give the answer away.
function withoutName(named, kernel) {
  const isAsked = (one) => JSON.stringify(one) === JSON.stringify(kernel);
  return Object.fromEntries(
    Object.entries(named).map(([name, one]) => [isAsked(one) ? "this kernel" : name, one]),
  );
}
