// Where the lens is and what one weight is, as numbers to step and to type: for fingers, and for those who know what they want.
import { stepper } from "../parts/controls.js";
import { h, setText } from "../parts/dom.js";
import { nearest } from "./state.js";
import { kernelName } from "./words.js";

/** @param {any} lab */
export function makeExact(lab) {
  const weightName = h("span", { class: "cb-kernel cb-name" });
  const all = [
    indexStepper(lab, 0, "i", "lens row"),
    indexStepper(lab, 1, "j", "lens column"),
    stepper(lab.card, weightName, {
      name: "chosen weight",
      get: () => weightOf(lab).value,
      set: (value) => lab.edit(weightOf(lab).trait, weightOf(lab).at, value, {}),
    }),
  ];
  return {
    el: h(
      "div",
      { class: "cb-player", role: "group", "aria-label": "lens and weight" },
      h("span", { class: "cb-output cb-name" }, "y[i, j]"),
      ...all.map(({ el }) => el),
      h("small", {}, "or drag a weight sideways"),
    ),
    paint() {
      const { lane, at } = weightOf(lab);
      setText(weightName, `${lab.now.kernels.length > 1 ? `${kernelName(lab.now, lane)}: ` : ""}w[${at}]`);
      for (const one of all) one.paint();
    },
  };
}

function indexStepper(lab, axis, label, name) {
  return stepper(lab.card, label, {
    name,
    get: () => lab.now.at?.[axis] ?? 0,
    set: (value) => {
      const at = (lab.now.at ?? [0, 0]).map((index, a) => (a === axis ? value : index));
      if (Number.isInteger(value)) return lab.keep(nearest(lab.now, at));
      lab.card.warn(`A ${name} is a whole number, so the lens stays.`);
      lab.card.repaint();
    },
  });
}

/** The weight that the stepper changes: the chosen one, or the one in the middle of the first kernel. */
function weightOf({ now, chosen, lanes }) {
  const { lane, at } = chosen.get() ?? { lane: 0, at: [now.kh >> 1, now.kw >> 1] };
  return { lane, at, trait: lanes[lane].trait, value: now.kernels[lane][at[0]][at[1]] };
}
