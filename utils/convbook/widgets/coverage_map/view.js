// CoverageMap: where the window starts and stops, what the padding holds, and how often each pixel is read.
import { checkFits, checkRange, outputs, sizeFormulas } from "../arithmetic/axes.js";
import { correlate2d } from "../arithmetic/convolution.js";
import { links, linksOf, pinOf, same } from "../arithmetic/links.js";
import { format, plural, sumInWords } from "../arithmetic/numbers.js";
import { mostPadding, namedPadding, samePadding, sourceIndex } from "../arithmetic/padding.js";
import { dropped, effectiveKernel, pair } from "../arithmetic/sizes.js";
import { shape } from "../arithmetic/tensor.js";
import { choices } from "../parts/choices.js";
import { array } from "../parts/code.js";
import { choice, examples, notANumber, stepper, toggle, wholeNumbers } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { grid } from "../parts/grid.js";
import { player } from "../parts/player.js";
import { predictPanel } from "../parts/predict.js";
import { parseSize, sizeMistakes } from "../parts/size_slips.js";
import { sumStrip } from "../parts/sum.js";

const TRAITS = [
  "input",
  "kernel",
  "stride",
  "padding",
  "dilation",
  "padding_mode",
  "compare",
  "linked",
  "counts",
  "pinned",
  "predict",
];
const RANGES = { input: [1, 12], kernel: [1, 5], stride: [1, 6], dilation: [1, 4], padding: [0, 6] };
const LARGEST_PADDED = 24;
const SIDES = ["top", "bottom", "left", "right"];
const AXES = [0, 1];
const NAMES = [
  ["valid", "valid (none)"],
  ["same", "same (PyTorch)"],
  ["same_tf", "SAME (TensorFlow)"],
  ["full", "full"],
];
const NUMPY_MODES = { zeros: "constant", reflect: "reflect", replicate: "edge", circular: "wrap" };
const IS_COPIED = {
  reflect: "mirrored from",
  replicate: "the nearest pixel,",
  circular: "from the other end,",
};

// ---- what the state means: no DOM ------------------------------------------------------------------------------------

// The readings of the picture: the one of `padding`, or SAME as each framework reads it. PyTorch's own "same" knows stride 1
// only; for others this is what its users write: ⌊(k̂ − 1) / 2⌋ on every side.
export function readings(state) {
  const { compare, kernel, stride, padding, dilation, padding_mode: mode } = state;
  const sizes = shape(state.input);
  const spans = shape(kernel);
  const named = (name) => AXES.map((a) => namedPadding(name, sizes[a], spans[a], stride[a], dilation[a]));
  if (compare === "off")
    return [reading(state, "output", typeof padding === "string" ? named(padding) : padding, mode)];
  const pytorch =
    Math.max(...stride) === 1 ? named("same") : AXES.map((a) => pair(samePadding(spans[a], dilation[a])[0]));
  return [
    reading(state, "PyTorch", pytorch, "zeros"),
    reading(state, "TensorFlow", named("same_tf"), "zeros"),
  ];
}

function reading({ input, kernel, stride, dilation }, name, pads, mode) {
  const sizes = shape(input);
  const spans = shape(kernel);
  const axes = AXES.map((a) => ({
    size: sizes[a],
    kernel: spans[a],
    stride: stride[a],
    before: pads[a][0],
    after: pads[a][1],
    dilation: dilation[a],
  }));
  return { name, pads, mode, axes, size: axes.map(outputs) };
}

// What the windows of a reading make: the output, every multiplication, how often each pixel is read, what the floor drops.
export function walk({ input, kernel, stride, dilation }, { pads, mode, axes }) {
  const settings = { stride, dilation, padding: pads };
  const all = links({ input: shape(input), kernel: shape(kernel), mode, ...settings });
  const counts = input.map((row) => row.map(() => 0));
  for (const { source } of all) if (source) counts[source[0]][source[1]]++;
  return {
    all,
    counts,
    output: correlate2d(input, kernel, { paddingMode: mode, ...settings }),
    lost: axes.map(({ size, kernel, stride, before, after, dilation }) =>
      dropped(size, kernel, stride, before, after, dilation),
    ),
  };
}

const isCounting = (matrix) => matrix.flat().every((value, n, all) => value === all[0] + n);
const counting = (rows, columns, first) =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => first + i * columns + j));
// Another size for the same matrix: counted on, if it counts 1, 2, 3, ...; else cut at the end, or the last row or column repeated.
const stretched = (matrix, [rows, columns]) =>
  matrix.length * matrix[0].length > 1 && isCounting(matrix)
    ? counting(rows, columns, matrix[0][0])
    : Array.from({ length: rows }, (_, i) =>
        Array.from(
          { length: columns },
          (_, j) => matrix[Math.min(i, matrix.length - 1)][Math.min(j, matrix[0].length - 1)],
        ),
      );

const sideWords = (pads) => SIDES.map((side, n) => `${side} ${pads.flat()[n]}`).join(", ");

function check({ input, kernel, stride, padding, dilation, padding_mode, compare }) {
  checkRange("The input's sides", shape(input), RANGES.input);
  checkRange("The kernel's sides", shape(kernel), RANGES.kernel);
  checkRange("The stride", stride, RANGES.stride);
  checkRange("The dilation", dilation, RANGES.dilation);
  if (typeof padding !== "string") checkRange("The padding of a side", padding, RANGES.padding);
  if (compare === "off" && padding === "same" && Math.max(...stride) > 1)
    throw new RangeError(
      "PyTorch's “same” takes stride 1 only, so nothing changed. Choose SAME (TensorFlow), or numbers.",
    );
  for (const { pads, mode, axes } of readings({
    input,
    kernel,
    stride,
    padding,
    dilation,
    padding_mode,
    compare,
  })) {
    const most = AXES.map((a) => mostPadding(axes[a].size, mode));
    const padded = AXES.map((a) => axes[a].size + pads[a][0] + pads[a][1]);
    AXES.forEach((a) => {
      if (Math.max(...pads[a]) > most[a])
        throw new RangeError(
          `${mode} can add at most ${plural(most[a], "pixel")} to a side of ${axes[a].size}: there is no more to copy. So nothing changed.`,
        );
    });
    checkFits(axes);
    if (Math.max(...padded) > LARGEST_PADDED)
      throw new RangeError(
        `That pads the input to ${padded.join("×")} pixels; at most ${LARGEST_PADDED} a side fit here, so nothing changed.`,
      );
  }
}

// ---- from picture to code --------------------------------------------------------------------------------------------

// The lines for the one reading, or a loop over the padding of both: lines(padding, where the answer goes).
function perReading(all, written, lines) {
  if (all.length === 1) return lines(written(all[0].pads), "y");
  const paddings = all.map(({ name, pads }) => `"${name}": ${written(pads)}`).join(", ");
  return [
    "y = {}",
    `for name, padding in {${paddings}}.items():`,
    ...lines("padding", "y[name]").map((line) => `    ${line}`),
  ];
}

function numpyCode({ input, kernel, stride, dilation, counts, all, drawn }) {
  const spans = drawn.axes.map((axis) => effectiveKernel(axis.kernel, axis.dilation)).join(", ");
  const mode = NUMPY_MODES[drawn.mode];
  const steps = [...stride, ...dilation].map((step) => (step > 1 ? `::${step}` : ":")).join(", ");
  const windows = (of) => `np.lib.stride_tricks.sliding_window_view(${of}, (${spans}))[${steps}]`;
  const written = (pads) => `(${pads.map((pair) => `(${pair.join(", ")})`).join(", ")})`;
  const lines = (padding, into) => [
    `padded = np.pad(x, ${padding}, mode="${mode}")`,
    `windows = ${windows("padded")}`,
    `${into} = np.einsum("ijuv,uv->ij", windows, w)`,
  ];
  const reads = [
    "",
    "# how often each pixel is read: every pixel has a number, found again in the windows",
    `places = np.pad(np.arange(x.size).reshape(x.shape), ${written(drawn.pads)}, mode="${mode}"${mode === "constant" ? ", constant_values=-1" : ""})`,
    `read = ${windows("places")}`,
    "counts = np.bincount(read[read >= 0], minlength=x.size).reshape(x.shape)",
    "print(counts)",
  ];
  return [
    "import numpy as np",
    "",
    array("x", input),
    array("w", kernel),
    ...perReading(all, written, lines),
    "print(y)",
    ...(counts ? reads : []),
  ].join("\n");
}

function torchCode({ input, kernel, stride, dilation, counts, all, drawn }) {
  const typed = (name, matrix) => array(name, matrix, "torch.tensor", ", dtype=torch.float64");
  const mode = drawn.mode === "zeros" ? "constant" : drawn.mode;
  const written = ([vertical, horizontal]) => `(${[...horizontal, ...vertical].join(", ")})`; // PyTorch names the last axis first
  const lines = (padding, into) => [
    `padded = F.pad(x[None, None], ${padding}, mode="${mode}")`,
    `${into} = F.conv2d(padded, w[None, None], stride=(${stride.join(", ")}), dilation=(${dilation.join(", ")}))[0, 0]`,
  ];
  const reads = [
    "",
    "# how often each pixel is read: the gradient of the sum, for a kernel of ones",
    "w = torch.ones_like(w)",
    "x.requires_grad_()",
    ...lines(written(drawn.pads), "ones"),
    "ones.sum().backward()",
    "print(x.grad)",
  ];
  return [
    "import torch",
    "import torch.nn.functional as F",
    "",
    typed("x", input),
    typed("w", kernel),
    ...perReading(all, written, lines),
    "print(y)",
    ...(counts ? reads : []),
  ].join("\n");
}

// ---- the view --------------------------------------------------------------------------------------------------------

export default explorer(
  "CoverageMap",
  TRAITS,
  (card) => {
    const { get, change, signal } = card;
    let preview = null;
    let term = null;
    let now = null;
    let built = "";
    let walked = [];
    let answered = false;
    let asked = "";
    card.check = check;

    function derive() {
      const state = card.state();
      const laid = readings(state);
      const key = JSON.stringify([state.input, state.kernel, state.stride, state.dilation, laid]);
      if (key !== built) walked = laid.map((one) => walk(state, one)); // the pointer moves more often than a setting
      built = key;
      const all = laid.map((one, n) => ({ ...one, ...walked[n] }));
      const drawn = all[state.compare === "TensorFlow" ? 1 : 0];
      const widest = (side) => AXES.map((a) => Math.max(...all.map(({ pads }) => pads[a][side])));
      const origin = widest(0);
      const ends = widest(1);
      const frame = AXES.map((a) => origin[a] + shape(state.input)[a] + ends[a]);
      const found = pinOf(state.pinned, {
        input: shape(state.input),
        kernel: shape(state.kernel),
        output: drawn.size,
        padding: frame,
      });
      const shift = { input: [0, 0], padding: origin }[found?.role];
      const pin = shift
        ? placed(
            found.at.map((index, a) => index - shift[a]),
            state.input,
          )
        : found;
      return { ...state, all, drawn, origin, frame, pin, secret: state.predict && !answered };
    }
    const inside = ([i, j], input) => input[i]?.[j] !== undefined;
    // A place of the padded input as a cell: a pixel is the source of its own reading and of its copies', padding only what is read there.
    const placed = (at, input) => ({ role: inside(at, input) ? "source" : "input", at });
    const shown = () => preview ?? now.pin;
    const sourceOf = (at) => {
      const from = at.map((index, a) => sourceIndex(index, now.drawn.axes[a].size, now.drawn.mode));
      return Math.min(...from) < 0 ? null : from;
    };
    const valueAt = (at) => {
      const from = sourceOf(at);
      return from ? now.input[from[0]][from[1]] : 0;
    };
    const placeOf = (framed) => framed.map((index, a) => index - now.origin[a]);
    const isRead = (at) =>
      at.every(
        (index, a) => index >= -now.drawn.pads[a][0] && index < now.drawn.axes[a].size + now.drawn.pads[a][1],
      );
    const isDropped = (at) =>
      isRead(at) &&
      at.some((index, a) => index >= now.drawn.axes[a].size + now.drawn.pads[a][1] - now.drawn.lost[a]);

    // ---- the parts of the card -----------------------------------------------------------------------------
    const pin = (toCell) => (where) => {
      play.pause();
      const { pinned, ...more } = where ? toCell(where) : { pinned: [] };
      change(
        { pinned: same(pinned, now.pinned) && !Object.keys(more).length ? [] : pinned, ...more },
        { undoable: Object.keys(more).length > 0 },
      );
    };
    const look = (toCell) => (where) => {
      preview = where && toCell(where);
      paint();
    };
    const edit = (role) => (where, number, by) => {
      const at = role === "input" ? placeOf(where) : where;
      if (role === "input" && !inside(at, now.input))
        return card.warn(
          "That is padding: it holds no data of its own, so there is nothing to type. Change a pixel, or the padding mode.",
        );
      if (role === "input" && now.counts)
        return card.warn("A count is computed, not typed. Show the values to change a pixel.");
      setNumber(role, at, number, by);
    };
    const setNumber = (role, [i, j], number, by) => {
      const matrix = get(role).map((row) => [...row]);
      matrix[i][j] = number;
      change({ [role]: matrix }, { by });
    };
    const onReject = (text) => card.warn(notANumber(text));
    const input = grid({
      role: "input",
      label: "padded input",
      signal,
      onReject,
      onEdit: edit("input"),
      onPreview: look((where) => placed(placeOf(where), now.input)),
      onPin: pin((where) => ({
        pinned: inside(placeOf(where), now.input) ? ["input", ...placeOf(where)] : ["padding", ...where],
      })),
    });
    const kernel = grid({
      role: "kernel",
      signal,
      onReject,
      onEdit: edit("kernel"),
      onPreview: look((at) => ({ role: "kernel", at })),
      onPin: pin((at) => ({ pinned: ["kernel", ...at] })),
    });
    const results = AXES.map((n) => {
      const table = grid({
        role: "output",
        signal,
        onPreview: look((at) => ({ role: "output", at, of: n })),
        onPin: pin((at) => ({
          pinned: ["output", ...at],
          ...(now.all[n] !== now.drawn && { compare: now.all[n].name }),
        })),
      });
      const note = h("p", { class: "cb-note" });
      return { ...table, note, box: h("div", { class: "cb-column" }, table.el, note) };
    });
    const legend = h("p", { class: "cb-note cb-key" });
    const secret = h("p", { class: "cb-unknown" }, "?");
    const verdict = h("p", { class: "cb-note" });
    const operator = (sign) => h("span", { class: "cb-operator" }, sign);
    const beside = (...parts) => h("div", { class: "cb-beside" }, ...parts);
    card.stage.append(
      h("div", { class: "cb-ruled cb-input" }, input.el),
      beside(operator("⋆"), kernel.el),
      beside(
        operator("="),
        h("div", { class: "cb-column" }, secret, ...results.map(({ box }) => box), verdict),
      ),
      legend,
    );

    const each = (pairOf, n, value) => (get("linked") ? pairOf.map(() => value) : pairOf.with(n, value));
    const alike = (numbers) => get("linked") && new Set(numbers).size === 1; // then one menu speaks for all
    const perAxis = (trait, read, changed) =>
      choices(trait, [`${trait} height`, `${trait} width`], {
        alone: () => trait !== "input" && alike(read()),
        options: () => wholeNumbers(...RANGES[trait]),
        get: (n) => read()[n],
        set: (n, value) => change(changed(n, value)),
      });
    const sized = (trait, next) =>
      perAxis(
        trait,
        () => shape(get(trait)),
        (n, value) => ({ [trait]: stretched(get(trait), next(shape(get(trait)), n, value)), pinned: [] }),
      );
    const stepped = (trait) =>
      perAxis(
        trait,
        () => get(trait),
        (n, value) => ({ [trait]: each(get(trait), n, value) }),
      );
    const numbers = () => now.drawn.pads;
    const example = examples(card);
    const forPadding = [
      choice("padding", {
        options: () => [["numbers", "numbers"], ...NAMES],
        get: () => (typeof get("padding") === "string" ? get("padding") : "numbers"),
        set: (name) =>
          change({
            padding:
              name === "numbers"
                ? numbers().map((axis) => axis.map((n) => Math.min(n, RANGES.padding[1])))
                : name,
          }),
      }),
      choices("pixels", SIDES, {
        sign: " ",
        alone: () => alike(numbers().flat()),
        options: (n) =>
          wholeNumbers(0, Math.max(RANGES.padding[1], numbers().flat()[n])).map(([value]) => [
            value,
            `${alike(numbers().flat()) ? "each side" : SIDES[n]} ${value}`,
          ]),
        get: (n) => numbers().flat()[n],
        set: (n, value) => {
          const [t, b, l, r] = each(numbers().flat(), n, value);
          change({
            padding: [
              [t, b],
              [l, r],
            ],
          });
        },
      }),
      choice("filled with", {
        options: () => Object.keys(NUMPY_MODES).map((mode) => [mode, mode]),
        get: () => get("padding_mode"),
        set: (mode) => change({ padding_mode: mode }),
      }),
    ];
    const settings = [
      example,
      sized("input", (size, n, value) => size.with(n, value)),
      sized("kernel", each),
      stepped("stride"),
      stepped("dilation"),
      ...forPadding,
      choice("SAME of both frameworks", {
        options: () => [
          ["off", "off"],
          ["PyTorch", "draw PyTorch's"],
          ["TensorFlow", "draw TensorFlow's"],
        ],
        get: () => get("compare"),
        set: (compare) => change({ compare, pinned: [] }),
      }),
      toggle(card, "one setting for both axes", "linked"),
      toggle(card, "show how often a pixel is read", "counts"),
    ];
    card.settings.append(...settings.map(({ el }) => el));

    const sum = sumStrip({
      signal,
      onPreview: (index) => {
        term = index;
        paint();
      },
    });
    const own = () => ({ source: ["input", now.input], kernel: ["kernel", now.kernel] })[now.pin?.role];
    const pinnedValue = stepper(card, "", {
      name: "pinned value",
      get: () => (own() ? own()[1][now.pin.at[0]][now.pin.at[1]] : 0),
      set: (number) => setNumber(own()[0], now.pin.at, number),
    });
    const windows = () => now.drawn.size[0] * now.drawn.size[1];
    const windowAt = (index) => [Math.floor(index / now.drawn.size[1]), index % now.drawn.size[1]];
    const play = player(card, {
      length: windows,
      get: () => (now.pin?.role === "output" ? now.pin.at[0] * now.drawn.size[1] + now.pin.at[1] + 1 : null),
      set: (step) => change({ pinned: ["output", ...windowAt(step - 1)] }, { undoable: false }),
      describe: (step) => (step ? `window ${step} of ${windows()}` : plural(windows(), "window")),
    });
    const predict = predictPanel({
      question,
      onReveal: () => {
        answered = true;
        card.repaint();
      },
      onNext: example.next,
    });
    card.toggle("Predict", "predict");
    card.code(() => ({ NumPy: numpyCode(now), PyTorch: torchCode(now) }));
    card.finish(sum.el, play.el, predict.el);
    card.onReset = () => {
      answered = false;
    };

    const keyOf = ({ name, mode, axes }) => JSON.stringify([name, mode, axes]);
    function question() {
      if (!now.predict) return null;
      const { axes, size } = now.drawn;
      const whose = now.compare === "off" ? "the output" : `the output of ${now.compare}`;
      return {
        text: `How large is ${whose}? (height×width)`,
        key: keyOf(now.drawn),
        truth: size,
        settled: answered,
        read: parseSize,
        kind: "size. Write it like 3×4, or 3 for 3×3",
        explain: `${sizeFormulas(axes)}.`,
        mistakes: sizeMistakes(axes),
        fallback:
          "Count where the window can start along each axis: the first place, and one more for every whole stride that still fits.",
      };
    }

    // ---- painting ------------------------------------------------------------------------------------------
    function paint() {
      now = derive();
      const fresh = JSON.stringify([keyOf(now.drawn), now.predict]);
      if (fresh !== asked) {
        answered = false;
        now.secret = now.predict;
      }
      asked = fresh;
      const cell = now.secret && shown()?.role !== "input" ? null : shown();
      const from = now.all[cell?.of] ?? now.drawn;
      const found = linksOf(from.all, cell);
      const lit = cell?.role === "output" && found[term] ? [found[term]] : found;
      paintInput(cell, lit);
      kernel.paint(now.kernel, { marks: (u, v) => marked("kernel", [u, v], cell, lit) });
      results.forEach((result, n) =>
        paintOutput(
          result,
          now.all[n],
          cell?.role === "output" && from !== now.all[n] ? null : cell,
          from === now.all[n] ? lit : null,
        ),
      );
      secret.hidden = !now.secret;
      paintWords(cell, found, from);
      settings.forEach((setting) => setting.paint());
      forPadding.forEach(({ el }) => {
        el.hidden = now.compare !== "off";
      });
      play.el.hidden = now.secret;
      play.paint();
      predict.el.hidden = !now.predict;
      predict.paint();
      card.formula(sizeFormulas(now.drawn.axes, now.secret));
    }

    const marked = (role, at, cell, lit) => {
      const self = cell?.role === role && same(cell.at, at);
      const mine = lit.filter((link) => same(link[role], at));
      return {
        here: self,
        on: mine.length > 0 && !self,
        pinned: now.pin?.role === role && same(now.pin.at, at),
        mine,
      };
    };
    const times = (mine) => `×${format(mine.reduce((sum, { kernel: [u, v] }) => sum + now.kernel[u][v], 0))}`;

    function paintInput(cell, lit) {
      const most = Math.max(...now.drawn.counts.flat(), 1);
      const start = starts(now.secret ? [] : now.all);
      const reach = new Map();
      for (const link of lit) reach.set(String(link.input), [...(reach.get(String(link.input)) ?? []), link]);
      const values = Array.from({ length: now.frame[0] }, (_, i) =>
        Array.from({ length: now.frame[1] }, (_, j) => valueAt(placeOf([i, j]))),
      );
      input.paint(values, {
        marks: (i, j) => {
          const at = placeOf([i, j]);
          const mine = reach.get(String(at)) ?? [];
          const self = isPlace(cell) && same(cell.at, at);
          const copied = cell?.role === "input" && inside(at, now.input) && same(sourceOf(cell.at) ?? [], at);
          const linked = {
            here: self,
            on: (mine.length > 0 && !self) || copied,
            badge: mine.length && cell.role === "output" ? times(mine) : "",
            ticks: start(i, j),
            place: placeName(at),
          };
          return {
            ...linked,
            ...(inside(at, now.input) ? pixel(at, most) : isRead(at) ? padding(at) : absent(mine)),
            pinned: isPlace(now.pin) && same(now.pin.at, at),
          };
        },
      });
      for (const element of [input.el, legend]) element.dataset.mode = now.drawn.mode;
    }

    const droppedHere = (at) => !now.secret && isDropped(at);
    function pixel([i, j], most) {
      const count = now.drawn.counts[i][j];
      const lost = droppedHere([i, j]);
      const text = now.counts ? { text: now.secret ? "?" : String(count) } : {};
      const words = now.secret ? "" : `, read ${plural(count, "time")}${lost ? ", dropped" : ""}`;
      return {
        ...text,
        dropped: lost,
        weight: now.secret ? 0 : count / most,
        label: `${format(now.input[i][j])}${words}`,
      };
    }
    function padding(at) {
      const source = sourceOf(at);
      const lost = droppedHere(at);
      const holds = source ? `copy of x[${source}] = ${format(valueAt(at))}` : "zero";
      return {
        pad: true,
        copy: Boolean(source),
        dropped: lost,
        ...(now.counts && { text: "" }),
        label: `padding, ${holds}${lost ? ", dropped" : ""}`,
      };
    }
    const absent = (mine) => ({
      absent: true,
      text: mine.length ? "0" : "",
      label: "padding of the other framework",
    });

    // Where windows start: the ruler marks on the top and the left edge, and for a second reading on the bottom and the right.
    function starts(all) {
      const marks = all.map(({ size, axes }) =>
        AXES.map(
          (a) =>
            new Map(
              Array.from({ length: size[a] }, (_, n) => [
                now.origin[a] - axes[a].before + n * axes[a].stride,
                String(n),
              ]),
            ),
        ),
      );
      const last = now.frame.map((length) => length - 1);
      const on = (edge, n, a, index) => edge && marks[n]?.[a].get(index);
      return (i, j) => ({
        top: on(i === 0, 0, 1, j),
        left: on(j === 0, 0, 0, i),
        bottom: on(i === last[0], 1, 1, j),
        right: on(j === last[1], 1, 0, i),
      });
    }

    function paintOutput({ paint, rename, note, box }, one, cell, found) {
      box.hidden = !one || now.secret;
      if (box.hidden) return;
      const other = now.all.find((each) => each !== one);
      const lit = found ?? linksOf(one.all, cell);
      rename(titleOf(one));
      paint(one.output, {
        marks: (y, x) => {
          const { mine, ...marks } = marked("output", [y, x], cell, lit);
          const theirs = other?.output[y]?.[x];
          const differs = Boolean(other) && theirs !== one.output[y][x];
          return {
            ...marks,
            pinned: marks.pinned && one === now.drawn,
            badge: mine.length && isPlace(cell) ? times(mine) : differs ? "≠" : "",
            ...(differs && {
              label: `${format(one.output[y][x])}, ${other.name}: ${theirs === undefined ? "none" : format(theirs)}`,
            }),
          };
        },
      });
      note.textContent = other ? `pads: ${sideWords(one.pads)}` : "";
    }
    const titleOf = (one) => (now.compare === "off" ? "output" : one.name);
    const placeName = ([i, j]) => `row ${format(i + 1)}, column ${format(j + 1)}`; // of the picture; outside it from 0 down
    const isPlace = (cell) => ["source", "input"].includes(cell?.role);

    // ---- words ---------------------------------------------------------------------------------------------
    function paintWords(cell, found, from) {
      const { drawn } = now;
      const [rows, columns] = drawn.lost;
      const flat = drawn.counts.flat();
      const swatch = (kind) => h("i", { class: `cb-swatch cb-${kind}` });
      const parts = [h("span", {}, swatch("pad"), ` padding (${drawn.mode}): ${sideWords(drawn.pads)}`)];
      if (!now.secret)
        parts.push(
          h(
            "span",
            {},
            swatch("shade"),
            ` read ${Math.min(...flat) < Math.max(...flat) ? `${Math.min(...flat)} to ` : ""}${plural(Math.max(...flat), "time")}`,
          ),
          rows || columns
            ? h(
                "span",
                {},
                swatch("dropped"),
                ` dropped by the floor: ${[rows && plural(rows, "row"), columns && plural(columns, "column")].filter(Boolean).join(", ")}`,
              )
            : h("span", {}, "nothing dropped"),
        );
      if (now.all[1])
        parts.push(h("span", {}, "windows start: PyTorch’s above and left, TensorFlow’s below and right"));
      const words = parts.map((part) => part.textContent).join();
      if (legend.dataset.words !== words) {
        legend.replaceChildren(...parts);
        legend.dataset.words = words;
      }
      verdict.textContent = now.all.length > 1 && !now.secret ? compared() : "";
      paintStrip(cell, found, from);
    }

    function compared() {
      const [a, b] = now.all;
      const sizes = same(a.size, b.size)
        ? `Both are ${a.size.join("×")}`
        : `${a.size.join("×")} and ${b.size.join("×")}`;
      const cells = a.output
        .flatMap((row, y) => row.map((value, x) => [value, b.output[y]?.[x]]))
        .filter(([, other]) => other !== undefined);
      return `${sizes}; ${cells.filter(([value, other]) => value !== other).length} of ${plural(cells.length, "shared value")} differ (≠).`;
    }

    function paintStrip(cell, found, from) {
      const words = (text) => {
        if (!play.playing) card.say(text);
      };
      if (!cell) {
        sum.message(
          now.secret
            ? "First say how large the output will be; then it appears."
            : "Point at any number: an output shows its window, a pixel the outputs that read it, padding the pixel that it copies.",
        );
        return words("");
      }
      const [i, j] = cell.at;
      const place = placeName(cell.at);
      const name = (letter) =>
        h("b", { class: `cb-name cb-${{ x: "input", w: "kernel" }[letter]}` }, `${letter}[${cell.at}]`);
      if (cell.role === "output") {
        const terms = found.map(({ input, kernel: [u, v], source }) => ({
          x: source ? now.input[source[0]][source[1]] : 0,
          w: now.kernel[u][v],
          pad: !inside(input, now.input),
          label: `${inside(input, now.input) ? `x[${input}]` : "padding"} × w[${u},${v}]`,
        }));
        sum.paint({ name: `y[${cell.at}]`, terms });
        const padded = terms.filter(({ pad }) => pad).length;
        return words(
          `${titleOf(from).replace(/^o/, "O")}, ${place}: ${sumInWords(terms)} = ${format(from.output[i][j])}${padded ? `; ${padded} of ${terms.length} come from padding` : ""}.`,
        );
      }
      if (cell.role === "kernel") {
        sum.message(
          name("w"),
          "=",
          valueOr(format(now.kernel[i][j])),
          `is shared by all ${plural(found.length, "window")}.`,
        );
        return words(
          `Weight, ${place}: ${format(now.kernel[i][j])}, shared by all ${plural(found.length, "window")}.`,
        );
      }
      const readers = new Set(found.map(({ output }) => String(output))).size;
      const reads = `read ${plural(found.length, "time")}, by ${plural(readers, "output")}`;
      const lost = !now.secret && isDropped(cell.at);
      const why = lost
        ? "Dropped: the floor leaves it behind the last window."
        : found.length
          ? ""
          : "No window starts where it would reach this place.";
      if (cell.role === "source") {
        sum.message(name("x"), "=", valueOr(format(now.input[i][j])), `is ${reads}. ${why}`);
        return words(`Pixel, ${place}: ${format(now.input[i][j])}, ${reads}. ${why}`);
      }
      const source = sourceOf(cell.at);
      const holds = !isRead(cell.at)
        ? "is padding of the other framework only"
        : source
          ? `is padding: ${IS_COPIED[now.drawn.mode]} x[${source}] = ${format(valueAt(cell.at))}`
          : "is padding: the mode zeros puts 0 there";
      const text = `${holds}${now.secret ? "." : `; ${reads}. ${why}`}`;
      sum.message(h("b", {}, place), text);
      words(`${place[0].toUpperCase()}${place.slice(1)} ${text}`);
    }
    const valueOr = (text) => {
      if (!own() || (preview && !same(preview.at, now.pin.at))) return text;
      pinnedValue.paint();
      return pinnedValue.el;
    };
    return paint;
  },
);
