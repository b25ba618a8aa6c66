// SlidingWindow: input ⋆ kernel = output, every number linked to the numbers that it comes from.
import { relu } from "../arithmetic/activation.js";
import { conv2d, correlate2d, rotate180 } from "../arithmetic/convolution.js";
import { links, linksOf, pinOf, same } from "../arithmetic/links.js";
import { format } from "../arithmetic/numbers.js";
import { nested, shape, tensor, upTo } from "../arithmetic/tensor.js";
import { array } from "../parts/code.js";
import { choice, notANumber, presets, resized, stepper, toggle } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { grid, largest } from "../parts/grid.js";
import { player } from "../parts/player.js";
import { lateMistakes, predictPanel } from "../parts/predict.js";
import { sizeFormulas } from "../parts/sizes.js";
import { sumInWords, sumStrip } from "../parts/sum.js";

const TRAITS = ["input", "kernel", "bias", "relu", "flip", "pinned", "step", "by_product", "predict"];
const CHIPS = 9; // links written out below the grids; the grids light all of them
const LETTER = { input: "x", kernel: "w", output: "y" };

export const compute = ({ input, kernel, bias, relu: rectify, flip }) => {
  const x = tensor([[input]]);
  const w = tensor([[flip ? rotate180(kernel) : kernel]]);
  const before = conv2d(x, w, { bias: [bias] });
  return { before: nested(before)[0][0], output: nested(rectify ? relu(before) : before)[0][0] };
};

export default explorer("SlidingWindow", TRAITS, (card) => {
  const { get, change, signal } = card;
  let preview = null;
  let term = null;
  let now = null;
  let answered = new Set();
  let asked = "";

  card.check = ({ input, kernel }) => {
    const [h0, w0] = shape(input);
    const [kh, kw] = shape(kernel);
    if (kh > h0 || kw > w0)
      throw new RangeError(
        `A ${kh}×${kw} kernel does not fit inside a ${h0}×${w0} input, so nothing changed. Choose a smaller kernel.`,
      );
  };

  // ---- what the state means ------------------------------------------------------------------------------
  function derive() {
    const state = Object.fromEntries(TRAITS.map((trait) => [trait, get(trait)]));
    const used = state.flip ? rotate180(state.kernel) : state.kernel;
    const products = used.length * used[0].length;
    const { before, output } = compute(state);
    const [rows, columns] = shape(output);
    const playing = state.step !== null;
    const shapes = { input: shape(state.input), kernel: shape(used), output: [rows, columns] };
    const index = playing ? Math.floor((state.step - 1) / products) : rows * columns - 1;
    return {
      ...state,
      used,
      before,
      result: output,
      rows,
      columns,
      products,
      index,
      done: playing ? ((state.step - 1) % products) + 1 : products,
      shapes,
      all: links(shapes),
      pin: pinOf(state.pinned, shapes),
    };
  }
  const at = (index) => [Math.floor(index / now.columns), index % now.columns];
  const indexOf = ([i, j]) => i * now.columns + j;
  const shown = () => preview ?? (now.step === null ? now.pin : { role: "output", at: at(now.index) });
  const value = (role, [i, j]) => ({ input: now.input, kernel: now.used, output: now.result })[role][i][j];
  const hidden = (where) => now.predict && !answered.has(indexOf(where));
  const partial = () =>
    termsOf(at(now.index))
      .slice(0, now.done)
      .reduce((total, { x, w }) => total + x * w, 0);
  const termsOf = (where) =>
    linksOf(now.all, { role: "output", at: where }).map((link) => ({
      x: value("input", link.input),
      w: value("kernel", link.kernel),
      label: `x[${link.input}] × w[${link.kernel}]`,
      link,
    }));

  // ---- the parts of the card -----------------------------------------------------------------------------
  const pin = (role) => (where) => {
    if (!where) return change({ pinned: [], step: null }, { undoable: false });
    const again = now.pin && now.pin.role === role && same(now.pin.at, where) && now.step === null;
    if (again) return change({ pinned: [] }, { undoable: false });
    play.pause();
    const step = now.step !== null && role === "output" ? (indexOf(where) + 1) * now.products : null;
    change({ pinned: [role, ...where], step }, { undoable: false });
  };
  const look = (role) => (where) => {
    preview = where && { role, at: where };
    paint();
  };
  const original = ([i, j]) => (now.flip ? [now.used.length - 1 - i, now.used[0].length - 1 - j] : [i, j]);
  const edit = (role) => (where, number, by) => {
    const matrix = get(role).map((row) => [...row]);
    const [i, j] = role === "kernel" ? original(where) : where;
    matrix[i][j] = number;
    change({ [role]: matrix }, { by });
  };
  const cells = (role, editable, label) =>
    grid({
      role,
      label,
      signal,
      onPreview: look(role),
      onPin: pin(role),
      onEdit: editable ? edit(role) : undefined,
      onReject: (text) => card.warn(notANumber(text)),
    });
  const input = cells("input", true);
  const kernel = cells("kernel", true);
  const output = cells("output", false);
  const before = cells("output", false, "pre-activation");
  before.el.dataset.role = "pre-activation";
  const arrow = h("span", { class: "cb-operator" }, "→");
  const silent = h("p", { class: "cb-note cb-under" });
  card.stage.append(
    input.el,
    h("span", { class: "cb-operator" }, "⋆"),
    kernel.el,
    h("span", { class: "cb-operator" }, "="),
    before.el,
    arrow,
    h("div", { class: "cb-column" }, output.el, silent),
  );

  const settings = [
    presets(card, "input", { trait: "input", named: () => card.model.get("patterns") }),
    presets(card, "kernel", { trait: "kernel", named: () => card.model.get("presets") }),
    choice("size", {
      options: () => [1, 2, 3, 4, 5].map((size) => [size, `${size}×${size}`]),
      get: () => get("kernel").length,
      set: (size) => change({ kernel: resized(get("kernel"), size), pinned: [], step: null }),
    }),
    toggle(card, "flip (true convolution)", "flip"),
    stepper(card, "bias", { get: () => get("bias"), set: (bias) => change({ bias }) }),
    toggle(card, "ReLU", "relu"),
  ];
  card.settings.append(...settings.map(({ el }) => el));

  const sum = sumStrip({
    signal,
    onPreview: (index) => {
      term = index;
      paint();
    },
  });
  const cellValue = stepper(card, "", {
    name: "pinned value",
    get: () => {
      const cell = now.pin;
      return cell && cell.role !== "output" ? value(cell.role, cell.at) : 0;
    },
    set: (number) => edit(now.pin.role)(now.pin.at, number, {}),
  });

  const play = player({
    signal,
    length: () => now.rows * now.columns * now.products,
    stride: () => (now.by_product ? 1 : now.products),
    get: () => get("step"),
    set: (step) =>
      change({ step, pinned: ["output", ...at(Math.floor((step - 1) / now.products))] }, { undoable: false }),
    describe: (step) =>
      step === null
        ? `${now.rows * now.columns} of ${now.rows * now.columns}`
        : `${now.index + 1} of ${now.rows * now.columns}${now.by_product ? `, product ${now.done}` : ""}`,
    detail: null,
  });
  const detail = toggle(card, "single products", "by_product");
  play.el.append(detail.el);

  const predict = predictPanel({
    question,
    onReveal: () => {
      answered.add(indexOf(target()));
      card.repaint();
    },
    onNext: () => {
      const left = upTo(now.rows * now.columns).filter((index) => !answered.has(index));
      if (left.length) change({ pinned: ["output", ...at(left[0])], step: null }, { undoable: false });
      else card.say("You have predicted every cell.");
    },
  });
  card.toggle("Predict", "predict");
  card.code(code);
  card.finish(sum.el, play.el, predict.el);
  card.onReset = () => answered.clear();

  // ---- predict -------------------------------------------------------------------------------------------
  const target = () => (now.pin?.role === "output" ? now.pin.at : at(0));
  function question() {
    if (!now.predict) return null;
    const where = target();
    const [i, j] = where;
    const terms = termsOf(where);
    const truth = now.result[i][j];
    const plain = terms.reduce((s, { x, w }) => s + x * w, 0);
    const flipped = correlate2d(now.input, rotate180(now.used))[i][j];
    const finish = (v) => (now.relu ? Math.max(0, v + now.bias) : v + now.bias);
    return {
      text: `What is y[${where}]?`,
      truth,
      settled: answered.has(indexOf(where)),
      explain: sumInWords(terms, now.bias) + (now.relu ? ", then ReLU." : "."),
      mistakes: [
        {
          value: finish(flipped),
          hint: now.flip
            ? "You used the kernel as it was before the flip."
            : "You flipped the kernel. Deep learning slides it as it stands.",
        },
        {
          value: plain,
          hint: now.bias
            ? "You forgot the bias: add it once, after the products."
            : "That is the sum before ReLU: negative sums become 0.",
        },
        {
          value: terms.reduce((s, { x }) => s + x, 0),
          hint: "That is the sum of the window: you ignored the kernel.",
        },
        {
          value: terms.reduce((s, { x, w }) => s + x * Math.abs(w), 0),
          hint: "A minus sign was lost: a negative weight subtracts.",
        },
        {
          value: terms.slice(0, now.used[0].length).reduce((s, { x, w }) => s + x * w, 0),
          hint: "That is the first row only: all rows of the window count.",
        },
        ...lateMistakes(plain + now.bias, truth),
      ],
    };
  }

  // ---- from picture to code ------------------------------------------------------------------------------
  function code() {
    const { input: x, kernel: w, flip, bias, relu: rectify } = now;
    const tail = bias ? [`y = y + ${bias}`] : [];
    return {
      NumPy: [
        "import numpy as np",
        "",
        array("x", x),
        array("w", w),
        ...(flip ? ["w = w[::-1, ::-1]"] : []),
        "windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)",
        `y = np.einsum("ijuv,uv->ij", windows, w)`,
        ...tail,
        ...(rectify ? ["y = np.maximum(y, 0)"] : []),
        "print(y)",
      ].join("\n"),
      PyTorch: [
        "import torch",
        "import torch.nn.functional as F",
        "",
        array("x", x, "torch.tensor", ", dtype=torch.float64"),
        array("w", w, "torch.tensor", ", dtype=torch.float64"),
        ...(flip ? ["w = w.flip(0, 1)"] : []),
        "y = F.conv2d(x[None, None], w[None, None])[0, 0]",
        ...tail,
        ...(rectify ? ["y = F.relu(y)"] : []),
        "print(y)",
      ].join("\n"),
    };
  }

  // ---- painting ------------------------------------------------------------------------------------------
  function paint() {
    now = derive();
    preview = preview && pinOf([preview.role, ...preview.at], now.shapes); // its cell may be gone since a size has changed
    const fresh = JSON.stringify([now.input, now.kernel, now.bias, now.relu, now.flip, now.predict]);
    if (fresh !== asked) answered.clear();
    asked = fresh;
    const cell = shown();
    const found = linksOf(now.all, cell);
    const single = term !== null && cell?.role === "output" ? found[term] : null;
    const lit = single ? [single] : found;
    const playing = now.step !== null && !preview;
    const current = playing && now.done < now.products ? found[now.done - 1] : null;

    const mark = (role) => (i, j) => {
      const here = [i, j];
      const link = lit.find((one) => same(one[role], here));
      const self = cell?.role === role && same(cell.at, here);
      const later =
        role === "output" &&
        now.step !== null &&
        indexOf(here) > (now.done === now.products ? now.index : now.index - 1) &&
        !self;
      const secret = role === "output" && hidden(here);
      const weighted =
        link &&
        !self &&
        cell.role !== "kernel" &&
        role !== "kernel" &&
        !(cell.role === "input" && secret && later);
      return {
        on: Boolean(link) && !self,
        here: self || (current && role !== "output" && same(current[role], here)),
        later,
        pinned: now.pin?.role === role && same(now.pin.at, here),
        badge: weighted ? `×${format(value("kernel", link.kernel))}` : "",
        ...(secret
          ? { text: "?", label: "hidden until you predict it" }
          : later
            ? { label: "not computed yet" }
            : {}),
        ...(self && current && !secret ? { text: format(partial()) } : {}),
      };
    };
    const outputMarks = mark("output");
    const scale = now.predict ? Infinity : largest(now.before);
    input.paint(now.input, { marks: mark("input") });
    kernel.rename(now.flip ? "kernel, rotated" : "kernel");
    kernel.paint(now.used, { marks: mark("kernel") });
    for (const element of [before.el, arrow]) element.hidden = !now.relu;
    if (now.relu) before.paint(now.before, { max: scale, marks: outputMarks });
    output.rename(now.relu ? "after ReLU" : "output");
    output.paint(now.result, { max: scale, marks: outputMarks });
    const zeros = now.before.flat().filter((v) => v <= 0).length;
    silent.textContent =
      now.relu && !now.predict
        ? `${zeros} of ${now.rows * now.columns} ${zeros === 1 ? "falls" : "fall"} silent`
        : "";

    paintStrip(cell, found);
    settings.forEach((setting) => setting.paint());
    detail.paint();
    play.paint();
    predict.el.hidden = !now.predict;
    predict.paint();
    card.formula(
      sizeFormulas(shape(now.input).map((size, axis) => ({ size, kernel: shape(now.used)[axis] }))),
    );
  }

  function paintStrip(cell, found) {
    if (!cell) {
      sum.message(
        "Point at any number to see where it comes from; click to keep it. Type into the input or the kernel to change it.",
      );
      return card.say("");
    }
    const name = `${LETTER[cell.role]}[${cell.at}]`;
    const place = `Row ${cell.at[0] + 1}, column ${cell.at[1] + 1}`;
    if (cell.role === "output") {
      const terms = termsOf(cell.at);
      const raw = now.before[cell.at[0]][cell.at[1]];
      const result = value("output", cell.at);
      const playing = now.step !== null && !preview;
      const secret = hidden(cell.at);
      sum.paint({
        name,
        terms,
        bias: now.bias,
        steps: now.relu ? [{ name: "ReLU", value: result }] : [],
        done: playing ? now.done : undefined,
        hidden: secret,
      });
      const tail = now.relu ? `; ReLU makes it ${format(result)}` : "";
      if (!play.playing)
        card.say(
          secret
            ? `${place}: what will it be?`
            : playing && now.done < now.products
              ? `${place}, after ${now.done} of ${now.products} products: ${format(partial())}.`
              : `${place}: ${sumInWords(terms, now.bias)} = ${format(raw)}${tail}.`,
        );
      return;
    }
    const isPinned = now.pin?.role === cell.role && same(now.pin.at, cell.at);
    const [other, letter] = cell.role === "input" ? ["kernel", "w"] : ["input", "x"];
    const chips = found
      .slice(0, CHIPS)
      .map((link) =>
        sum.chip(
          `${letter}[${link[other]}] = ${format(value(other, link[other]))}`,
          other,
          `→ y[${link.output}]`,
          "output",
        ),
      );
    if (found.length > CHIPS) chips.push("…");
    const verb =
      cell.role === "input"
        ? `feeds ${found.length} output${found.length === 1 ? "" : "s"}, each through its own weight:`
        : `is shared by all ${found.length} outputs:`;
    sum.message(
      h("span", { class: `cb-${cell.role} cb-name` }, name),
      "=",
      isPinned ? cellValue.el : format(value(cell.role, cell.at)),
      verb,
      ...chips,
    );
    if (isPinned) cellValue.paint();
    card.say(
      `${cell.role === "input" ? "Input" : "Weight"}, ${place.toLowerCase()}: ${format(value(cell.role, cell.at))} ${verb.replace(/[:,].*$/, "")}.`,
    );
  }
  return paint;
});
