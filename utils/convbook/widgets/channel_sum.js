// ChannelSum: each filter slides one kernel over each channel; the channels' sums and one bias make one output channel.
import { array } from "./lib/code.js";
import { conv2d, nested, relu, tensor } from "./lib/conv.js";
import { choice, notANumber, presets, stepper, toggle } from "./lib/controls.js";
import { format, h } from "./lib/dom.js";
import { explorer } from "./lib/explorer.js";
import { grid, largest } from "./lib/grid.js";
import { channelLinks, linksOf, pinOf, same } from "./lib/links.js";
import { player } from "./lib/player.js";
import { predictPanel } from "./lib/predict.js";
import { signed, sumStrip } from "./lib/sum.js";

const TRAITS = ["input", "weight", "bias", "relu", "filter", "pinned", "step", "by_channel", "predict"];
const CHIPS = 9; // links written out below the grids; the grids light all of them
const LETTER = { input: "x", weight: "w", bias: "b", output: "y" };
const MOST_FILTERS = 3;

const upTo = (count) => [...Array(count).keys()];
const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
const total = (values) => values.reduce((sum, value) => sum + value, 0);
const shapeOf = (array) => (Array.isArray(array) ? [array.length, ...shapeOf(array[0])] : []);
const pick = (array, at) => at.reduce((level, index) => level[index], array);
const zerosLike = (array) => (Array.isArray(array) ? array.map(zerosLike) : 0);

export function compute({ input, weight, bias, relu: rectify }) {
  const x = tensor([input]), before = conv2d(x, tensor(weight), { bias });
  const alone = (kernels) => nested(conv2d(x, tensor(kernels.map((kernel) => [kernel])), { groups: input.length }))[0];
  return { partial: weight.map(alone), before: nested(before)[0], output: nested(rectify ? relu(before) : before)[0] };
}

export default explorer("ChannelSum", TRAITS, (card) => {
  const { get, change, signal } = card;
  let preview = null, term = null, now = null, answered = new Set(), asked = "", grids = [], built = "";

  card.check = ({ input, weight, bias }) => {
    const [channels, height, width] = shapeOf(input), [filters, expected, kh, kw] = shapeOf(weight);
    if (channels !== expected) throw new RangeError(`The filters expect ${plural(expected, "channel")}, the input has ${channels}, so nothing changed.`);
    if (kh > height || kw > width) throw new RangeError(`A ${kh}×${kw} kernel does not fit inside a ${height}×${width} input, so nothing changed.`);
    if (bias.length !== filters) throw new RangeError(`${plural(filters, "filter")} need as many biases, not ${bias.length}, so nothing changed.`);
  };

  // ---- what the state means ------------------------------------------------------------------------------
  function derive() {
    const state = card.state(), results = compute(state);
    const shapes = Object.fromEntries(Object.entries({ ...state, ...results }).map(([name, value]) => [name, shapeOf(value)]));
    const [filters, channels, rows, columns] = shapes.partial, cells = filters * rows * columns;
    const playing = state.step !== null, step = Math.min(state.step ?? Infinity, cells * channels);
    const pin = pinOf(state.pinned, shapes);
    return {
      ...state, ...results, shapes, filters, channels, rows, columns, cells, pin, step: playing ? step : null,
      names: channels === 3 ? ["R", "G", "B"] : upTo(channels).map((c) => `channel ${c + 1}`),
      index: Math.ceil(step / channels) - 1, done: ((step - 1) % channels) + 1,
      filter: filterOf(pin) ?? Math.max(0, Math.min(state.filter, filters - 1)), all: channelLinks(shapes),
    };
  }
  const filterOf = (cell) => (cell && cell.role !== "input" ? cell.at[0] : null);
  const at = (index) => [Math.floor(index / (now.rows * now.columns)), Math.floor(index / now.columns) % now.rows, index % now.columns];
  const indexOf = (where) => (where[0] * now.rows + where.at(-2)) * now.columns + where.at(-1);
  const playing = () => now.step !== null && !preview;
  const shown = () => preview ?? (now.step === null ? now.pin : { role: "output", at: at(now.index) });
  const shownFilter = () => filterOf(shown()) ?? now.filter;
  const hidden = (where) => now.predict && !answered.has(indexOf(where));
  const value = ({ role, at: where }) => pick(now[role], where);
  const partsOf = ([o, i, j]) => now.partial[o].map((map) => map[i][j]);
  const termsOf = (found) => found.map((link) => ({ x: pick(now.input, link.input), w: pick(now.weight, link.weight), label: `x[${link.input}] × w[${link.weight}]` }));
  const isPinned = (cell) => Boolean(now.pin) && now.pin.role === cell.role && same(now.pin.at, cell.at);

  // ---- the parts of the card -----------------------------------------------------------------------------
  function pin(cell) {
    if (!cell) return change({ pinned: [], step: null }, { undoable: false });
    if (isPinned(cell) && now.step === null) return change({ pinned: [] }, { undoable: false });
    play.pause();
    const step = now.step !== null && cell.role === "output" ? (indexOf(cell.at) + 1) * now.channels : null;
    change({ pinned: [cell.role, ...cell.at], filter: filterOf(cell) ?? now.filter, step }, { undoable: false });
  }
  function edit({ role, at: where }, number, by) {
    const values = structuredClone(get(role));
    pick(values, where.slice(0, -1))[where.at(-1)] = number;
    change({ [role]: values }, { by });
  }

  // One grid: `cell(where)` names what stands at a place of it, `values()` is what it shows, on the scale of `max()`.
  function cells(role, colour, label, cell, values, max) {
    const here = (where) => where && { role, at: cell(where) };
    const one = grid({ role: colour, label: label(), signal, onPreview: (where) => { preview = here(where); paint(); }, onPin: (where) => pin(here(where)),
      onEdit: LETTER[role] && role !== "output" ? (where, number, by) => edit(here(where), number, by) : undefined, onReject: (text) => card.warn(notANumber(text)) });
    one.el.dataset.role = role;
    grids.push(() => { one.rename(label()); one.paint(values(), { max: max(), marks: (i, j) => mark(here([i, j])) }); });
    return one.el;
  }

  // The stage is built anew only when channels or filters come or go. Each item knows its row and column of the wide stage.
  function build() {
    grids = [];
    const place = (element, row, column, span = 1) => { element.style.gridArea = `${row} / ${column} / span ${span}`; return element; };
    const operator = (text, more = "") => h("span", { class: `cb-operator ${more}` }, text), items = [];
    now.names.forEach((name, c) => {
      const row = 2 * c + 1;
      if (c) items.push(place(operator("+"), row - 1, 6));
      items.push(
        place(cells("input", "input", () => name, (where) => [c, ...where], () => now.input[c], () => largest(now.input)), row, 2),
        place(operator("⋆"), row, 3),
        place(h("div", { class: "cb-filters" }, ...upTo(now.filters).map((o) =>
          cells("weight", "kernel", () => `filter ${o + 1}, ${name}`, (where) => [o, c, ...where], () => now.weight[o][c], () => largest(now.weight)))), row, 4),
        place(operator("=", "cb-inline"), row, 5),
        place(cells("partial", "output", () => `from ${name}`, (where) => [shownFilter(), c, ...where], () => now.partial[shownFilter()][c], () => largest(now.partial)), row, 6));
    });
    const last = 2 * now.channels;
    items.push(place(operator("+"), last, 5), place(cells("bias", "kernel", () => `bias ${shownFilter() + 1}`, () => [shownFilter()],
      () => [[now.bias[shownFilter()]]], () => largest(now.bias)), last, 6));
    const outputs = upTo(now.filters).map((o) => cells("output", "output", () => `output ${o + 1}`, (where) => [o, ...where], () => now.output[o],
      () => (now.predict ? Infinity : largest(now.before))));
    card.stage.dataset.filters = now.filters;
    card.stage.replaceChildren(place(swatch, 1, 1, last), ...items, place(h("span", { class: "cb-brace" }), 1, 7, last), place(operator("="), 1, 8, last),
      place(h("div", { class: "cb-outputs" }, ...outputs, silent), 1, 9, last));
  }
  const swatch = h("div", { class: "cb-swatch", role: "img", "aria-label": "red, green and blue together, as one colour picture" });
  const silent = h("p", { class: "cb-note" }), words = h("p", { class: "cb-note" });
  card.stage.classList.add("cb-channels");

  const choose = (filter) => change({ filter, ...(filterOf(now.pin) === null ? {} : { pinned: [now.pin.role, filter, ...now.pin.at.slice(1)] }), step: null }, { undoable: false });
  const fitting = (menu, shape) => () => Object.fromEntries(Object.entries(card.model.get(menu)).filter(([, one]) => same(shapeOf(one).slice(0, shape().length), shape())));
  const settings = [
    presets(card, "input", { trait: "input", named: fitting("patterns", () => [now.channels]) }),
    choice("filters", { options: () => upTo(MOST_FILTERS).map((n) => [n + 1, String(n + 1)]), get: () => now.filters, set: (count) => change({ step: null,
      weight: upTo(count).map((o) => now.weight[o] ?? zerosLike(now.weight[0])), bias: upTo(count).map((o) => now.bias[o] ?? 0) }) }),
    choice("show filter", { options: () => upTo(now.filters).map((o) => [o, String(o + 1)]), get: () => now.filter, set: choose }),
    presets(card, "its weights", { named: fitting("presets", () => now.shapes.weight.slice(1)), get: () => now.weight[now.filter],
      set: (filter) => change({ weight: now.weight.map((old, o) => (o === now.filter ? filter : old)) }) }),
    toggle(card, "ReLU", "relu"),
  ];
  card.settings.append(...settings.map(({ el }) => el));

  const sum = sumStrip({ signal, onPreview: (index) => { term = index; paint(); } });
  const editable = (cell) => cell && cell.role !== "output" && cell.role !== "partial";
  const cellValue = stepper(card, "", { name: "pinned value", get: () => (editable(now.pin) ? value(now.pin) : 0), set: (number) => edit(now.pin, number, {}) });

  const goTo = (index, step) => change({ pinned: ["output", ...at(index)], filter: at(index)[0], step }, { undoable: false });
  const play = player({
    signal, length: () => now.cells * now.channels, stride: () => (now.by_channel ? 1 : now.channels), get: () => now.step,
    set: (step) => goTo(Math.ceil(step / now.channels) - 1, step),
    describe: (step) => (step === null ? `${now.cells} of ${now.cells}` : `${now.index + 1} of ${now.cells}${now.by_channel ? `, ${now.names[now.done - 1]}` : ""}`),
  });
  const detail = toggle(card, "channel by channel", "by_channel");
  play.el.append(detail.el);

  const predict = predictPanel({ question, onReveal: () => { answered.add(indexOf(target())); card.repaint(); }, onNext: () => {
    const next = upTo(now.cells).find((index) => !answered.has(index));
    if (next === undefined) card.say("You have predicted every cell.");
    else goTo(next, null);
  } });
  card.toggle("Predict", "predict");
  card.code(code);
  card.finish(words, sum.el, play.el, predict.el);
  card.onReset = () => answered.clear();

  // ---- predict -------------------------------------------------------------------------------------------
  const target = () => (now.pin?.role === "output" ? now.pin.at : [now.filter, 0, 0]);
  function question() {
    if (!now.predict) return null;
    const where = target(), [o, i, j] = where, parts = partsOf(where), sum = total(parts), bias = now.bias[o], truth = pick(now.output, where);
    const finish = (number) => (now.relu ? Math.max(0, number) : number), others = upTo(now.filters).filter((other) => other !== o);
    return {
      text: `What is y[${where}]?`, truth, settled: answered.has(indexOf(where)), explain: `${inWords(where)}.`,
      fallback: "Add what comes from each channel, then the bias, once.",
      mistakes: [
        { value: finish(sum), hint: "You forgot the bias: add it once, after the channels." },
        { value: finish(sum + now.channels * bias), hint: `You added the bias once for each channel: it is added once, after all ${now.channels}.` },
        ...parts.flatMap((part, c) => [part + bias, part].map((number) => ({ value: finish(number), hint: `That is ${now.names[c]} alone: one filter adds up all channels.` }))),
        ...parts.map((part, c) => ({ value: finish(sum - part + bias), hint: `${now.names[c]} is missing: one filter adds up all channels.` })),
        ...[sum / now.channels + bias, (sum + bias) / now.channels].map((number) => ({ value: finish(number), hint: "That is the mean of the channels: they are added, not averaged." })),
        ...others.map((other) => ({ value: now.output[other][i][j], hint: `That is output ${other + 1}: output ${o + 1} comes from filter ${o + 1}.` })),
        ...others.map((other) => ({ value: finish(sum + now.bias[other]), hint: `That is the bias of filter ${other + 1}: each filter has its own.` })),
        { value: sum + bias, hint: "That is the pre-activation: ReLU turns negative sums into 0." },
        { value: Math.max(0, sum + bias), hint: "ReLU is off here: a negative sum stays negative." },
        { value: -truth, hint: "The size is right, the sign is not." },
      ],
    };
  }

  // ---- from picture to code ------------------------------------------------------------------------------
  function code() {
    const tensors = (call, more) => [array("x", now.input, call, more), array("w", now.weight, call, more), array("b", now.bias, call, more)];
    return {
      NumPy: ["import numpy as np", "", ...tensors("np.array", ""), "windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[2:], axis=(1, 2))",
        `per_channel = np.einsum("cijuv,ocuv->ocij", windows, w)`, "y = per_channel.sum(axis=1) + b[:, None, None]", ...(now.relu ? ["y = np.maximum(y, 0)"] : []), "print(y)"].join("\n"),
      PyTorch: ["import torch", "import torch.nn.functional as F", "", ...tensors("torch.tensor", ", dtype=torch.float64"), "y = F.conv2d(x[None], w, b)[0]",
        ...(now.relu ? ["y = F.relu(y)"] : []), "print(y)"].join("\n"),
    };
  }

  // ---- painting ------------------------------------------------------------------------------------------
  let cell = null, found = [], lit = [];
  const meets = (output, bias) => output?.role === "output" && bias?.role === "bias" && output.at[0] === bias.at[0];
  function mark(here) {
    const { role, at: where } = here, self = cell?.role === role && same(cell.at, where);
    const link = lit.find((one) => one[role] && same(one[role], where)), ahead = indexOf(where) - now.index, busy = playing() && now.done < now.channels;
    const channel = { input: where[0], weight: where[1], partial: where[1], bias: now.channels }[role], waiting = busy && channel >= now.done;
    const later = now.step !== null && !self && (role === "output" || role === "partial") && (ahead > 0 || (ahead === 0 && waiting));
    const secret = role === "output" && hidden(where), weighted = link && !self && !secret && !later && !waiting && (role === "input" ? cell.role !== "weight" : cell.role === "input" && role !== "weight");
    return { on: !self && !waiting && Boolean(link || (term === null && (meets(cell, here) || meets(here, cell)))), here: self, later, pinned: isPinned(here),
      badge: weighted ? `×${format(pick(now.weight, link.weight))}` : "",
      ...(secret ? { text: "?", label: "hidden until you predict it" } : later ? { label: "not computed yet" } : {}),
      ...(self && role === "output" && busy && !secret ? { text: format(total(partsOf(where).slice(0, now.done))) } : {}) };
  }

  function paint() {
    now = derive();
    const fresh = JSON.stringify([now.input, now.weight, now.bias, now.relu, now.predict]);
    if (fresh !== asked) answered.clear();
    asked = fresh;
    cell = shown();
    found = linksOf(now.all, cell);
    lit = term !== null && found[term] ? [found[term]] : found;
    const size = `${now.channels}/${now.filters}`;
    if (built !== size) { // noted first: what leaves the page may have had the focus, and losing it paints
      built = size;
      build();
    }
    grids.forEach((one) => one());
    card.stage.querySelectorAll("[data-role=weight]").forEach((element, n) => element.classList.toggle("cb-aside", n % now.filters !== shownFilter()));
    paintSwatch();
    const silenced = now.before.flat(2).filter((number) => number <= 0).length;
    silent.textContent = now.relu && !now.predict ? `After ReLU: ${silenced} of ${now.cells} ${silenced === 1 ? "is" : "are"} silent` : "";
    const [, channels, kh, kw] = now.shapes.weight, weights = now.filters * channels * kh * kw;
    words.textContent = `One filter is one (${channels}, ${kh}, ${kw}) block: a ${kh}×${kw} kernel for each input channel, and one bias. ${plural(now.filters, "filter")} ${now.filters === 1 ? "makes" : "make"} ${plural(now.filters, "output channel")}.`;
    paintStrip();
    settings.forEach((setting) => setting.paint());
    detail.paint();
    play.paint();
    predict.el.hidden = !now.predict;
    predict.paint();
    card.formula(`${now.filters}·${channels}·${kh}·${kw} = ${plural(weights, "weight")} + ${now.filters === 1 ? "1 bias" : `${now.filters} biases`} = ${weights + now.filters}`);
  }

  function paintSwatch() {
    swatch.hidden = now.channels !== 3;
    if (swatch.hidden) return;
    const top = largest(now.input), [rows, columns] = now.shapes.input.slice(1);
    const light = (c, i, j) => Math.round(255 * Math.max(0, now.input[c][i][j]) / top);
    swatch.style.setProperty("--columns", columns);
    swatch.replaceChildren(...upTo(rows * columns).map((n) => h("i", { style: `background: rgb(${[0, 1, 2].map((c) => light(c, Math.floor(n / columns), n % columns))})` })));
  }

  const inWords = ([o, i, j]) => `${partsOf([o, i, j]).map((part, c) => `${signed(part)} from ${now.names[c]}`).join(" + ")}${now.bias[o] ? ` + ${signed(now.bias[o])} (bias)` : ""} = ${format(now.before[o][i][j])}${now.relu ? `; ReLU makes it ${format(now.output[o][i][j])}` : ""}`;
  const place = (where) => `row ${where.at(-2) + 1}, column ${where.at(-1) + 1}`;

  function paintStrip() {
    if (!cell) {
      sum.message("Point at any number to see where it comes from; click to keep it. Type into the input, the weights or the bias to change it.");
      return card.say("");
    }
    const { role, at: where } = cell, name = `${LETTER[role] ?? "from " + now.names[where[1]]}[${role === "partial" ? [where[0], ...where.slice(2)] : where}]`;
    if (role === "output") return paintOutput(where, name);
    if (role === "partial") {
      sum.paint({ name, terms: termsOf(found) });
      return card.say(`Filter ${where[0] + 1}, channel ${now.names[where[1]]} alone, ${place(where)}: ${plural(found.length, "product")} make ${format(value(cell))}.`);
    }
    paintLinks(name);
  }

  function paintOutput(where, name) {
    const secret = hidden(where), partly = playing() && now.done < now.channels, terms = termsOf(found);
    sum.paint({ name, terms, parts: now.channels > 1 ? now.names : [], bias: now.bias[where[0]], hidden: secret,
      steps: now.relu ? [{ name: "ReLU", value: pick(now.output, where) }] : [], done: partly ? (now.done * terms.length) / now.channels : undefined });
    if (play.playing) return;
    card.say(`Filter ${where[0] + 1}, ${place(where)}: ${secret ? "what will it be?" : partly ? `after ${now.done} of ${now.channels} channels: ${format(total(partsOf(where).slice(0, now.done)))}.` : `${inWords(where)}.`}`);
  }

  function paintLinks(name) {
    const { role, at: where } = cell, outputs = now.rows * now.columns, each = role === "input" ? "weight" : "input";
    const chips = found.slice(0, CHIPS).map((link) => sum.chip(`${LETTER[each]}[${link[each]}] = ${format(pick(now[each], link[each]))}`, role === "input" ? "kernel" : "input", `→ y[${link.output}]`, "output"));
    if (found.length > CHIPS) chips.push("…");
    const what = { input: `Channel ${now.names[where[0]]}`, weight: `Filter ${where[0] + 1}, kernel for ${now.names[where[1]]}`, bias: `Filter ${where[0] + 1}, bias` }[role];
    const verb = {
      input: `feeds ${plural(found.length / now.filters, "cell")} of every output, each through its own weight`,
      weight: `joins ${plural(outputs, "pair")}, all in this channel and this filter`,
      bias: `is added once to each of the ${outputs} cells of output ${where[0] + 1}`,
    }[role];
    sum.message(h("span", { class: `cb-${role === "input" ? "input" : "kernel"} cb-name` }, name), "=", isPinned(cell) ? cellValue.el : format(value(cell)), `${verb}${chips.length ? ":" : "."}`, ...chips);
    if (isPinned(cell)) cellValue.paint();
    card.say(`${what}${role === "bias" ? "" : `, ${place(where)}`}: ${format(value(cell))} ${verb}.`);
  }
  return paint;
});
