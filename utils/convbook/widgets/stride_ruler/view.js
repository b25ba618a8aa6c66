// StrideRuler: one axis of a convolution, every window a bar under a ruler of cells, and a second layer below.
import { checkFits, checkRange, outputs, sizeFormula } from "../arithmetic/axes.js";
import { receptiveField } from "../arithmetic/fields.js";
import { plural } from "../arithmetic/numbers.js";
import { dropped, effectiveKernel } from "../arithmetic/sizes.js";
import { upTo } from "../arithmetic/tensor.js";
import { examples, slider, toggle } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { grid } from "../parts/grid.js";
import { predictPanel } from "../parts/predict.js";
import { sizeMistakes } from "../parts/size_slips.js";

const RANGES = { kernel: [1, 7], stride: [1, 6], padding: [0, 6], dilation: [1, 4] };
const LONGEST = 24;
const LAYER = Object.keys(RANGES);
const SECOND = LAYER.map((trait) => `${trait}2`);
const TRAITS = ["size", ...LAYER, "stacked", ...SECOND, "pinned", "predict"];
const SIGN = { kernel: "k", stride: "s", padding: "p", dilation: "d" };

// ---- what the state means: no DOM ------------------------------------------------------------------------------------

// One { size, kernel, stride, before, after, dilation } for each layer, the size being that of what it reads.
export function layersOf(state) {
  const axes = [];
  for (const names of state.stacked ? [LAYER, SECOND] : [LAYER]) {
    const [kernel, stride, padding, dilation] = names.map((trait) => state[trait]);
    axes.push({
      size: axes.length ? outputs(axes.at(-1)) : state.size,
      kernel,
      stride,
      before: padding,
      after: padding,
      dilation,
    });
  }
  return axes;
}

// The places that each unit of a layer reads: below 0 and past the size is padding.
export const windowsOf = (axis) =>
  upTo(outputs(axis)).map((unit) =>
    upTo(axis.kernel).map((tap) => unit * axis.stride - axis.before + tap * axis.dilation),
  );

const span = ({ kernel, dilation }) => effectiveKernel(kernel, dilation);
const lanes = (axis) => Math.min(Math.ceil(span(axis) / axis.stride), outputs(axis)); // so many keep the bars apart
const lost = ({ size, kernel, stride, before, after, dilation }) =>
  dropped(size, kernel, stride, before, after, dilation);

// Where the middle of a unit's window lies, in pixels of the input.
function centre(axes, depth, unit) {
  const first = receptiveField(axes.slice(0, depth));
  return first.centre + unit * first.jump;
}

// Everything that a unit reads, layer by layer down to the input, and everything that reads it: [places of the input, of layer 1, ...].
export function cone(axes, windows, { depth, at }) {
  const lit = [...axes, null].map(() => new Set());
  lit[depth].add(at);
  const isUnit = (place, level) =>
    place >= 0 && place < (level < axes.length ? axes[level].size : outputs(axes.at(-1)));
  for (let level = depth; level > 0; level--)
    for (const unit of lit[level])
      if (isUnit(unit, level)) windows[level - 1][unit].forEach((place) => lit[level - 1].add(place));
  for (let level = depth; level < axes.length; level++)
    windows[level].forEach((window, unit) => {
      if (window.some((place) => lit[level].has(place))) lit[level + 1].add(unit);
    });
  return lit;
}

// [3, 4, 5, 7] -> "3 to 5, 7"
export function inRanges(places) {
  const runs = [];
  for (const place of [...places].sort((a, b) => a - b)) {
    if (runs.length && runs.at(-1)[1] === place - 1) runs.at(-1)[1] = place;
    else runs.push([place, place]);
  }
  return runs
    .map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`))
    .join(", ")
    .replaceAll("-", "−");
}

function check(state) {
  checkRange("The input size", state.size, [1, LONGEST]);
  LAYER.forEach((trait, n) => checkRange(`The ${trait}`, [state[trait], state[SECOND[n]]], RANGES[trait]));
  const axes = layersOf(state);
  axes.forEach((axis, n) => checkFits([axis], axes.length > 1 ? `layer ${n + 1}` : ""));
}

// ---- the view --------------------------------------------------------------------------------------------------------

export default explorer("StrideRuler", TRAITS, (card) => {
  const { get, change, signal } = card;
  let preview = null;
  let now = null;
  let asking = 0;
  let solved = 0;
  let asked = [];
  card.check = check;

  function derive() {
    const state = card.state();
    const axes = layersOf(state);
    const windows = axes.map(windowsOf);
    const depths = upTo(axes.length + 1);
    const sizes = [state.size, ...axes.map(outputs)];
    const pads = [...axes.map(({ before }) => before), 0];
    const keys = axes.map((axis) => JSON.stringify([axis, state.predict]));
    const fresh = keys.findIndex((key, n) => key !== asked[n]);
    if (fresh >= 0 || keys.length !== asked.length)
      [asking, solved] = [asking, solved].map((n) => Math.min(n, fresh < 0 ? keys.length - 1 : fresh));
    asked = keys;
    const known = state.predict ? solved : axes.length;
    const ends = depths
      .slice(0, known + 1)
      .flatMap((d) => [-pads[d], sizes[d] - 1 + pads[d]].map((unit) => centre(axes, d, unit)));
    return {
      ...state,
      axes,
      windows,
      sizes,
      pads,
      known,
      left: Math.min(...ends),
      right: Math.max(...ends),
      pin: pinOf(state.pinned, sizes, known),
    };
  }
  const depthOf = { input: () => 0, hidden: () => 1, output: (sizes) => sizes.length - 1 };
  const pinOf = ([role, at], sizes, known) => {
    const depth = depthOf[role]?.(sizes);
    return depth <= known && at < sizes[depth] ? { depth, at } : null;
  };
  const roleOf = (depth) => (depth === 0 ? "input" : depth === now.axes.length ? "output" : "hidden");
  const nameOf = (depth) => (depth === 0 ? "input" : now.axes.length === 1 ? "output" : `layer ${depth}`);
  const isUnit = (depth, unit) => unit >= 0 && unit < now.sizes[depth];

  // ---- the parts of the card -----------------------------------------------------------------------------
  const rows = [0, 1, 2].map((depth) => {
    const unitAt = ([, column]) => column - now.pads[depth];
    const table = grid({
      role: depth ? "output" : "input",
      signal,
      onPreview: (where) => {
        preview = where && { depth, at: unitAt(where) };
        paint();
      },
      onPin: (where) => {
        const wanted = where && isUnit(depth, unitAt(where)) ? [roleOf(depth), unitAt(where)] : [];
        change(
          { pinned: JSON.stringify(wanted) === JSON.stringify(now.pinned) ? [] : wanted },
          { undoable: false },
        );
      },
    });
    table.el.dataset.role = depth ? `layer-${depth}` : "input";
    return { ...table, bars: h("div", { class: "cb-bars-below cb-kernel", "aria-hidden": "true" }) };
  });
  const unknown = h("p", { class: "cb-unknown" }, "?");
  const track = h("div", { class: "cb-track" }, ...rows.flatMap(({ el, bars }) => [el, bars]), unknown);
  const key = h("p", { class: "cb-note cb-key" });
  card.stage.append(track, key);

  const sliders = (names, layer) =>
    names.map((trait, n) => {
      const [least, most] = RANGES[LAYER[n]];
      return slider(`${LAYER[n]} ${SIGN[LAYER[n]]}`, {
        least,
        most,
        name: `${LAYER[n]}${layer}`,
        get: () => get(trait),
        set: (value, by) => change({ [trait]: value }, { by }),
      });
    });
  const first = sliders(LAYER, "");
  const second = sliders(SECOND, " of layer 2");
  const stacked = toggle(card, "a second layer below", "stacked");
  const example = examples(card);
  const size = slider("input i", {
    least: 1,
    most: LONGEST,
    name: "input size",
    get: () => get("size"),
    set: (value, by) => change({ size: value }, { by }),
  });
  const secondRow = h("div", { class: "cb-layer" }, ...second.map(({ el }) => el));
  card.settings.append(
    example.el,
    size.el,
    h("div", { class: "cb-layer" }, ...first.map(({ el }) => el)),
    stacked.el,
    secondRow,
  );
  const settings = [example, size, ...first, stacked, ...second];

  const predict = predictPanel({
    question,
    onReveal: () => {
      solved = Math.max(solved, asking + 1);
      card.repaint();
    },
    onNext: () => {
      if (solved > asking && asking + 1 < now.axes.length) {
        asking++;
        return card.repaint();
      }
      example.next();
    },
  });
  card.toggle("Predict", "predict");
  card.code(code);
  card.finish(predict.el);
  card.onReset = () => {
    asking = solved = 0;
  };

  function question() {
    if (!now.predict) return null;
    const axis = now.axes[asking];
    return {
      text: `How many outputs does ${now.axes.length > 1 ? `layer ${asking + 1}` : "the layer"} have?`,
      key: asked[asking] + asking,
      truth: outputs(axis),
      settled: solved > asking,
      explain: `${sizeFormula(axis)}.`,
      mistakes: sizeMistakes([axis]),
      fallback:
        "Count the places where a window can start: the first, and one more for every whole stride that still fits.",
    };
  }

  // ---- from picture to code ------------------------------------------------------------------------------
  function code() {
    const unit = now.pin?.depth === now.axes.length ? now.pin.at : null;
    const args = ({ kernel, stride, before, dilation }) =>
      `kernel=${kernel}, stride=${stride}, padding=${before}, dilation=${dilation}`;
    const [one, two] = now.axes;
    const last = two ? "second" : "first";
    const seen =
      unit === null
        ? []
        : [
            "",
            `# the inputs that output ${unit} sees`,
            two ? `through = [n for n in second[${unit}] if 0 <= n < len(first)]` : `through = [${unit}]`,
            `seen = sorted({place for n in through for place in first[n] if 0 <= place < ${now.size}})`,
            "print(seen)",
          ];
    return {
      Python: [
        "def windows(size, kernel, stride, padding, dilation):",
        "    starts = range(-padding, size + padding - dilation * (kernel - 1), stride)",
        "    return [[start + dilation * tap for tap in range(kernel)] for start in starts]",
        "",
        `first = windows(${now.size}, ${args(one)})`,
        ...(two ? [`second = windows(len(first), ${args(two)})`] : []),
        `print(len(${last}), ${last})`,
        ...seen,
      ].join("\n"),
      PyTorch: [
        "import torch",
        "import torch.nn.functional as F",
        "",
        `x = torch.zeros(1, 1, ${now.size}, requires_grad=True)`,
        "y = x",
        ...now.axes.map(
          (axis) =>
            `y = F.conv1d(y, torch.ones(1, 1, ${axis.kernel}), stride=${axis.stride}, padding=${axis.before}, dilation=${axis.dilation})`,
        ),
        "print(y.shape[-1])",
        ...(unit === null
          ? []
          : [
              "",
              `# the inputs that output ${unit} sees have a gradient`,
              `y[0, 0, ${unit}].backward()`,
              "seen = x.grad[0, 0].nonzero().flatten()",
              "print(seen)",
            ]),
      ].join("\n"),
    };
  }

  // ---- painting ------------------------------------------------------------------------------------------
  function paint() {
    now = derive();
    const cell = preview ?? now.pin;
    const lit = cell ? cone(now.axes, now.windows, cell) : rows.map(() => new Set());
    track.style.setProperty("--places", now.right - now.left + 1);
    rows.forEach((row, depth) => paintRow(row, depth, cell, lit));
    unknown.hidden = now.known === now.axes.length;
    secondRow.hidden = !now.stacked;
    settings.forEach((setting) => setting.paint());
    predict.el.hidden = !now.predict;
    predict.paint();
    paintWords(cell, lit);
  }

  function paintRow({ el, bars, paint, cell: cellAt, rename }, depth, cell, lit) {
    el.hidden = depth > now.known;
    bars.hidden = depth >= now.known;
    if (el.hidden) return;
    const { sizes, pads, axes } = now;
    const size = sizes[depth];
    const units = upTo(size + 2 * pads[depth]).map((n) => n - pads[depth]);
    const gone = bars.hidden ? 0 : lost(axes[depth]);
    const reads = units.map((unit) =>
      bars.hidden ? 1 : now.windows[depth].filter((window) => window.includes(unit)).length,
    );
    const most = Math.max(...reads);
    rename(nameOf(depth));
    paint([units], {
      extent: plural(size, depth ? "unit" : "pixel"),
      marks: (_, n) => {
        const unit = units[n];
        const data = isUnit(depth, unit);
        const self = cell?.depth === depth && cell.at === unit;
        const drop = n >= units.length - gone;
        return {
          here: self,
          on: lit[depth].has(unit) && !self,
          pinned: now.pin?.depth === depth && now.pin.at === unit,
          pad: !data,
          dropped: drop,
          weight: data ? reads[n] / most || 0 : 0,
          text: data ? String(unit) : "",
          place: data ? `${depth ? "unit" : "pixel"} ${unit}` : `place ${inRanges([unit])}`,
          label: [
            !data && "padding",
            data && depth && `reads ${inRanges(now.windows[depth - 1][unit])}`,
            !bars.hidden && `read ${plural(reads[n], "time")}`,
            drop && "dropped",
          ]
            .filter(Boolean)
            .join(", "),
        };
      },
    });
    units.forEach((unit, n) => cellAt([0, n]).style.setProperty("--x", centre(axes, depth, unit) - now.left));
    if (!bars.hidden) paintBars(bars, depth, lit);
  }

  // One bar for each window, from the first place that it reads to the last; every tap of a dilated one is a block on it.
  function paintBars(bars, depth, lit) {
    const { axes, windows } = now;
    const axis = axes[depth];
    const count = lanes(axis);
    const step = receptiveField(axes.slice(0, depth)).jump;
    bars.style.setProperty("--lanes", count);
    bars.style.setProperty("--step", step);
    bars.replaceChildren(
      ...windows[depth].map((window, unit) => {
        const on = lit[depth + 1].has(unit);
        const taps = window.map((place) =>
          h("i", {
            style: `--x: ${(place - window[0]) * step}`,
            class: on && lit[depth].has(place) ? "cb-on" : "",
          }),
        );
        return h(
          "div",
          {
            class: `cb-bar${on ? " cb-on" : ""}`,
            style: `--x: ${centre(axes, depth, window[0]) - now.left}; --wide: ${(span(axis) - 1) * step + 1}; --lane: ${unit % count}`,
          },
          ...taps,
        );
      }),
    );
  }

  // ---- words ---------------------------------------------------------------------------------------------
  function paintWords(cell, lit) {
    const ends = now.axes.slice(0, now.known).map(lost);
    const words = ends
      .map((count, n) => (count ? `${count} at the end of ${n ? "layer 1" : "the input"}` : ""))
      .filter(Boolean);
    const dropped = words.length
      ? `Crossed: dropped by the floor, ${words.join(", ")}.`
      : "Nothing is dropped.";
    key.textContent = `${now.pads.some(Boolean) ? "Hatched: padding. " : ""}${now.known ? `Every bar is one window. ${dropped}` : "Predict first, then the windows appear."}`;
    card.formula(
      now.axes
        .map((axis, n) => sizeFormula(axis, n >= now.known))
        .slice(0, now.known + 1)
        .join(", then "),
    );
    if (!cell)
      return card.say(
        now.predict && !now.known
          ? ""
          : "Point at any cell: a unit shows what it sees, down to the input; a pixel shows every unit that it reaches.",
      );
    const { depth, at } = cell;
    const below = upTo(depth).reverse();
    const above = upTo(now.known + 1).slice(depth + 1);
    const sees = isUnit(depth, at)
      ? below.map((level) => {
          const units = [...lit[level]].filter((unit) => isUnit(level, unit));
          const padded = lit[level].size - units.length;
          return `${inWords(level, units)}${level ? "" : ` (${plural(units.length, "pixel")})`}${padded ? ` and ${padded} of padding` : ""}`;
        })
      : [];
    const verbs = [
      [sees, "sees"],
      [above.map((level) => inWords(level, [...lit[level]])), "reaches"],
    ].filter(([list]) => list.length);
    const who = isUnit(depth, at) ? inWords(depth, [at]) : `padding at place ${inRanges([at])}`;
    card.say(
      `${who[0].toUpperCase()}${who.slice(1)} ${verbs.map(([list, verb]) => `${verb} ${list.join(", and through that ")}`).join(", and ")}.`,
    );
  }

  // "pixels 3 to 5", "unit 2 of layer 1", "output 4", "no output"
  function inWords(depth, units) {
    const noun = depth === 0 ? "pixel" : depth === now.axes.length ? "output" : "unit";
    const of = noun === "unit" ? ` of layer ${depth}` : "";
    return units.length ? `${noun}${units.length > 1 ? "s" : ""} ${inRanges(units)}${of}` : `no ${noun}${of}`;
  }
  return paint;
});
