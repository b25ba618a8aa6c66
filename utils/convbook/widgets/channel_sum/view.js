// ChannelSum: each filter slides one kernel over each channel; the channels' sums and one bias make one output channel.
import { relu } from "../arithmetic/activation.js";
import { conv2d } from "../arithmetic/convolution.js";
import { channelLinks, linksOf, pinOf, same } from "../arithmetic/links.js";
import { format, plural, signed } from "../arithmetic/numbers.js";
import { nested, shape, tensor, upTo } from "../arithmetic/tensor.js";
import { array } from "../parts/code.js";
import { choice, notANumber, presets, stepper, toggle } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { grid, largest } from "../parts/grid.js";
import { player } from "../parts/player.js";
import { predictPanel } from "../parts/predict.js";
import { lateMistakes } from "../parts/slips.js";
import { sumStrip } from "../parts/sum.js";

const TRAITS = ["input", "weight", "bias", "relu", "filter", "pinned", "step", "by_channel", "predict"];
const COLOUR = { input: "input", weight: "kernel", bias: "kernel", partial: "output", output: "output" };
const LETTER = { input: "x", weight: "w", bias: "b" }; // what the reader may change, and its name
const FILTERS = 3;
const CHIPS = 9; // at most; the grids light the links that are not written out

const total = (values) => values.reduce((sum, value) => sum + value, 0);
const pick = (array, at) => at.reduce((level, index) => level[index], array);
const zerosLike = (array) => (Array.isArray(array) ? array.map(zerosLike) : 0);

export function compute({ input, weight, bias, relu: rectify }) {
  const x = tensor([input]);
  const before = conv2d(x, tensor(weight), { bias });
  const alone = (filter) =>
    nested(conv2d(x, tensor(filter.map((kernel) => [kernel])), { groups: input.length }))[0];
  return {
    partial: weight.map(alone),
    before: nested(before)[0],
    output: nested(rectify ? relu(before) : before)[0],
  };
}

export default explorer("ChannelSum", TRAITS, (card) => {
  const { get, change, signal } = card;
  let preview = null;
  let term = null;
  let now = null;
  const answered = new Set();
  let asked = "";
  let painters = [];
  let built = "";
  let links = { of: "" };

  card.check = ({ input, weight, bias }) => {
    const [channels, height, width] = shape(input);
    const [filters, expected, kh, kw] = shape(weight);
    const fits = channels === expected && kh <= height && kw <= width && bias.length === filters;
    const what = `${kh}×${kw} kernels for ${plural(expected, "channel")} do not fit ${plural(channels, "channel")} of ${height}×${width}`;
    if (!fits) throw new RangeError(`${what}, so nothing changed.`);
  };

  // ---- what the state means ------------------------------------------------------------------------------
  function derive() {
    const state = card.state();
    const arrays = { ...state, ...compute(state) };
    const shapes = Object.fromEntries(Object.entries(arrays).map(([name, value]) => [name, shape(value)]));
    const [filters, channels, rows, columns] = shapes.partial;
    const cells = filters * rows * columns;
    const pin = pinOf(state.pinned, shapes);
    const step = state.step && Math.min(state.step, cells * channels);
    const sizes = `${shapes.input} ${shapes.weight}`;
    if (links.of !== sizes) links = { of: sizes, all: channelLinks(shapes) };
    return {
      ...arrays,
      shapes,
      filters,
      channels,
      rows,
      columns,
      cells,
      pin,
      step,
      index: Math.ceil(step / channels) - 1,
      done: ((step - 1) % channels) + 1,
      names: channels === 3 ? ["R", "G", "B"] : upTo(channels).map((c) => `channel ${c + 1}`),
      filter: filterOf(pin) ?? Math.max(0, Math.min(state.filter, filters - 1)),
    };
  }
  const filterOf = (cell) => (cell && cell.role !== "input" ? cell.at[0] : null);
  const at = (index) => [
    Math.floor(index / (now.rows * now.columns)),
    Math.floor(index / now.columns) % now.rows,
    index % now.columns,
  ];
  const indexOf = (where) => (where[0] * now.rows + where.at(-2)) * now.columns + where.at(-1);
  const playing = () => now.step !== null && !preview;
  const unfinished = () => playing() && now.done < now.channels;
  const shown = () => preview ?? (now.step === null ? now.pin : { role: "output", at: at(now.index) });
  const shownFilter = () => filterOf(shown()) ?? now.filter;
  const hidden = (where) => now.predict && !answered.has(indexOf(where));
  const value = ({ role, at: where }) => pick(now[role], where);
  const partsOf = ([o, i, j]) => now.partial[o].map((map) => map[i][j]);
  const termsOf = (links) =>
    links.map(({ input, weight }) => ({
      x: pick(now.input, input),
      w: pick(now.weight, weight),
      label: `x[${input}] × w[${weight}]`,
    }));
  const isPinned = (cell) => Boolean(now.pin) && now.pin.role === cell.role && same(now.pin.at, cell.at);

  // ---- the parts of the card -----------------------------------------------------------------------------
  function pin(cell) {
    if (!cell) return change({ pinned: [], step: null }, { undoable: false });
    if (isPinned(cell) && now.step === null) return change({ pinned: [] }, { undoable: false });
    play.pause();
    const step = now.step !== null && cell.role === "output" ? (indexOf(cell.at) + 1) * now.channels : null;
    change(
      { pinned: [cell.role, ...cell.at], filter: filterOf(cell) ?? now.filter, step },
      { undoable: false },
    );
  }
  function edit({ role, at: where }, number, by) {
    const values = structuredClone(get(role));
    pick(values, where.slice(0, -1))[where.at(-1)] = number;
    change({ [role]: values }, { by });
  }

  // One grid: the matrix of now[role] that prefix() leads to. A bias is a single number.
  function cells(role, prefix, label) {
    const cell = (where) => where && { role, at: role === "bias" ? prefix() : [...prefix(), ...where] };
    const {
      el,
      rename,
      paint: draw,
    } = grid({
      role: COLOUR[role],
      label: label(),
      signal,
      onReject: (text) => card.warn(notANumber(text)),
      onPreview: (where) => {
        preview = cell(where);
        paint();
      },
      onPin: (where) => pin(cell(where)),
      onEdit: LETTER[role] && ((where, number, by) => edit(cell(where), number, by)),
    });
    el.dataset.role = role;
    painters.push(() => {
      const values = pick(now[role], prefix());
      const scale = now[role === "output" ? "before" : role];
      rename(label());
      draw(role === "bias" ? [[values]] : values, {
        max: role === "output" && now.predict ? Infinity : largest(scale),
        marks: (i, j) => mark(cell([i, j])),
      });
      el.classList.toggle("cb-aside", role === "weight" && prefix()[0] !== shownFilter());
    });
    return el;
  }

  // The stage is built anew only when channels or filters come or go. Each part knows its row and column where it is wide.
  function build() {
    painters = [];
    const last = 2 * now.channels;
    const all = upTo(now.filters);
    const put = (row, column, element, span = 1) => {
      element.style.gridArea = `${row} / ${column} / span ${span}`;
      return element;
    };
    const sign = (text, more = "") => h("span", { class: `cb-operator ${more}` }, text);
    const channel = (name, c) => [
      ...(c ? [put(2 * c, 6, sign("+"))] : []),
      put(
        2 * c + 1,
        2,
        cells(
          "input",
          () => [c],
          () => name,
        ),
      ),
      put(2 * c + 1, 3, sign("⋆")),
      put(
        2 * c + 1,
        4,
        h(
          "div",
          { class: "cb-filters" },
          ...all.map((o) =>
            cells(
              "weight",
              () => [o, c],
              () => `filter ${o + 1}, ${name}`,
            ),
          ),
        ),
      ),
      put(2 * c + 1, 5, sign("=", "cb-inline")),
      put(
        2 * c + 1,
        6,
        cells(
          "partial",
          () => [shownFilter(), c],
          () => `from ${name}`,
        ),
      ),
    ];
    card.stage.replaceChildren(
      put(1, 1, colours, last),
      ...now.names.flatMap(channel),
      put(last, 5, sign("+")),
      put(
        last,
        6,
        cells(
          "bias",
          () => [shownFilter()],
          () => `bias ${shownFilter() + 1}`,
        ),
      ),
      put(1, 7, h("span", { class: "cb-brace" }), last),
      put(1, 8, sign("="), last),
      put(
        1,
        9,
        h(
          "div",
          { class: "cb-outputs" },
          ...all.map((o) =>
            cells(
              "output",
              () => [o],
              () => `output ${o + 1}`,
            ),
          ),
          silent,
        ),
        last,
      ),
    );
    card.stage.dataset.filters = now.filters;
  }
  const colours = h("div", {
    class: "cb-colours",
    role: "img",
    "aria-label": "red, green and blue together, as one colour picture",
  });
  const silent = h("p", { class: "cb-note" });
  const words = h("p", { class: "cb-note" });
  card.stage.classList.add("cb-channels");

  // A menu offers what has the shape that is wanted, as far as one is wanted.
  const menu = (name, wanted) => () =>
    Object.fromEntries(
      Object.entries(card.model.get(name)).filter(([, one]) =>
        same(shape(one).slice(0, wanted().length), wanted()),
      ),
    );
  const withFilters = (count) =>
    change({
      step: null,
      weight: upTo(count).map((o) => now.weight[o] ?? zerosLike(now.weight[0])),
      bias: upTo(count).map((o) => now.bias[o] ?? 0),
    });
  const withFilter = (filter) =>
    change({ weight: now.weight.map((old, o) => (o === now.filter ? filter : old)) });
  const show = (filter) =>
    change(
      {
        filter,
        step: null,
        pinned: filterOf(now.pin) === null ? get("pinned") : [now.pin.role, filter, ...now.pin.at.slice(1)],
      },
      { undoable: false },
    );
  const settings = [
    presets(card, "input", { trait: "input", named: menu("patterns", () => [now.channels]) }),
    choice("filters", {
      options: () => upTo(FILTERS).map((n) => [n + 1, String(n + 1)]),
      get: () => now.filters,
      set: withFilters,
    }),
    choice("show filter", {
      options: () => upTo(now.filters).map((o) => [o, String(o + 1)]),
      get: () => now.filter,
      set: show,
    }),
    presets(card, "its weights", {
      named: menu("presets", () => now.shapes.weight.slice(1)),
      get: () => now.weight[now.filter],
      set: withFilter,
    }),
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
    get: () => (LETTER[now.pin?.role] ? value(now.pin) : 0),
    set: (number) => edit(now.pin, number, {}),
  });

  const goTo = (index, step) =>
    change({ pinned: ["output", ...at(index)], filter: at(index)[0], step }, { undoable: false });
  const play = player(card, {
    length: () => now.cells * now.channels,
    stride: () => (now.by_channel ? 1 : now.channels),
    get: () => now.step,
    set: (step) => goTo(Math.ceil(step / now.channels) - 1, step),
    describe: (step) =>
      step === null
        ? `${now.cells} of ${now.cells}`
        : `${now.index + 1} of ${now.cells}${now.by_channel ? `, ${now.names[now.done - 1]}` : ""}`,
  });
  const detail = toggle(card, "channel by channel", "by_channel");
  play.el.append(detail.el);

  const predict = predictPanel({
    question,
    onReveal: () => {
      answered.add(indexOf(target()));
      card.repaint();
    },
    onNext: () => {
      const next = upTo(now.cells).find((index) => !answered.has(index));
      if (next === undefined) card.say("You have predicted every cell.");
      else goTo(next, null);
    },
  });
  card.toggle("Predict", "predict");
  card.code(code);
  card.finish(words, sum.el, play.el, predict.el);
  card.onReset = () => answered.clear();

  // ---- predict -------------------------------------------------------------------------------------------
  const target = () => (now.pin?.role === "output" ? now.pin.at : [now.filter, 0, 0]);
  function question() {
    if (!now.predict) return null;
    const where = target();
    const [o, i, j] = where;
    const parts = partsOf(where);
    const sum = total(parts);
    const bias = now.bias[o];
    const truth = pick(now.output, where);
    const slip = (hint) => (number) => ({ value: now.relu ? Math.max(0, number) : number, hint });
    const others = upTo(now.filters).filter((other) => other !== o);
    return {
      text: `What is y[${where}]?`,
      truth,
      settled: answered.has(indexOf(where)),
      explain: `${inWords(where)}.`,
      fallback: "Add what comes from each channel, then the bias, once.",
      mistakes: [
        slip("You forgot the bias: add it once, after the channels.")(sum),
        slip(`You added the bias once for each channel: it is added once, after all ${now.channels}.`)(
          sum + now.channels * bias,
        ),
        ...parts.flatMap((part, c) =>
          [part + bias, part].map(slip(`That is ${now.names[c]} alone: one filter adds up all channels.`)),
        ),
        ...parts.map((part, c) =>
          slip(`${now.names[c]} is missing: one filter adds up all channels.`)(sum - part + bias),
        ),
        ...[sum / now.channels + bias, (sum + bias) / now.channels].map(
          slip("That is the mean of the channels: they are added, not averaged."),
        ),
        ...others.map((other) =>
          slip(`That is output ${other + 1}: output ${o + 1} comes from filter ${o + 1}.`)(
            now.output[other][i][j],
          ),
        ),
        ...others.map((other) =>
          slip(`That is the bias of filter ${other + 1}: each filter has its own.`)(sum + now.bias[other]),
        ),
        ...lateMistakes(sum + bias, truth),
      ],
    };
  }

  // ---- from picture to code ------------------------------------------------------------------------------
  function code() {
    const arrays = (call, more) => [
      array("x", now.input, call, more),
      array("w", now.weight, call, more),
      array("b", now.bias, call, more),
    ];
    return {
      NumPy: [
        "import numpy as np",
        "",
        ...arrays("np.array", ""),
        "windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(1, 2))",
        `per_channel = np.einsum("cijuv,ocuv->ocij", windows, w)`,
        "y = per_channel.sum(axis=1) + b[:, None, None]",
        ...(now.relu ? ["y = np.maximum(y, 0)"] : []),
        "print(y)",
      ].join("\n"),
      PyTorch: [
        "import torch",
        "import torch.nn.functional as F",
        "",
        ...arrays("torch.tensor", ", dtype=torch.float64"),
        "y = F.conv2d(x[None], w, b)[0]",
        ...(now.relu ? ["y = F.relu(y)"] : []),
        "print(y)",
      ].join("\n"),
    };
  }

  // ---- painting ------------------------------------------------------------------------------------------
  let cell = null;
  let found = [];
  let lit = [];
  const meets = (output, bias) =>
    output?.role === "output" && bias?.role === "bias" && output.at[0] === bias.at[0];

  function mark(here) {
    const { role, at: where } = here;
    const self = cell?.role === role && same(cell.at, where);
    const link = lit.find((one) => one[role] && same(one[role], where));
    const ahead = indexOf(where) - now.index;
    const channel = { input: where[0], weight: where[1], partial: where[1], bias: now.channels }[role];
    const waiting = unfinished() && channel >= now.done;
    const later =
      now.step !== null && !self && COLOUR[role] === "output" && (ahead > 0 || (ahead === 0 && waiting));
    const secret = role === "output" && hidden(where);
    const weighted =
      link &&
      !self &&
      !secret &&
      !later &&
      !waiting &&
      (role === "input" ? cell.role !== "weight" : cell.role === "input" && role !== "weight");
    return {
      on: !self && !waiting && Boolean(link || (term === null && (meets(cell, here) || meets(here, cell)))),
      here: self,
      later,
      pinned: isPinned(here),
      badge: weighted ? `×${format(pick(now.weight, link.weight))}` : "",
      ...(secret
        ? { text: "?", label: "hidden until you predict it" }
        : later
          ? { label: "not computed yet" }
          : self && role === "output" && unfinished()
            ? { text: format(total(partsOf(where).slice(0, now.done))) }
            : {}),
    };
  }

  function paint() {
    now = derive();
    const fresh = JSON.stringify([now.input, now.weight, now.bias, now.relu, now.predict]);
    const size = `${now.channels} ${now.filters}`;
    if (fresh !== asked) {
      answered.clear();
      paintColours();
    }
    asked = fresh;
    preview = preview && pinOf([preview.role, ...preview.at], now.shapes); // its cell may be gone since a size has changed
    cell = shown();
    found = linksOf(links.all, cell);
    lit = found[term] ? [found[term]] : found;
    if (built !== size) {
      // noted first: what leaves the page may have had the focus, and losing it paints
      built = size;
      build();
    }
    painters.forEach((one) => one());
    paintWords();
    paintStrip();
    settings.forEach((setting) => setting.paint());
    detail.paint();
    play.paint();
    predict.el.hidden = !now.predict;
    predict.paint();
  }

  function paintColours() {
    const [, rows, columns] = now.shapes.input;
    const top = largest(now.input);
    colours.hidden = now.channels !== 3;
    colours.style.setProperty("--columns", columns);
    colours.replaceChildren(
      ...upTo(rows * columns).map((n) =>
        h("i", {
          style: `background: rgb(${now.input.map((map) => (255 * Math.max(0, map[Math.floor(n / columns)][n % columns])) / top)})`,
        }),
      ),
    );
  }

  function paintWords() {
    const [filters, channels, kh, kw] = now.shapes.weight;
    const weights = filters * channels * kh * kw;
    const zeros = now.before.flat(2).filter((number) => number <= 0).length;
    silent.textContent =
      now.relu && !now.predict
        ? `After ReLU, ${zeros} of ${now.cells} ${zeros === 1 ? "is" : "are"} silent`
        : "";
    words.textContent =
      `One filter is one (${channels}, ${kh}, ${kw}) block: a ${kh}×${kw} kernel for each input channel, and one bias. ` +
      `${plural(filters, "filter makes", "filters make")} ${plural(filters, "output channel")}.`;
    card.formula(
      `${filters}·${channels}·${kh}·${kw} = ${plural(weights, "weight")} + ${plural(filters, "bias", "biases")} = ${weights + filters}`,
    );
  }

  function inWords(where) {
    const bias = now.bias[where[0]];
    const parts = partsOf(where).map((part, c) => `${signed(part)} from ${now.names[c]}`);
    if (bias) parts.push(`${signed(bias)} (bias)`);
    const rectified = now.relu ? `; ReLU makes it ${format(pick(now.output, where))}` : "";
    return `${parts.join(" + ")} = ${format(pick(now.before, where))}${rectified}`;
  }
  const place = (where) => `row ${where.at(-2) + 1}, column ${where.at(-1) + 1}`;

  function paintStrip() {
    if (!cell) {
      sum.message(
        "Point at any number to see where it comes from; click to keep it. Type into the input, the weights or the bias to change it.",
      );
      card.say("");
    } else (({ output: paintOutput, partial: paintPartial })[cell.role] ?? paintLinks)(cell.at);
  }

  function paintOutput(where) {
    const secret = hidden(where);
    const terms = termsOf(found);
    const parts = partsOf(where).slice(0, now.done);
    sum.paint({
      name: `y[${where}]`,
      terms,
      parts: now.channels > 1 ? now.names : [],
      bias: now.bias[where[0]],
      hidden: secret,
      steps: now.relu ? [{ name: "ReLU", value: value(cell) }] : [],
      done: unfinished() ? (now.done * terms.length) / now.channels : undefined,
    });
    if (play.playing) return;
    const result = secret
      ? "what will it be?"
      : unfinished()
        ? `after ${parts.length} of ${now.channels} channels: ${format(total(parts))}.`
        : `${inWords(where)}.`;
    card.say(`Filter ${where[0] + 1}, ${place(where)}: ${result}`);
  }

  function paintPartial([o, c, ...where]) {
    sum.paint({ name: `from ${now.names[c]}[${[o, ...where]}]`, terms: termsOf(found) });
    card.say(
      `Filter ${o + 1}, ${now.names[c]} alone, ${place(where)}: ${plural(found.length, "product makes", "products make")} ${format(value(cell))}.`,
    );
  }

  function paintLinks(where) {
    const { role } = cell;
    const other = role === "input" ? "weight" : "input";
    const chips = found
      .slice(0, CHIPS)
      .map((link) =>
        sum.chip(
          `${LETTER[other]}[${link[other]}] = ${format(pick(now[other], link[other]))}`,
          COLOUR[other],
          `→ y[${link.output}]`,
          "output",
        ),
      );
    const [what, does] = {
      input: () => [
        `${now.names[where[0]]}, ${place(where)}`,
        `feeds ${plural(found.length / now.filters, "cell")} of every output, each through its own weight`,
      ],
      weight: () => [
        `Filter ${where[0] + 1}, ${now.names[where[1]]}, ${place(where)}`,
        `joins ${plural(found.length, "pair")}, all in this channel and this filter`,
      ],
      bias: () => [
        `Bias of filter ${where[0] + 1}`,
        `is added once to each of the ${plural(now.rows * now.columns, "cell")} of output ${where[0] + 1}`,
      ],
    }[role]();
    sum.message(
      h("span", { class: `cb-${COLOUR[role]} cb-name` }, `${LETTER[role]}[${where}]`),
      "=",
      isPinned(cell) ? cellValue.el : format(value(cell)),
      `${does}${chips.length ? ":" : "."}`,
      ...chips,
      ...(found.length > CHIPS ? ["…"] : []),
    );
    if (isPinned(cell)) cellValue.paint();
    card.say(`${what}: ${format(value(cell))} ${does}.`);
  }
  return paint;
});
