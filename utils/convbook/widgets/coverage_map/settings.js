// The settings of CoverageMap.
import { shape } from "../arithmetic/tensor.js";
import { choices } from "../parts/choices.js";
import { choice, examples, toggle, wholeNumbers } from "../parts/controls.js";
import { remembering } from "../parts/size_menu.js";
import { COMPARED, MODES, RANGES, SIDES } from "./state.js";

const NAMES = [
  ["valid", "valid (none)"],
  ["same", "same (PyTorch)"],
  ["same_tf", "SAME (TensorFlow)"],
  ["full", "full"],
];

/** @param {any} view what is shown (`now`), `card` */
export function settingsOf(view) {
  const { card } = view;
  const example = examples(card);
  const forPadding = paddingSettings(view);
  const all = [
    example,
    ...sizeSettings(card),
    ...forPadding,
    choice("SAME of both frameworks", {
      options: () => COMPARED.map((name) => [name, name === "off" ? name : `draw ${name}'s`]),
      get: () => card.get("compare"),
      set: (compare) => card.change({ compare, pinned: [] }),
    }),
    toggle(card, "one setting for both axes", "linked"),
    toggle(card, "show how often a pixel is read", "counts"),
  ];
  const paint = () => {
    for (const one of all) one.paint();
    for (const { el } of forPadding) el.hidden = card.get("compare") !== "off";
  };
  return { all, example, paint };
}

/** Both numbers of a pair, or one of them; `alike`: one menu speaks for both. */
const each = (card, pair, n, value) => (card.get("linked") ? pair.map(() => value) : pair.with(n, value));
const alike = (card, numbers) => card.get("linked") && new Set(numbers).size === 1;

function sizeSettings(card) {
  const perAxis = (trait, read, changed) =>
    choices(trait, [`${trait} height`, `${trait} width`], {
      alone: () => trait !== "input" && alike(card, read()),
      options: () => wholeNumbers(...RANGES[trait]),
      get: (n) => read()[n],
      set: (n, value) => card.change(changed(n, value)),
    });
  const sized = (trait, next) => {
    const resize = remembering(stretched);
    const size = () => shape(card.get(trait));
    return perAxis(trait, size, (n, value) => {
      const [rows, columns] = next(size(), n, value);
      return { [trait]: resize(card.get(trait), rows, columns), pinned: [] };
    });
  };
  const stepped = (trait) =>
    perAxis(
      trait,
      () => card.get(trait),
      (n, value) => ({ [trait]: each(card, card.get(trait), n, value) }),
    );
  return [
    sized("input", (size, n, value) => size.with(n, value)),
    sized("kernel", (size, n, value) => each(card, size, n, value)),
    stepped("stride"),
    stepped("dilation"),
  ];
}

function paddingSettings(view) {
  const { card } = view;
  const pads = () => view.now.drawn.pads;
  const most = RANGES.padding[1];
  return [
    choice("padding", {
      options: () => [["numbers", "numbers"], ...NAMES],
      get: () => (typeof card.get("padding") === "string" ? card.get("padding") : "numbers"),
      set: (name) => {
        const written = pads().map((axis) => axis.map((pixels) => Math.min(pixels, most)));
        card.change({ padding: name === "numbers" ? written : name });
      },
    }),
    sideSettings(card, () => pads().flat(), most),
    choice("filled with", {
      options: () => MODES.map((mode) => [mode, mode]),
      get: () => card.get("padding_mode"),
      set: (mode) => card.change({ padding_mode: mode }),
    }),
  ];
}

function sideSettings(card, pixels, most) {
  const name = (n) => (alike(card, pixels()) ? "each side" : SIDES[n]);
  return choices("pixels", SIDES, {
    sign: " ",
    alone: () => alike(card, pixels()),
    options: (n) =>
      wholeNumbers(0, Math.max(most, pixels()[n])).map(([value]) => [value, `${name(n)} ${value}`]),
    get: (n) => pixels()[n],
    set: (n, value) => {
      const [top, bottom, left, right] = each(card, pixels(), n, value);
      card.change({
        padding: [
          [top, bottom],
          [left, right],
        ],
      });
    },
  });
}

/** Another size for the same matrix: counted on, if it counts 1, 2, 3, ...; else cut at the end, or its last row or column repeated. */
function stretched(matrix, rows, columns) {
  const [height, width] = shape(matrix);
  const counts = height * width > 1 && matrix.flat().every((value, n, [first]) => value === first + n);
  return Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) =>
      counts ? matrix[0][0] + i * columns + j : matrix[Math.min(i, height - 1)][Math.min(j, width - 1)],
    ),
  );
}
