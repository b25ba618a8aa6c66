// EquivarianceBench: shift then convolve, convolve then shift, and what is left between the two.
import { relu as rectify } from "../arithmetic/activation.js";
import { conv2d, shifted } from "../arithmetic/convolution.js";
import { links, linksOf, pinOf, same } from "../arithmetic/links.js";
import { format } from "../arithmetic/numbers.js";
import { avgPool2d, maxPool2d } from "../arithmetic/pooling.js";
import { nested, shape, tensor } from "../arithmetic/tensor.js";
import { bars } from "../parts/bars.js";
import { array } from "../parts/code.js";
import { arrows, choice, inDirections, notANumber, presets, stepper, toggle } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { grid, largest } from "../parts/grid.js";
import { predictPanel } from "../parts/predict.js";
import { sumStrip } from "../parts/sum.js";

const TRAITS = [
  "input",
  "kernel",
  "shift",
  "padding_mode",
  "stride",
  "pooling",
  "relu",
  "global_max",
  "predict",
  "pinned",
  "pen",
];
const FARTHEST = 4;
const POOL = 2;
const PADDINGS = ["circular", "zeros", "reflect", "replicate", "valid"];
const POOLINGS = ["none", "max", "average"];
const FIRST = "shift_then_convolve";
const SECOND = "convolve_then_shift";
const RESULTS = [FIRST, SECOND, "difference"];
const NAMES = {
  input: "input",
  shifted: "shifted",
  [FIRST]: "shift, then convolve",
  convolved: "convolved",
  [SECOND]: "convolve, then shift",
  difference: "difference",
};
const ANSWERS = [
  ["yes", "yes, everywhere"],
  ["border", "yes, but not near the border"],
  ["no", "no, and the border is not why"],
];
const QUESTIONS = [
  ["circular", 1, "none", [0, 2]],
  ["zeros", 1, "none", [0, 2]],
  ["zeros", 1, "none", [0, 4]],
  ["valid", 1, "none", [2, 3]],
  ["circular", 2, "none", [0, 1]],
  ["circular", 2, "none", [2, 0]],
  ["circular", 1, "max", [1, 0]],
  ["circular", 1, "max", [-2, 2]],
];

// ---- arithmetic ------------------------------------------------------------------------------------------------
const known = (values) => values.flat().filter(Number.isFinite);
const largestKnown = (values) =>
  known(values).reduce((most, value) => Math.max(most, Math.abs(value)), known(values).length ? 0 : NaN);
const steps = (shift, total) => shift.map((n) => Math.sign(n) * Math.ceil(Math.abs(n) / total - 0.5) || 0); // a half goes towards 0
const places = (values) => values.map((row, i) => row.map((_, j) => [i, j]));

function settingsOf({ kernel, padding_mode, stride, pooling }) {
  const wrap = padding_mode === "circular";
  const valid = padding_mode === "valid";
  return {
    wrap,
    valid,
    total: stride * (pooling === "none" ? 1 : POOL),
    padding: valid ? [0, 0] : shape(kernel).map((size) => (size - 1) / 2),
    mode: valid ? "zeros" : padding_mode,
  };
}

// The layer, stage by stage: convolution, ReLU, pooling.
function layer(picture, { kernel, stride, relu, pooling, padding, mode }) {
  const sums = conv2d(tensor([[picture]]), tensor([[kernel]]), { stride, padding, paddingMode: mode });
  const active = relu ? rectify(sums) : sums;
  const out = pooling === "none" ? active : { max: maxPool2d, average: avgPool2d }[pooling](active, POOL);
  return Object.fromEntries(
    Object.entries({ sums, active, out }).map(([name, x]) => [name, nested(x)[0][0]]),
  );
}

// The six maps, with every stage of the layer on the way above and below; NaN where there is nothing to compare.
function paths(state, shift, below = layer(state.input, state)) {
  const { wrap, total, valid } = state;
  const moved = shifted(state.input, shift, { wrap });
  const above = layer(moved, state);
  const second = shifted(below.out, steps(shift, total), { wrap, enters: valid ? NaN : 0 });
  const difference = above.out.map((row, i) => row.map((value, j) => value - second[i][j]));
  return {
    above,
    below,
    shifted: moved,
    convolved: below.out,
    [FIRST]: above.out,
    [SECOND]: second,
    difference,
  };
}

// How far the two ways agree: `answer` is one of ANSWERS, `words` say it with numbers.
function compare({ shift, total, convolved, difference }) {
  const [rows, columns] = shape(difference);
  const dust = 1e-9 * Math.max(1, largest(convolved));
  const all = known(difference).length;
  const apart = places(difference)
    .flat()
    .filter(([i, j]) => Math.abs(difference[i][j]) > dust);
  const count = apart.length;
  const depth = Math.max(...apart.map(([i, j]) => 1 + Math.min(i, rows - 1 - i, j, columns - 1 - j)));
  const inStep = shift.every((n) => n % total === 0);
  const answer = !count ? "yes" : inStep ? "border" : "no";
  const near =
    inStep && depth < Math.ceil(Math.min(rows, columns) / 2)
      ? `, ${count > 1 ? "all " : ""}within ${depth} of the border`
      : "";
  const words = !all
    ? "nothing can be compared: the shift moves the whole output away"
    : !count
      ? `equal everywhere${all < rows * columns ? " the two can be compared" : ""}`
      : `differs in ${count} ${count === 1 ? "cell" : "cells"} of ${all}${near}`;
  return { all, count, answer, inStep, words, differs: (value) => Math.abs(value) > dust };
}

// ---- words -----------------------------------------------------------------------------------------------------
const sentence = (text) => text[0].toUpperCase() + text.slice(1);
const crowded = (values) =>
  values[0].length > 6 ||
  values[0].length * Math.max(...values.flat().map((value) => format(value).length)) > 24; // no room for numbers
const vector = (values) => `(${values.map(format).join(", ")})`;

const ruleOf = ({ wrap, valid }) =>
  wrap
    ? "Shift: the picture rolls around its edge, and so does the output."
    : `Shift: what leaves is lost, and zeros enter (hatched)${valid ? " the input. Nothing is known of what enters the output: it is not compared." : ", in the input and in the output alike."}`;

function because({ wrap, valid, total, shift, input, move, result }) {
  if (!result.all) return "";
  if (!result.inStep)
    return `One step of the output is ${total} pixels, so it would have to move by ${vector(shift.map((n) => n / total))} cells. No grid can: it is compared with a move by ${vector(move)}.`;
  if (result.count)
    return wrap
      ? `${shape(input).find((size) => size % total)} is no multiple of ${total}, so the coarse grid does not close to a circle: the two differ along the seam.`
      : "At the border one way reads padding, or zeros that entered, where the other reads the picture.";
  return wrap
    ? "On a circle every window finds the same neighbours after the shift as before it."
    : valid
      ? "Every window that is compared lies inside the picture, before the shift and after it."
      : "The layer treats all places alike, and nothing but zeros meets the border.";
}

function mistakes({ wrap, total, result: { answer } }) {
  const stride = `You forgot the stride: one step of the output is ${total} pixels, far from the border as well.`;
  return Object.entries(
    {
      yes: {
        border: wrap
          ? "A circle has no border: what leaves on one side enters on the other."
          : "The border shows only where something meets it.",
        no: "You took equivariance for invariance: the output may change, as long as it moves along.",
      },
      border: {
        yes: wrap
          ? "You forgot the seam: is the width a multiple of the stride?"
          : "You forgot the border: what leaves is lost, and padding is read in its place.",
        no: "The shift is a whole number of steps, so windows far from the border see the same pixels.",
      },
      no: { yes: stride, border: stride },
    }[answer],
  ).map(([value, hint]) => ({ value, hint }));
}

export default explorer("EquivarianceBench", TRAITS, (card) => {
  const { get, change, signal } = card;
  let preview = null;
  let term = null;
  let now = null;
  let answered = "";
  let asked = 0;

  card.check = ({ input, kernel, shift, padding_mode, stride, pooling }) => {
    if (shift.length !== 2 || !shift.every((n) => Number.isInteger(n) && Math.abs(n) <= FARTHEST))
      throw new RangeError(
        `A shift is at most ${FARTHEST} whole pixels in each direction, so nothing changed.`,
      );
    const known = PADDINGS.includes(padding_mode) && POOLINGS.includes(pooling) && [1, 2, 3].includes(stride);
    if (
      !known ||
      shape(input).some((n) => n < 8 || n > 12) ||
      shape(kernel).some((n) => n > 5 || n % 2 === 0)
    )
      throw new RangeError("That does not fit, so nothing changed.");
  };

  // ---- what the state means ------------------------------------------------------------------------------
  function derive() {
    const state = { ...card.state(), ...settingsOf(card.state()) };
    const { input, kernel, shift, total, wrap, mode } = state;
    Object.assign(state, paths(state, shift), {
      move: steps(shift, total),
      key: JSON.stringify([
        input,
        kernel,
        shift,
        state.padding_mode,
        state.stride,
        state.relu,
        state.pooling,
      ]),
    });
    const along = shift.some(Boolean) ? shift.map(Math.sign) : [0, 1];
    const from = (values, by) => shifted(places(values), by, { wrap, enters: null });
    const maps = Object.fromEntries(
      [...Object.keys(NAMES), "kernel"].map((name) => [name, shape(state[name])]),
    );
    return Object.assign(state, {
      along,
      result: compare(state),
      secret: state.predict && answered !== state.key,
      pin: pinOf(state.pinned, maps),
      byDistance: Array.from({ length: FARTHEST + 1 }, (_, n) =>
        largestKnown(
          paths(
            state,
            along.map((sign) => sign * n),
            state.below,
          ).difference,
        ),
      ),
      all: links({
        input: maps.input,
        kernel: maps.kernel,
        stride: state.stride,
        padding: state.padding,
        mode,
      }),
      source: {
        input: from(
          input,
          shift.map((n) => -n),
        ),
        shifted: from(input, shift),
        [SECOND]: from(state.convolved, state.move),
      }, // where a cell comes from, or null
    });
  }
  const isResult = (role) => RESULTS.includes(role);
  const sourceOf = (role, [i, j]) => now.source[role][i][j];
  const entered = (role, at) =>
    (role === "shifted" && !sourceOf(role, at)) ||
    ((role === SECOND || (role === "difference" && now.valid)) && !sourceOf(SECOND, at));
  const summed = ([i, j]) =>
    now.pooling === "none" ? [[i, j]] : [0, 1, 2, 3].map((n) => [i * POOL + (n >> 1), j * POOL + (n & 1)]); // the sums that an output pools
  const termsOf = (at, role) =>
    linksOf(now.all, { role: "output", at }).map(({ input, source, kernel: [u, v] }) => {
      const note =
        !source || !same(input, source)
          ? ", padding"
          : role === "shifted" && entered(role, source)
            ? ", entered"
            : "";
      return {
        x: source ? now[role][source[0]][source[1]] : 0,
        w: now.kernel[u][v],
        pad: note !== "",
        label: `${role}[${input}] × w[${u},${v}]${note}`,
        source,
      };
    });

  // The cells that have to do with the one that is pointed at, as "role,i,j".
  function trace({ role, at }) {
    const reads = (picture, cell) =>
      (cell ? summed(cell) : [])
        .flatMap((sum) => termsOf(sum, picture))
        .filter(({ source }, t) => source && (term === null || t === term))
        .map(({ source }) => [picture, source]);
    const from = isResult(role) && sourceOf(SECOND, at);
    const lit = isResult(role)
      ? [
          ...RESULTS.map((name) => [name, at]),
          ...reads("shifted", at),
          ["convolved", from],
          ...reads("input", from),
        ]
      : role === "convolved"
        ? reads("input", at)
        : role === "kernel"
          ? []
          : [[role === "input" ? "shifted" : "input", sourceOf(role, at)]];
    return new Set(lit.map(String));
  }

  // ---- the parts of the card -----------------------------------------------------------------------------
  const pin = (role) => (where) =>
    change(
      { pinned: !where || (now.pin?.role === role && same(now.pin.at, where)) ? [] : [role, ...where] },
      { undoable: false },
    );
  const look = (role) => (where) => {
    preview = where && { role, at: where };
    paint();
  };
  const edit =
    (trait) =>
    ([i, j], number, by) =>
      change(
        { [trait]: get(trait).map((row, y) => row.map((value, x) => (y === i && x === j ? number : value))) },
        { by },
      );
  const draw = ([i, j], to, stroke) => {
    // the first cell decides between the pen and 0
    stroke.ink ??= get("input")[i][j] === get("pen") ? 0 : get("pen");
    edit("input")(to, stroke.ink, stroke);
    return true;
  };
  const drag = (from, to, stroke) => {
    if (!stroke.start && same(from, to)) return false;
    stroke.start ??= get("shift");
    change(
      {
        shift: stroke.start.map((n, axis) =>
          Math.max(-FARTHEST, Math.min(FARTHEST, n + to[axis] - from[axis])),
        ),
      },
      { by: stroke },
    );
    return true;
  };
  const cells = (role, name, more) =>
    grid({
      role,
      label: NAMES[name] ?? name,
      signal,
      onPreview: look(name),
      onPin: pin(name),
      onReject: (text) => card.warn(notANumber(text)),
      ...more,
    });
  const more = {
    input: {
      onPin: (where) => (where ? draw(where, where, {}) : pin("input")(null)),
      onEdit: edit("input"),
      onStroke: draw,
    },
    shifted: { onStroke: drag },
  };
  const maps = Object.fromEntries(
    Object.keys(NAMES).map((name) => [name, cells(more[name] ? "input" : "output", name, more[name])]),
  );
  for (const [name, { el }] of Object.entries(maps)) {
    el.dataset.role = el.style.gridArea = name;
    el.classList.add("cb-map");
  }
  const kernel = cells("kernel", "kernel", { onEdit: edit("kernel") });
  const shift = arrows("shift", { get: () => get("shift"), set: (by) => change({ shift: by }) });
  const plot = bars({ label: "", unit: " pixels" });
  const note = (more = "") => h("p", { class: `cb-note ${more}` });
  const verdict = note("cb-verdict");
  const rule = note();
  const reason = note();
  const maxima = note();
  const signs = Object.entries({ a: "→", b: "→", v: "↓", w: "↓", c: "→", d: "−" }).map(([area, text]) =>
    h("span", { class: "cb-operator", style: `grid-area: ${area}`, "aria-hidden": "true" }, text),
  );
  card.stage.append(
    h(
      "div",
      { class: "cb-bench" },
      h("div", { class: "cb-bench-tools" }, kernel.el, shift.el),
      h("div", { class: "cb-square" }, ...signs, ...Object.values(maps).map(({ el }) => el), verdict),
      plot.el,
      h("div", { class: "cb-bench-notes" }, reason, rule, maxima),
    ),
  );
  verdict.setAttribute("role", "status");

  const named = (label, trait, values, words = {}) =>
    choice(label, {
      options: () => values.map((value) => [value, words[value] ?? String(value)]),
      get: () => get(trait),
      set: (value) => change({ [trait]: value }),
    });
  const settings = [
    presets(card, "input", { trait: "input", named: () => card.model.get("patterns") }),
    stepper(card, "pen", { get: () => get("pen"), set: (pen) => change({ pen }) }),
    presets(card, "kernel", { trait: "kernel", named: () => card.model.get("presets") }),
    named("padding", "padding_mode", PADDINGS, { valid: "none (valid)" }),
    named("stride", "stride", [1, 2, 3]),
    toggle(card, "ReLU", "relu"),
    named("pooling", "pooling", POOLINGS, { max: "max 2×2", average: "average 2×2" }),
    toggle(card, "then the maximum of all", "global_max"),
  ];
  card.settings.append(...settings.map(({ el }) => el));

  const strip = () =>
    sumStrip({
      signal,
      onPreview: (index) => {
        term = index;
        paint();
      },
    });
  const above = strip();
  const below = strip();
  const weight = stepper(card, "", {
    name: "pinned weight",
    get: () => (now.pin?.role === "kernel" ? now.kernel[now.pin.at[0]][now.pin.at[1]] : 0),
    set: (number) => edit("kernel")(now.pin.at, number, {}),
  });
  const predict = predictPanel({
    question,
    onReveal: () => {
      answered = now.key;
      card.repaint();
    },
    onNext: () => {
      const [padding_mode, stride, pooling, shift] = QUESTIONS[asked++ % QUESTIONS.length];
      change({ padding_mode, stride, pooling, shift });
    },
  });
  card.toggle("Predict", "predict");
  card.code(code);
  card.finish(above.el, below.el, predict.el);
  card.onReset = () => {
    answered = "";
    asked = 0;
  };

  function question() {
    return (
      now.predict && {
        text: `Shift: ${inDirections(now.shift)}. Will the two ways agree?`,
        key: now.key,
        settled: !now.secret,
        options: ANSWERS,
        truth: now.result.answer,
        explain: `${sentence(now.result.words)}. ${because(now)}`,
        mistakes: mistakes(now),
      }
    );
  }

  // ---- from picture to code ------------------------------------------------------------------------------
  function code() {
    const {
      stride,
      relu,
      pooling,
      padding_mode: mode,
      padding: [p, q],
      wrap,
      valid,
    } = now;
    const indent = (lines) => lines.filter(Boolean).map((line) => `    ${line}`);
    const every = stride > 1 ? `[::${stride}, ::${stride}]` : "";
    const script = (library, imports, [call, more], lines, framed) => {
      const moved = (what, by, enters) =>
        wrap
          ? `${library}.roll(${what}, (${by.join(", ")}), (0, 1))`
          : `shift(${what}, ${by.join(", ")}, ${enters})`;
      return [
        ...imports,
        "",
        array("x", now.input, call, more),
        array("w", now.kernel, call, more),
        "",
        "def layer(x):",
        ...indent(lines),
        "",
        ...(wrap
          ? []
          : [
              "def shift(x, down, right, enters):  # what leaves is lost",
              ...indent([
                "(height, width), n = x.shape, max(abs(down), abs(right))",
                `return ${framed}[n - down:n - down + height, n - right:n - right + width]`,
              ]),
              "",
            ]),
        `a = layer(${moved("x", now.shift, "0.0")})`,
        `b = ${moved("layer(x)", now.move, valid ? 'float("nan")' : "0.0")}`,
        "difference = a - b",
        "print(difference)",
      ].join("\n");
    };
    return {
      NumPy: script(
        "np",
        ["import numpy as np", "from numpy.lib.stride_tricks import sliding_window_view as windows"],
        ["np.array", ", dtype=float"],
        [
          valid
            ? ""
            : `x = np.pad(x, ((${p}, ${p}), (${q}, ${q})), mode="${{ circular: "wrap", zeros: "constant", replicate: "edge" }[mode] ?? mode}")`,
          `y = np.einsum("ijuv,uv->ij", windows(x, w.shape)${every}, w)`,
          relu && "y = np.maximum(y, 0)",
          pooling !== "none" &&
            `y = windows(y, (2, 2))[::2, ::2].${pooling === "max" ? "max" : "mean"}((2, 3))`,
          "return y",
        ],
        "np.pad(x, n, constant_values=enters)",
      ),
      PyTorch: script(
        "torch",
        ["import torch", "import torch.nn.functional as F"],
        ["torch.tensor", ", dtype=torch.float64"],
        [
          "y = x[None, None]",
          valid
            ? ""
            : `y = F.pad(y, (${q}, ${q}, ${p}, ${p}), mode="${mode === "zeros" ? "constant" : mode}")`,
          `y = F.conv2d(y, w[None, None], stride=${stride})`,
          relu && "y = F.relu(y)",
          pooling !== "none" && `y = F.${pooling === "max" ? "max" : "avg"}_pool2d(y, 2)`,
          "return y[0, 0]",
        ],
        "F.pad(x, (n, n, n, n), value=enters)",
      ),
    };
  }

  // ---- painting ------------------------------------------------------------------------------------------
  function paint() {
    now = derive();
    const { result, secret } = now;
    const cell = preview ?? now.pin;
    const lit = cell ? trace(cell) : new Set();
    const self = (role, at) => cell?.role === role && same(cell.at, at);
    const pinned = (role, at) => now.pin?.role === role && same(now.pin.at, at);
    const scale = [largest(now.input), Math.max(largest(now.convolved), largest(now[FIRST]))];
    for (const [name, map] of Object.entries(maps)) {
      const hide = secret && isResult(name);
      map.el.classList.toggle("cb-dense", crowded(now[name]));
      map.el.classList.toggle("cb-secret", hide);
      map.paint(now[name], {
        max: scale[more[name] ? 0 : 1],
        marks: (i, j) => {
          const at = [i, j];
          const value = now[name][i][j];
          const outside = !hide && entered(name, at);
          const here = self(name, at);
          return {
            here,
            on: !here && lit.has(`${name},${i},${j}`),
            pinned: pinned(name, at),
            later: hide,
            pad: outside,
            differs: !hide && name === "difference" && result.differs(value),
            text: hide ? "" : undefined,
            label: hide
              ? "hidden until you predict it"
              : outside
                ? Number.isNaN(value)
                  ? "nothing to compare"
                  : `${format(value)}, entered`
                : undefined,
          };
        },
      });
    }
    kernel.paint(now.kernel, {
      marks: (i, j) => ({
        here: self("kernel", [i, j]),
        pinned: pinned("kernel", [i, j]),
        on: cell && term === i * now.kernel[0].length + j,
      }),
    });
    paintNotes();
    const far = Math.max(...now.shift.map(Math.abs));
    plot.rename(`largest difference, shifted ${inDirections(now.along).replaceAll("1 ", "")}`);
    plot.paint(
      secret ? now.byDistance.map(() => NaN) : now.byDistance,
      now.shift.every((n, axis) => n === now.along[axis] * far) ? far : null,
    );
    shift.paint();
    settings.forEach((setting) => setting.paint());
    if (!cell)
      paintHint(
        "Draw on the input, drag the shifted picture, or point at a cell to see the numbers behind it; click to keep it.",
      );
    else if (secret && isResult(cell.role)) paintHint("Predict first: this cell is still hidden.");
    else paintCell(cell);
    predict.el.hidden = !now.predict;
    predict.paint();
    card.formula(
      secret
        ? ""
        : `${vector(now.shift)} / ${now.total} = ${vector(now.shift.map((n) => n / now.total))}${result.inStep ? "" : ` → ${vector(now.move)}`}`,
    );
  }

  function paintNotes() {
    const { result, secret } = now;
    const [one, other] = [now.convolved, now[FIRST]].map((values) => Math.max(...values.flat()));
    verdict.textContent = secret
      ? "Where will it be 0?"
      : `${sentence(result.words)}${result.count ? `; largest: ${format(largestKnown(now.difference))}` : ""}.`;
    rule.textContent = ruleOf(now);
    reason.textContent = secret ? "" : because(now);
    maxima.hidden = !now.global_max;
    maxima.textContent =
      `Maximum over all positions: ${format(one)} for the input, ${secret ? "?" : format(other)} for the shifted input. ` +
      (secret
        ? ""
        : result.differs(one - other)
          ? "Not the same: what it saw has changed."
          : "The same: to this shift it is invariant, it has forgotten where.");
  }

  function paintHint(text) {
    above.message(text);
    below.message("");
    card.say("");
  }

  // The sum on one way through the layer; `picture` is what it reads, `at` the output, and `name` what that is called.
  function paintSum(strip, name, picture, { active, out }, at) {
    const sums = summed(at);
    const values = sums.map(([i, j]) => active[i][j]);
    const max = now.pooling === "max";
    const best = max ? values.indexOf(Math.max(...values)) : 0;
    const relu = now.relu ? [{ name: "ReLU", value: values[best] }] : [];
    const pool =
      sums.length > 1
        ? [
            {
              name: `${max ? "maximum" : "mean"} of ${values.map(format).join(", ")}`,
              value: out[at[0]][at[1]],
            },
          ]
        : [];
    strip.paint({ name, terms: termsOf(sums[best], picture), steps: [...relu, ...pool] });
  }

  function paintCell({ role, at }) {
    const place = `row ${at[0] + 1}, column ${at[1] + 1}`;
    const value = now[role][at[0]][at[1]];
    if (isResult(role)) return paintResults(at, sentence(place));
    if (role === "convolved") {
      above.message("");
      paintSum(below, `convolved[${at}]`, "input", now.below, at);
      return card.say(`Convolved, ${place}: ${format(value)}.`);
    }
    const source = role !== "kernel" && sourceOf(role, at);
    const isPinned = role === "kernel" && now.pin?.role === role && same(now.pin.at, at);
    const text =
      role === "kernel"
        ? "is the same at every position: nothing in it knows where it is."
        : role === "input"
          ? source
            ? `moves to shifted[${source}].`
            : "leaves the picture."
          : source
            ? `comes from input[${source}].`
            : "entered with the shift.";
    above.message(
      h("span", { class: `cb-${role === "kernel" ? role : "input"} cb-name` }, `${role}[${at}]`),
      "=",
      isPinned ? weight.el : format(value),
      text,
    );
    if (isPinned) weight.paint();
    below.message("");
    card.say(`${sentence(role)}, ${place}: ${format(value)} ${text}`);
  }

  function paintResults(at, place) {
    const [i, j] = at;
    const source = sourceOf(SECOND, at);
    const a = now[FIRST][i][j];
    const b = now[SECOND][i][j];
    const none = Number.isNaN(b);
    paintSum(above, `${NAMES[FIRST]}[${at}]`, "shifted", now.above, at);
    if (source) paintSum(below, `${NAMES[SECOND]}[${at}] = convolved[${source}]`, "input", now.below, source);
    else
      below.message(
        h("span", { class: "cb-result" }, `${NAMES[SECOND]}[${at}]`),
        none ? "has no value: nothing is known of what enters here." : "= 0, which entered with the shift.",
      );
    card.say(
      `${place}: ${NAMES[FIRST]} gives ${format(a)}, ${NAMES[SECOND]} ${none ? "nothing to compare it with" : `gives ${format(b)}: ${now.result.differs(a - b) ? `they differ by ${format(a - b)}` : "they agree"}`}.`,
    );
  }
  return paint;
});
