// The settings of ChannelMatrix: the matrices by name, their rank and size, the shuffle, and the picture.
import { inverse, rank, truncated } from "../arithmetic/matrices.js";
import { choice, presets, slider, toggle } from "../parts/controls.js";
import { button, h } from "../parts/dom.js";
import { pictureMenu } from "../parts/picture_menu.js";
import { remembering } from "../parts/size_menu.js";
import { resizedBias, resizedTo, undoing } from "./state.js";

const MOST = 3; // channels

/** @param {any} lab */
export function makeSettings(lab) {
  const { card, own } = lab;
  return [
    firstMenu(lab),
    rankSlider(card),
    shuffle(card),
    secondMenu(lab),
    toggle(card, "ReLU", "relu"),
    channels(lab),
    biasBox(card),
    choice("window", {
      options: () => ["1×1", "3×3"].map((name) => [name, name]),
      get: () => card.get("window"),
      set: (window) => card.change({ window }),
    }),
    pictureMenu(card, own),
    { el: own.el, paint() {} },
  ];
}

const layersOf = (card) =>
  Object.fromEntries(
    Object.entries(card.model.get("presets")).map(([name, { matrix, bias }]) => [name, [matrix, bias]]),
  );

const firstMenu = (lab) =>
  presets(lab.card, "matrix", {
    trait: "matrix",
    named: () => layersOf(lab.card),
    get: () => [lab.card.get("matrix"), lab.card.get("bias")],
    set: ([matrix, bias]) => lab.changeFirst(matrix, bias),
  });

function secondMenu(lab) {
  const { card } = lab;
  const named = () => {
    const [matrix, bias] = [card.get("matrix"), card.get("bias")];
    const fitting = Object.entries(layersOf(card)).filter(([, [one]]) => one[0].length === matrix.length);
    const back = inverse(matrix) && undoing({ matrix, bias });
    const spread = matrix.length < MOST && {
      "spread to three channels": [
        resizedTo(matrix, MOST, 0).map(() => matrix.map(() => 1 / matrix.length)),
        null,
      ],
    };
    return {
      none: [null, null],
      ...(back && { "inverse of the first": [back.matrix, back.bias] }),
      ...Object.fromEntries(fitting),
      ...spread,
    };
  };
  return presets(card, "second 1×1", {
    trait: "second",
    named,
    get: () => [card.get("second"), card.get("second") && card.get("second_bias")],
    set: ([second, second_bias]) => lab.changeSecond(second, second_bias),
  });
}

/** Down to any rank, to the nearest matrix that has it, and up again to the one that it was. */
function rankSlider(card) {
  const cut = remembering((matrix, most) => (most < rank(matrix) ? truncated(matrix, most) : matrix));
  return slider("rank", {
    least: 0,
    most: MOST,
    name: "rank of the matrix",
    get: () => rank(card.get("matrix")),
    set: (wanted, by) => {
      const matrix = cut(card.get("matrix"), wanted);
      const reached = rank(matrix);
      card.change({ matrix }, { by });
      if (reached < wanted)
        card.tell(`Rank ${reached} is the most that this matrix has. Type other numbers to raise it.`);
      card.repaint();
    },
  });
}

function shuffle(card) {
  const flip = (trait) => () => card.change({ [trait]: !card.get(trait) });
  const scramble = button("Scramble pixels", flip("scramble"));
  const unscramble = button("Unscramble the output", flip("unscramble"));
  return {
    el: h("span", { class: "cb-setting cb-shuffle" }, scramble, unscramble),
    paint() {
      scramble.setAttribute("aria-pressed", String(card.get("scramble")));
      unscramble.setAttribute("aria-pressed", String(card.get("unscramble")));
      unscramble.disabled = !card.get("scramble");
    },
  };
}

/** Fewer channels come back with their numbers. */
function channels(lab) {
  const { card } = lab;
  const cut = remembering(resizedTo);
  return choice("output channels", {
    options: () => [1, 2, 3].map((n) => [n, String(n)]),
    get: () => card.get("matrix").length,
    set: (count) =>
      lab.changeFirst(cut(card.get("matrix"), count, MOST), resizedBias(card.get("bias"), count)),
  });
}

function biasBox(card) {
  const has = () => card.get("bias") !== null;
  const box = h("input", {
    type: "checkbox",
    onchange: () => card.change({ bias: box.checked ? card.get("matrix").map(() => 0) : null }),
  });
  return {
    el: h("label", { class: "cb-setting" }, box, "bias"),
    paint: () => {
      box.checked = has();
    },
  };
}
