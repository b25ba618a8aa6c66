// ReceptiveField: a stack of layers that can be rebuilt, and what one unit of its last map sees of the picture.
import { checkRange } from "../arithmetic/axes.js";
import { format, plural } from "../arithmetic/numbers.js";
import { effectiveKernel } from "../arithmetic/sizes.js";
import {
  cone,
  gradientAt,
  isLayer,
  layersOf,
  middle,
  otherEnd,
  profiles,
  walk,
} from "../arithmetic/stack.js";
import { upTo } from "../arithmetic/tensor.js";
import { coneDrawing } from "../parts/cone.js";
import { choice, examples, stepper, wholeNumbers } from "../parts/controls.js";
import { ARROWS, h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { fieldMistakes, fieldSum } from "../parts/field_slips.js";
import { greyCanvas, openPicture, photo } from "../parts/picture.js";
import { predictPanel } from "../parts/predict.js";
import { rowTable } from "../parts/rows.js";

const TRAITS = ["layers", "size", "picture", "pinned", "predict"];
const KINDS = {
  conv: "conv",
  max_pool: "max pool",
  avg_pool: "average pool",
  skip: "skip starts",
  add: "skip is added",
};
const RANGES = { kernel: [1, 16], stride: [1, 8], padding: [0, 16], dilation: [1, 16] };
const LARGEST = 512;
const MOST_ROWS = 48;
const NEW = { kind: "conv", kernel: 3, stride: 1, padding: 1, dilation: 1 };
const COLUMNS = {
  layer: "input first, output last",
  size: "how many units there are along each axis",
  r: "receptive field: how many pixels a unit sees along each axis",
  j: "jump: how many pixels lie between the fields of neighbours",
  start: "the first pixel that unit 0 sees; below 0 is padding",
};
const WRITTEN = 6; // layers whose sum is spelled out
const PURPLE = 0x7f49a8; // #a8497f, the gradient on a photograph, as a number of a canvas

// ---- what the state means: no DOM ------------------------------------------------------------------------------------

const titleOf = ({ kind, kernel }) => (kernel ? `${KINDS[kind]} ${kernel}×${kernel}` : KINDS[kind]);
const inRange = (ends) => ends.map(format).join(" to ");

// "s2 p1": the settings that are not the usual ones; of a skip, those of the 1×1 convolution on it.
function detailOf(row, { shortcut }) {
  if (!isLayer(row)) return shortcut ? `1×1 s${shortcut.stride}` : "";
  return [
    ["stride", 1],
    ["padding", 0],
    ["dilation", 1],
  ]
    .filter(([key, usual]) => row[key] !== usual)
    .map(([key]) => key[0] + row[key])
    .join(" ");
}

// The first and the last pixel that a unit sees.
const endsOf = ({ size, centre, jump }, at) =>
  [-1, 1].map((side) => centre + at * jump + (side * (size - 1)) / 2);

function check({ layers, size, pinned, picture }, pictures) {
  checkRange("The input size", size, [1, LARGEST]);
  if (!layers.length || layers.length > MOST_ROWS)
    throw new RangeError(`A stack has 1 to ${MOST_ROWS} rows, so nothing changed.`);
  for (const row of layers) {
    if (!Object.hasOwn(KINDS, row?.kind))
      throw new RangeError(
        "A row must be a convolution, a pooling, or an end of a skip, so nothing changed.",
      );
    if (isLayer(row))
      Object.entries(RANGES).forEach(([key, limits]) => checkRange(`The ${key}`, row[key], limits));
  }
  if (!pictures.includes(picture))
    throw new RangeError(`There is no picture “${picture}”, so nothing changed.`);
  if (pinned.length) checkRange("The pinned unit", pinned.slice(1), [0, LARGEST - 1]);
  walk(layers, size);
}

const moved = (rows, from, to) => rows.toSpliced(from, 1).toSpliced(to, 0, rows[from]);

// What the gradient of a unit reaches: { gradient, sums of [rows, columns], count of pixels, middle of [rows, columns] or none }.
function truthOf(stack, size, unit) {
  const gradient = gradientAt(stack, size, unit);
  const sums = profiles(gradient, size);
  const count = gradient.reduce((pixels, value) => pixels + (value > 0), 0);
  return { gradient, sums, count, middle: count ? sums.map(middle) : null };
}

// The square in the middle of a photograph with `size` pixels a side, each the average of what it covers: adaptive pooling.
function square({ height, width, pixels }, size) {
  const side = Math.min(height, width);
  const top = (height - side) >> 1;
  const left = (width - side) >> 1;
  const windows = upTo(size).map((n) => [Math.floor((n * side) / size), Math.ceil(((n + 1) * side) / size)]);
  return windows.flatMap(([top0, bottom]) =>
    windows.map(([left0, right]) => {
      let sum = 0;
      for (let y = top0; y < bottom; y++)
        for (let x = left0; x < right; x++) sum += pixels[(top + y) * width + left + x];
      return sum / ((bottom - top0) * (right - left0));
    }),
  );
}

// How many pixels of a box lie in the picture.
const within = (box, size) =>
  box
    .map(([first, last]) => Math.max(0, Math.min(size - 1, last) - Math.max(0, first) + 1))
    .reduce((high, wide) => high * wide);

// A kernel that kept the size keeps it when it grows, so that a block can be rebuilt one setting at a time.
function changed(row, setting) {
  const next = { ...row, ...setting };
  const span = (one) => effectiveKernel(one.kernel, one.dilation) - 1;
  return !("padding" in setting) && span(row) === 2 * row.padding && span(next) % 2 === 0
    ? { ...next, padding: Math.min(span(next) / 2, RANGES.padding[1]) }
    : next;
}

// ---- from picture to code --------------------------------------------------------------------------------------------

const literals = (rows) => [
  "layers = [  # kernel, stride, padding, dilation",
  ...rows.map(
    (row) =>
      `    ${
        isLayer(row)
          ? `(${Object.keys(RANGES)
              .map((key) => row[key])
              .join(", ")})`
          : `"${row.kind}"`
      },`,
  ),
  "]",
];
// What a loop over the layers does where a skip starts, and where it is added.
const atSkips = (rows, keep, add) =>
  rows.every(isLayer)
    ? []
    : [
        '    if layer == "skip":',
        `        kept.append(${keep})`,
        "        continue",
        '    if layer == "add":',
        ...add.map((line) => `        ${line}`),
        "        continue",
      ];
const start = (rows, names, values) =>
  rows.every(isLayer) ? `${names} = ${values}` : `${names}, kept = ${values}, []`;

const pythonLines = ({ layers, unit }) =>
  [
    ...literals(layers),
    `${start(layers, "first, last, jump", "0, 0, 1")}  # what unit 0 sees, and how far its neighbour's field lies`,
    "for layer in layers:",
    ...atSkips(layers, "(first, last)", [
      "begin, end = kept.pop()",
      "first, last = min(first, begin), max(last, end)",
    ]),
    "    kernel, stride, padding, dilation = layer",
    "    first, last = first - padding * jump, last + (dilation * (kernel - 1) - padding) * jump",
    "    jump *= stride  # only now: it widens the steps of the next layers",
    "",
    "r = last - first + 1",
    `rows, columns = [(first + unit * jump, last + unit * jump) for unit in (${unit.join(", ")})]`,
    "print(r, jump, rows, columns)",
  ].join("\n");

const torchLines = ({ layers, size, unit }) =>
  [
    "import torch",
    "import torch.nn.functional as F",
    "",
    ...literals(layers),
    `x = torch.zeros(1, 1, ${size}, ${size}, dtype=torch.float64, requires_grad=True)`,
    start(layers, "y, jump", "x, 1"),
    "for layer in layers:",
    ...atSkips(layers, "(y, jump)", [
      "past, before = kept.pop()",
      "step = jump // before  # a 1×1 convolution with the stride of the block",
      "y = y + past[:, :, ::step, ::step]",
    ]),
    "    kernel, stride, padding, dilation = layer",
    "    mean = torch.full((1, 1, kernel, kernel), 1 / kernel**2, dtype=torch.float64)",
    "    y = F.conv2d(y, mean, stride=stride, padding=padding, dilation=dilation)",
    "    jump *= stride",
    "",
    `y[0, 0, ${unit.join(", ")}].backward()`,
    "gradient = x.grad[0, 0]",
    "rows, columns = gradient.nonzero().T",
    "print(rows.min(), rows.max(), columns.min(), columns.max(), len(rows))",
  ].join("\n");

// ---- the view --------------------------------------------------------------------------------------------------------

export default explorer(
  "ReceptiveField",
  TRAITS,
  async (card) => {
    const { get, change, signal, model } = card;
    const pictures = model.get("pictures");
    card.check = (state) => check(state, pictures);
    card.check(card.state());
    let shown = { name: get("picture"), picture: await openPicture(model, get("picture")) };
    let opening = "";
    let preview = null;
    let selected = 0;
    let now = null;
    let truth = null;
    let drawn = "";
    let photoDrawn = "";
    let answered = "";
    let refused = "";
    let news = {};

    function derive() {
      const state = card.state();
      const { table, stack } = walk(state.layers, state.size);
      const { size: side, field } = table.at(-1);
      const key = JSON.stringify([state.layers, state.size]);
      const inside = (at) => (at?.length === 2 && Math.max(...at) < side ? at : null);
      const unit = inside(preview) ?? inside(state.pinned.slice(1)) ?? [side >> 1, side >> 1];
      const secret = state.predict && answered !== key;
      const beyond = Math.max(0, -endsOf(field, 0)[0], endsOf(field, side - 1)[1] - state.size + 1);
      return {
        ...state,
        table,
        stack,
        side,
        field,
        unit,
        key,
        secret,
        box: unit.map((at) => endsOf(field, at)),
        margin: secret ? 0 : Math.min(state.size >> 1, beyond),
      };
    }

    // ---- the stack -----------------------------------------------------------------------------------------------
    const list = rowTable({
      caption: h("caption", { class: "cb-hidden" }, "the stack, input first"),
      columns: COLUMNS,
      base: () => ["input", get("size"), 1, 1, 0],
      signal,
      onSelect: (n) => {
        selected = n;
        card.repaint();
      },
      onStep: step,
      onDelete: () => remove(),
      onDrag: drag,
      onDrop: drop,
    });
    const misfit = (layers) => {
      try {
        walk(layers, get("size"));
        return "";
      } catch (error) {
        return error.message;
      }
    };
    const say = (text) => {
      news = { text, key: JSON.stringify(get("layers")) };
      card.repaint();
    };

    // To the next place in this direction at which everything fits; a place where it does not is passed over.
    function step(n, by) {
      const layers = get("layers");
      let to = n + by;
      if (!layers[to]) return say(`${titleOf(layers[n])} is already the ${by < 0 ? "first" : "last"}.`);
      while (layers[to] && misfit(moved(layers, n, to))) to += by;
      return put(n, layers[to] ? to : n + by);
    }
    function put(from, to, layers = get("layers"), gesture = {}) {
      if (!change({ layers: moved(layers, from, to) }, { by: gesture })) return false;
      selected = to;
      say(`${titleOf(layers[from])} is now in place ${to + 1} of ${layers.length}.`);
      return true;
    }
    function drag(from, to, gesture) {
      gesture.layers ??= get("layers");
      refused = misfit(moved(gesture.layers, from, to)); // said when the row is let go: a warning would push it away from below the pointer
      if (!refused) put(from, to, gesture.layers, gesture);
    }
    function drop() {
      if (refused) card.warn(refused);
      refused = "";
      card.repaint();
    }

    // ---- the chosen row --------------------------------------------------------------------------------------------
    const row = () => now.layers[selected];
    const edit = (setting) => change({ layers: now.layers.with(selected, changed(row(), setting)) });
    function insert(one) {
      if (!change({ layers: now.layers.toSpliced(selected + 1, 0, { ...one }) })) return;
      selected++;
      say(`${titleOf(one)} is now in place ${selected + 1} of ${now.layers.length + 1}.`);
    }
    function remove() {
      const gone = isLayer(row()) ? [selected] : [selected, otherEnd(now.layers, selected)];
      const text = `${isLayer(row()) ? titleOf(row()) : "The skip"} is deleted.`;
      if (change({ layers: now.layers.filter((_, n) => !gone.includes(n)) })) say(text);
    }
    function skipAround() {
      if (!change({ layers: now.layers.toSpliced(selected, 1, { kind: "skip" }, row(), { kind: "add" }) }))
        return;
      say(`A skip now passes ${titleOf(row())} by: move its ends to take in more.`);
      selected++;
    }
    const chosen = h("b", { class: "cb-chosen-row" });
    const button = (text, onclick, label = text) =>
      h("button", { type: "button", class: "cb-button", "aria-label": label, onclick }, text);
    const menus = [
      choice("kind", {
        options: () => Object.entries(KINDS).slice(0, 3),
        get: () => row().kind,
        set: (kind) => edit({ kind }),
      }),
      ...Object.entries(RANGES).map(([key, limits]) =>
        choice(key, {
          options: () => wholeNumbers(...limits),
          get: () => row()[key],
          set: (value) => edit({ [key]: value }),
        }),
      ),
    ];
    const twice = button("Duplicate", () => insert(row()));
    const skip = button("Skip around it", skipAround);
    const buttons = [
      button("▲", () => step(selected, -1), "move the layer up"),
      button("▼", () => step(selected, 1), "move the layer down"),
      button("Add", () => insert(NEW), "add a layer below"),
      twice,
      button("Delete", remove),
      skip,
    ];
    const editor = h(
      "div",
      { class: "cb-row-editor", role: "group", "aria-label": "chosen layer" },
      chosen,
      h("div", { class: "cb-fields" }, ...menus.map(({ el }) => el)),
      h("div", { class: "cb-fields" }, ...buttons),
    );

    // ---- the picture, the cone and the last map ----------------------------------------------------------------
    const picture = greyCanvas();
    const heat = h("canvas");
    const [beyond, theory, effective] = ["cb-beyond", "cb-theory", "cb-effective"].map((name) =>
      h("span", { class: name }),
    );
    const frame = h(
      "div",
      { class: "cb-frame cb-scene", "aria-hidden": "true" },
      beyond,
      picture.el,
      heat,
      theory,
      effective,
    );
    const caption = h("figcaption");
    const rays = h("div", { class: "cb-cone" });
    const mark = h("span");
    const map = h(
      "div",
      { class: "cb-units", tabindex: 0, role: "application", "aria-roledescription": "map of units" },
      mark,
    );
    const mapName = h("p", { class: "cb-note" });
    const note = h("p", { class: "cb-note cb-key" });
    card.stage.classList.add("cb-seer");
    card.stage.append(
      h("div", { class: "cb-builder" }, list.el, editor),
      h(
        "figure",
        { class: "cb-sight cb-output" },
        caption,
        frame,
        rays,
        h("div", { class: "cb-last" }, map, mapName),
      ),
      note,
    );

    const clamp = (at) => Math.max(0, Math.min(now.side - 1, at));
    const fractions = ({ clientX, clientY }, el) => {
      const { left, top, width, height } = el.getBoundingClientRect();
      return [(clientY - top) / height, (clientX - left) / width];
    };
    const onMap = (part) => Math.floor(part * now.side);
    const onPicture = (part) =>
      Math.round((part * (now.size + 2 * now.margin) - now.margin - 0.5 - now.field.centre) / now.field.jump);
    const look = (unit) => {
      if (String(unit) !== String(preview)) {
        preview = unit;
        card.repaint();
      }
    };
    const pin = (unit) => {
      preview = null;
      change({ pinned: unit ? ["output", ...unit] : [] }, { undoable: false });
      card.repaint();
    };
    for (const [el, read] of [
      [map, onMap],
      [frame, onPicture],
    ]) {
      const listen = (type, handler) => el.addEventListener(type, handler, { signal });
      const unitAt = (event) => fractions(event, el).map((part) => clamp(read(part)));
      let pressed = false;
      listen("pointerdown", (event) => {
        pressed = event.button === 0;
      });
      listen("pointermove", (event) => {
        if (pressed || event.pointerType === "mouse") look(unitAt(event));
      });
      listen("pointerup", (event) => {
        if (pressed) pin(unitAt(event));
        pressed = false;
      });
      for (const type of ["pointerleave", "pointercancel"])
        listen(type, () => {
          pressed = false;
          look(null);
        });
    }
    map.addEventListener(
      "keydown",
      (event) => {
        const move = ARROWS[event.key];
        if (event.ctrlKey || event.metaKey || event.altKey || (!move && event.key !== "Escape")) return;
        event.preventDefault();
        pin(move ? now.unit.map((at, axis) => clamp(at + move[axis])) : null);
      },
      { signal },
    );

    // ---- settings, predict, code -------------------------------------------------------------------------------
    const settings = [
      examples(card),
      stepper(card, "input size", { get: () => get("size"), set: (size) => change({ size }) }),
      choice("picture", {
        options: () => pictures.map((name) => [name, name]),
        get: () => get("picture"),
        set: (name) => change({ picture: name }),
      }),
    ];
    card.settings.append(...settings.map(({ el }) => el));
    const predict = predictPanel({
      question,
      onReveal: () => {
        answered = now.key;
        card.repaint();
      },
      onNext: settings[0].next,
    });
    function question() {
      if (!now.predict) return null;
      return {
        text: "How many pixels does one unit of the last map see along each axis?",
        key: now.key,
        truth: now.field.size,
        mistakes: fieldMistakes(layersOf(now.layers)),
        settled: !now.secret,
        explain: formula(),
        fallback:
          "Start with r = 1 and j = 1. Each layer adds (k − 1)·d·j to r; then its stride multiplies j.",
      };
    }
    function formula() {
      const layers = layersOf(now.layers);
      const short = layers.length <= WRITTEN && layers.length === now.layers.length;
      return `r = ${short ? `${fieldSum(layers)} = ` : ""}${now.field.size}, j = ${now.field.jump}`;
    }
    card.toggle("Predict", "predict");
    card.code(() => ({ Python: pythonLines(now), PyTorch: torchLines(now) }));
    card.finish(predict.el);
    card.onReset = () => {
      answered = "";
      selected = 0;
    };

    // ---- painting ------------------------------------------------------------------------------------------------
    // The picture takes its time to come, and until then the last one stays.
    async function open(name) {
      if (opening === name) return;
      opening = name;
      try {
        const picture = await openPicture(model, name);
        if (get("picture") === name) shown = { name, picture };
      } catch (error) {
        card.warn(error.message);
      }
      if (!signal.aborted) card.repaint();
    }

    function paint() {
      if (get("picture") !== shown.name) open(get("picture"));
      now = derive();
      selected = Math.min(selected, now.layers.length - 1);
      list.paint(
        now.layers.map((one, n) => ({
          name: titleOf(one),
          kind: one.kind,
          depth: now.table[n].depth,
          detail: detailOf(one, now.table[n]),
          cells: numbersOf(one, now.table[n]),
        })),
        selected,
      );
      chosen.textContent = `${selected + 1}: ${titleOf(row())}`;
      menus.forEach((menu) => {
        menu.el.hidden = !isLayer(row());
        if (isLayer(row())) menu.paint();
      });
      twice.disabled = skip.disabled = !isLayer(row());
      settings.forEach((setting) => setting.paint());
      paintSight();
      paintMap();
      predict.el.hidden = !now.predict;
      predict.paint();
      card.formula(now.secret ? "r = ?" : formula());
      paintWords();
    }
    const numbersOf = ({ kind }, { size, field }) =>
      kind === "skip"
        ? []
        : [size, ...(now.secret ? ["?", "?", "?"] : [field.size, field.jump, format(endsOf(field, 0)[0])])];

    function paintSight() {
      const { size, box, unit, secret } = now;
      const wanted = JSON.stringify([now.key, unit, secret, selected]);
      caption.replaceChildren(
        h("b", { class: "cb-name cb-input" }, "input"),
        ` ${size}×${size}`,
        secret ? "" : h("span", {}, " seen by ", h("b", { class: "cb-name" }, `unit (${unit.join(", ")})`)),
      );
      drawPhoto();
      if (wanted !== drawn) {
        drawn = wanted;
        truth = secret ? null : truthOf(now.stack, size, unit);
        if (truth) drawHeat();
        rays.innerHTML = truth ? drawnCone() : "";
      }
      for (const el of [theory, beyond, heat]) el.hidden = secret;
      effective.hidden = !truth?.middle;
      for (const el of [picture.el, heat])
        place(el, [
          [0, size - 1],
          [0, size - 1],
        ]);
      for (const el of [theory, beyond]) place(el, box);
      if (truth?.middle)
        place(
          effective,
          truth.middle.map(({ first, last }) => [first, last]),
        );
      frame.dataset.box = secret ? "" : JSON.stringify(box);
    }

    // Lays an element over the pixels of a box; what lies beyond the frame is cut, and has no border there.
    function place(el, [[top, bottom], [left, right]]) {
      const { size, margin } = now;
      const end = size + margin;
      const percent = (pixels) => `${(100 * pixels) / (size + 2 * margin)}%`;
      const inside = (pixel) => Math.max(-margin, Math.min(end, pixel));
      const extent = (first, last) => percent(inside(last + 1) - inside(first));
      const open = [top < -margin, right >= end, bottom >= end, left < -margin];
      Object.assign(el.style, {
        top: percent(inside(top) + margin),
        left: percent(inside(left) + margin),
        height: extent(top, bottom),
        width: extent(left, right),
        borderWidth: open.map((cut) => (cut ? "0" : "2px")).join(" "),
      });
    }

    function paintMap() {
      const { side, unit } = now;
      const percent = (units) => `${(100 * units) / side}%`;
      Object.assign(mark.style, {
        width: percent(1),
        height: percent(1),
        top: percent(unit[0]),
        left: percent(unit[1]),
      });
      map.style.setProperty("--units", side);
      map.classList.toggle("cb-dense", side > 28);
      map.setAttribute(
        "aria-label",
        `last map, ${side} by ${side} units, unit ${unit.join(", ")}: the arrow keys choose another`,
      );
      mapName.replaceChildren(
        h("b", { class: "cb-name" }, "last map"),
        ` ${side}×${side}`,
        h("br"),
        "point at a unit, here or in the picture; the arrow keys move it",
      );
    }

    function drawPhoto() {
      const { size } = now;
      const wanted = `${shown.name} ${size}`;
      if (wanted === photoDrawn) return;
      photoDrawn = wanted;
      picture.draw(square(shown.picture, size), size, size, photo);
      frame.classList.toggle("cb-coarse", size < 128);
    }

    // Every pixel that has a gradient is tinted, however little it is; the more, the stronger.
    function drawHeat() {
      const { gradient } = truth;
      const most = gradient.reduce((a, b) => Math.max(a, b), 0);
      const image = new ImageData(now.size, now.size);
      const rgba = new Uint32Array(image.data.buffer);
      gradient.forEach((value, i) => {
        if (value) rgba[i] = (Math.round(255 * (0.2 + 0.7 * Math.sqrt(value / most))) << 24) | PURPLE;
      });
      heat.width = heat.height = now.size;
      heat.getContext("2d").putImageData(image, 0, 0);
    }

    // The layers are levels of the cone; what only starts or ends a skip has no units of its own.
    function drawnCone() {
      const { layers, size, table, unit, margin } = now;
      const lit = cone(layers, table, size, unit[1]);
      const last = table.at(-1).field;
      const centre = last.centre + unit[1] * last.jump;
      const outputs = [{ size, field: { jump: 1, centre: 0 } }, ...table];
      const own = outputs.flatMap((_, n) => (n === 0 || isLayer(layers[n - 1]) ? [n] : []));
      const levelOf = (n) => own.findLastIndex((level) => level <= n);
      const levels = own.map((n) => {
        const {
          size: count,
          field: { centre: zero, jump },
        } = outputs[n];
        const at = (place) => zero + place * jump;
        return { ends: [0, count - 1].map(at), seen: lit[n].map(at), jump, chosen: n === selected + 1 };
      });
      const bypasses = layers.flatMap((one, n) =>
        one.kind === "add" ? [{ at: centre, from: levelOf(otherEnd(layers, n)), to: levelOf(n) }] : [],
      );
      return coneDrawing({
        left: -margin,
        across: size + 2 * margin,
        weights: truth.sums[1],
        levels,
        bypasses,
        label: `the units of each layer through which unit ${unit[1]} sees the picture, along a row`,
      });
    }

    // ---- words -----------------------------------------------------------------------------------------------------
    function paintWords() {
      note.textContent = now.secret
        ? "Predict first; then the box, the gradient and the numbers appear."
        : "Frame: what theory says the unit sees, hatched where that is padding. Purple: its true gradient, if every layer averages; " +
          "the dashed frame holds the middle 95 % along each axis. Below: the gradient by column, and the units through which it comes. In the table, r: how many pixels a unit sees; j: how far its neighbour’s field lies; start: where the first one begins.";
      if (preview || news.key !== JSON.stringify(now.layers)) news = {};
      card.say(news.text ?? (now.secret ? "" : sightInWords()));
    }

    function sightInWords() {
      const { size, field, box, unit, side } = now;
      const all = within(box, size);
      const blind = all - truth.count;
      const [rows, columns] = box;
      const seen = `Unit (${unit.join(", ")}) of ${side}×${side} sees ${field.size}×${field.size} pixels: rows ${inRange(rows)}, columns ${inRange(columns)}`;
      if (!truth.count) return `${seen}. All that it reaches is padding.`;
      const reaches = blind
        ? `Its gradient reaches ${truth.count} of the ${all}: ${plural(blind, "pixel")} in the box ${blind === 1 ? "is a blind spot" : "are blind spots"}`
        : "Its gradient reaches all of them";
      const { first, last, share } = truth.middle[1];
      const hold = `Columns ${inRange([first, last])}, ${last - first + 1} of the ${field.size}, hold ${format(Math.round(1000 * share) / 10)} % of its weight`;
      return `${seen}${all < field.size ** 2 ? ` (${all} of these pixels lie in the picture, the others in the padding)` : ""}. ${reaches}. ${hold}.`;
    }
    return paint;
  },
);
