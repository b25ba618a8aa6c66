// ReceptiveField: a stack of layers that can be rebuilt, and what one unit of its last map sees of the picture.
import { choice, examples, stepper, wholeNumbers } from "./lib/controls.js";
import { ARROWS, format, h, plural } from "./lib/dom.js";
import { explorer } from "./lib/explorer.js";
import { receptiveField } from "./lib/fields.js";
import { same } from "./lib/links.js";
import { greyCanvas, openPicture, photo as GREYS } from "./lib/picture.js";
import { predictPanel } from "./lib/predict.js";
import { effectiveKernel } from "./lib/shapes.js";
import { checkRange } from "./lib/size_slips.js";
import { cone, gradientAt, isLayer, middle, profiles, walk } from "./lib/stack.js";

const TRAITS = ["layers", "size", "picture", "pinned", "predict"];
const KINDS = { conv: "conv", max_pool: "max pool", avg_pool: "average pool", skip: "skip starts", add: "skip is added" };
const RANGES = { kernel: [1, 16], stride: [1, 8], padding: [0, 16], dilation: [1, 16] }, LARGEST = 512, MOST_ROWS = 48;
const NEW = { kind: "conv", kernel: 3, stride: 1, padding: 1, dilation: 1 };
const WIDTH = 320, PROFILE = 40; // of the cone, in units of its drawing
const WRITTEN = 6; // layers whose sum is spelled out

// ---- what the state means: no DOM ------------------------------------------------------------------------------------

const titleOf = ({ kind, kernel }) => (kernel ? `${KINDS[kind]} ${kernel}×${kernel}` : KINDS[kind]);
const settingsOf = (row) => ["stride", "padding", "dilation"].filter((key) => isLayer(row) && row[key] !== (key === "padding" ? 0 : 1)).map((key) => `${key[0]}${row[key]}`).join(" ");
const range = ([first, last], joint = " to ") => `${format(first)}${joint}${format(last)}`;

// The first and the last pixel that each unit sees, in a field's own words.
const ends = ({ size, centre, jump }, at) => [-1, 1].map((side) => centre + at * jump + (side * (size - 1)) / 2);

function check({ layers, size, pinned, picture }, pictures) {
  checkRange("The input size", size, [1, LARGEST]);
  if (!layers.length || layers.length > MOST_ROWS) throw new RangeError(`A stack has 1 to ${MOST_ROWS} rows, so nothing changed.`);
  for (const row of layers) {
    if (!Object.hasOwn(KINDS, row?.kind)) throw new RangeError("A row must be a convolution, a pooling, or an end of a skip, so nothing changed.");
    if (isLayer(row)) Object.entries(RANGES).forEach(([key, limits]) => checkRange(`The ${key}`, row[key], limits));
  }
  if (!pictures.includes(picture)) throw new RangeError(`There is no picture “${picture}”, so nothing changed.`);
  if (pinned.length) checkRange("The pinned unit", pinned.slice(1), [0, LARGEST - 1]);
  walk(layers, size);
}

// What readers get wrong, as fields of the layers without the skips.
const layersOf = (rows) => rows.filter(isLayer).map(({ kernel, stride, padding, dilation }) => ({ kernel, stride, before: padding, dilation }));
const seen = (layers) => receptiveField(layers).size;
function slips(rows, field) {
  const layers = layersOf(rows), kernels = layers.map(({ kernel }) => kernel);
  let jump = 1;
  const tooEarly = layers.reduce((size, { kernel, stride, dilation }) => size + (effectiveKernel(kernel, dilation) - 1) * (jump *= stride), 1);
  return [
    [kernels.reduce((a, b) => a * b, 1), "That is the product of the kernels. Fields grow by adding: each layer adds (k − 1) steps of the jump before it."],
    [kernels.reduce((a, b) => a + b, 0), "That is the sum of the kernels. Neighbouring windows overlap: a layer adds k − 1, not k."],
    [seen(layers.map((layer) => ({ ...layer, stride: 1 }))), "You left out the strides: behind a stride, one step is several pixels wide."],
    [tooEarly, "You updated the jump too early: a layer's own stride widens the steps of the layers after it, not its own."],
    [seen(layers.map((layer) => ({ ...layer, dilation: 1 }))), "You ignored the dilation: a dilated kernel spans d·(k − 1) + 1."],
    [field.size - 1, "The pixel that you start from counts, too: r begins at 1."],
    [field.jump, "That is the jump, how far the fields of two neighbours lie apart."],
  ].map(([value, hint]) => ({ value, hint }));
}

const sumOf = (rows) => {
  const layers = layersOf(rows);
  if (layers.length > WRITTEN || layers.length < rows.length) return "";
  return `1${layers.map(({ kernel, dilation }, n) => ` + ${effectiveKernel(kernel, dilation) - 1}·${receptiveField(layers.slice(0, n)).jump}`).join("")} = `;
};

const moved = (rows, from, to) => { const rest = rows.toSpliced(from, 1); return rest.toSpliced(to, 0, rows[from]); };

// The other end of a skip.
function partner(rows, n) {
  const step = rows[n].kind === "skip" ? 1 : -1;
  for (let depth = 0, at = n; rows[at]; at += step) {
    depth += rows[at].kind === "skip" ? step : rows[at].kind === "add" ? -step : 0;
    if (depth === 0) return at;
  }
  return n;
}

// A kernel that kept the size keeps it when it grows, so that a block can be rebuilt one setting at a time.
function changed(row, setting) {
  const next = { ...row, ...setting }, span = (one) => effectiveKernel(one.kernel, one.dilation) - 1;
  return !("padding" in setting) && span(row) === 2 * row.padding && span(next) % 2 === 0 ? { ...next, padding: Math.min(span(next) / 2, RANGES.padding[1]) } : next;
}

// ---- the view --------------------------------------------------------------------------------------------------------

export default explorer("ReceptiveField", TRAITS, async (card) => {
  const { get, change, signal, model } = card, pictures = model.get("pictures");
  card.check = (state) => check(state, pictures);
  card.check(card.state());
  let shown = { name: get("picture"), picture: await openPicture(model, get("picture")) }, opening = "";
  let preview = null, selected = 0, now = null, drawn = "", truth = null, answered = "", news = { text: "" };

  function derive() {
    const state = card.state(), { table, stack } = walk(state.layers, state.size), { size: side, field } = table.at(-1);
    const inside = (at) => (at?.length === 2 && Math.max(...at) < side ? at : null);
    const unit = inside(preview) ?? inside(state.pinned.slice(1)) ?? [side >> 1, side >> 1], box = unit.map((at) => ends(field, at));
    const [first] = ends(field, 0), [, last] = ends(field, side - 1), { size } = state;
    const margin = Math.min(size >> 1, Math.max(0, -first, last - size + 1)), key = JSON.stringify([state.layers, size]);
    return { ...state, table, stack, side, field, unit, box, margin, key, secret: state.predict && answered !== key };
  }

  // ---- the stack: a table of rows --------------------------------------------------------------------------
  const COLUMNS = { size: "how many units there are along each axis", r: "receptive field: how many pixels a unit sees along each axis", j: "jump: how many pixels lie between the fields of neighbours", start: "the first pixel that unit 0 sees; below 0 is padding" };
  const body = h("tbody"), list = h("div", { class: "cb-list" }, h("table", { class: "cb-stack" },
    h("thead", {}, h("tr", {}, h("th", {}, h("span", { class: "cb-hidden" }, "move")), h("th", {}, "layer"), ...Object.entries(COLUMNS).map(([name, title]) => h("th", { title }, name)))), body));
  let rows = [], drag = null;

  function resize() {
    const focus = rows.findIndex(({ el }) => el.contains(document.activeElement)), part = document.activeElement?.matches(".cb-grip") ? "grip" : "name";
    rows = get("layers").map((_, n) => {
      const grip = h("button", { type: "button", class: "cb-grip", title: "drag, or press the arrow keys" }, "⠿"), name = h("button", { type: "button", class: "cb-layer-name", onclick: () => select(n) });
      const cells = Object.keys(COLUMNS).map(() => h("td"));
      return { grip, name, cells, el: h("tr", { "data-row": n }, h("td", {}, grip), h("td", {}, name), ...cells) };
    });
    body.replaceChildren(h("tr", { class: "cb-base" }, h("td"), h("td", {}, "input"), ...["", 1, 1, 0].map((text) => h("td", {}, text))), ...rows.map(({ el }) => el));
    if (focus >= 0) focusRow(Math.min(focus, rows.length - 1), part);
  }
  function select(n) {
    selected = Math.max(0, Math.min(rows.length - 1, n));
    card.repaint();
  }
  function focusRow(n, part) {
    select(n);
    rows[selected][part].focus({ preventScroll: true });
    reveal();
  }
  // Scrolls the list, never the page.
  function reveal() {
    const { offsetTop, offsetHeight } = rows[selected].el;
    list.scrollTop = Math.min(offsetTop - list.firstChild.tHead.offsetHeight, Math.max(list.scrollTop, offsetTop + offsetHeight - list.clientHeight));
  }

  const misfit = (layers) => { try { walk(layers, get("size")); return ""; } catch (error) { return error.message; } };

  // To the next place in this direction at which everything fits; a place where it does not is passed over.
  function move(n, step) {
    const layers = get("layers");
    let to = n + step;
    if (!layers[to]) return say(`${titleOf(layers[n])} is already the ${step < 0 ? "first" : "last"}.`);
    while (layers[to] && misfit(moved(layers, n, to))) to += step;
    return put(n, layers[to] ? to : n + step);
  }
  function put(from, to, layers = get("layers"), by = {}) {
    const text = `${titleOf(layers[from])} is now in place ${to + 1} of ${layers.length}.`;
    if (!change({ layers: moved(layers, from, to) }, { by })) return false;
    selected = to;
    say(text);
    return true;
  }
  const say = (text) => { news = { text, key: JSON.stringify(get("layers")) }; card.repaint(); };
  const rowOf = (target) => rows.findIndex(({ el }) => el.contains(target));

  body.addEventListener("keydown", (event) => {
    const n = rowOf(event.target), [step] = ARROWS[event.key] ?? [0], grip = event.target === rows[n]?.grip;
    if (n < 0 || event.ctrlKey || event.metaKey) return;
    if (step && (grip || event.altKey)) { if (move(n, step)) focusRow(selected, grip ? "grip" : "name"); }
    else if (step) focusRow(n + step, "name");
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") rows[n][event.key === "ArrowLeft" ? "grip" : "name"].focus();
    else if (event.key === "Delete") remove();
    else return;
    event.preventDefault();
  }, { signal });
  body.addEventListener("pointerdown", (event) => {
    const n = rowOf(event.target);
    if (event.button !== 0 || event.target !== rows[n]?.grip) return;
    drag = { from: n, at: n, layers: get("layers"), id: event.pointerId, refused: "" };
    body.setPointerCapture(event.pointerId);
    select(n);
  }, { signal });
  body.addEventListener("pointermove", (event) => {
    if (drag?.id !== event.pointerId) return;
    const { top, height } = rows[0].el.getBoundingClientRect(), to = Math.max(0, Math.min(rows.length - 1, Math.floor((event.clientY - top) / height)));
    if (to === drag.at) return;
    drag.at = to;
    drag.refused = misfit(moved(drag.layers, drag.from, to));
    if (drag.refused) return; // said when the row is let go: a warning would push the rows away from below the pointer
    put(drag.from, to, drag.layers, drag);
    queueMicrotask(reveal);
  }, { signal });
  for (const end of ["pointerup", "pointercancel"]) body.addEventListener(end, () => {
    if (drag?.refused) card.warn(drag.refused);
    drag = null;
    card.repaint();
  }, { signal });

  // ---- the selected row ------------------------------------------------------------------------------------
  const row = () => now.layers[selected];
  const edit = (setting) => change({ layers: now.layers.with(selected, changed(row(), setting)) });
  const insert = (at, ...more) => { if (change({ layers: now.layers.toSpliced(at, 0, ...more) })) { selected = at; say(`${titleOf(more[0])} is now in place ${at + 1} of ${now.layers.length + more.length}.`); } };
  function remove() {
    const ends = isLayer(row()) ? [selected] : [selected, partner(now.layers, selected)], text = `${isLayer(row()) ? titleOf(row()) : "The skip"} is deleted.`;
    if (change({ layers: now.layers.filter((_, n) => !ends.includes(n)) })) { selected = Math.min(selected, now.layers.length - ends.length - 1); say(text); }
  }
  function around() {
    const layers = now.layers.toSpliced(selected, 1, { kind: "skip" }, row(), { kind: "add" });
    if (change({ layers })) { selected++; say(`A skip now passes by ${titleOf(layers[selected])}: move its ends to take in more.`); }
  }
  const title = h("b", { class: "cb-chosen-row" });
  const kind = choice("kind", { options: () => Object.entries(KINDS).slice(0, 3), get: () => row().kind, set: (value) => edit({ kind: value }) });
  const menus = Object.entries(RANGES).map(([key, limits]) => choice(key, { options: () => wholeNumbers(...limits), get: () => row()[key], set: (value) => edit({ [key]: value }) }));
  const button = (text, onclick, label = text) => h("button", { type: "button", class: "cb-button", "aria-label": label, onclick }, text);
  const [skip, ...buttons] = [button("Skip around it", around), button("▲", () => move(selected, -1), "move the layer up"), button("▼", () => move(selected, 1), "move the layer down"),
    button("Add", () => insert(selected + 1, { ...NEW }), "add a layer below"), button("Duplicate", () => insert(selected + 1, { ...row() })), button("Delete", remove)], duplicate = buttons[3];
  const editor = h("div", { class: "cb-editor-bar", role: "group", "aria-label": "chosen layer" }, title, h("div", { class: "cb-fields" }, kind.el, ...menus.map(({ el }) => el)), h("div", { class: "cb-fields" }, ...buttons, skip));

  // ---- the picture, the cone and the last map ----------------------------------------------------------------
  const source = greyCanvas(), picture = h("canvas"), heat = h("canvas"), boxes = h("div", { class: "cb-boxes" });
  const frame = h("div", { class: "cb-frame cb-scene", "aria-hidden": "true" }, boxes, picture, heat), caption = h("figcaption");
  const theory = h("span", { class: "cb-theory" }), hatch = h("span", { class: "cb-beyond" }), effective = h("span", { class: "cb-effective" });
  boxes.append(hatch);
  frame.append(theory, effective);
  const rays = h("div", { class: "cb-cone" }), mark = h("span"), map = h("div", { class: "cb-units", tabindex: 0, role: "application", "aria-roledescription": "map of units" }, mark), mapName = h("p", { class: "cb-note" });
  const note = h("p", { class: "cb-note cb-key" });
  const scene = h("figure", { class: "cb-sight cb-output" }, caption, frame, rays, h("div", { class: "cb-last" }, map, mapName));
  card.stage.classList.add("cb-seer");
  card.stage.append(h("div", { class: "cb-builder" }, list, editor), scene, note);

  const clamp = (value) => Math.max(0, Math.min(now.side - 1, value));
  const fraction = ({ clientX, clientY }, el) => { const { left, top, width, height } = el.getBoundingClientRect(); return [(clientY - top) / height, (clientX - left) / width]; };
  const unitOnMap = (event) => fraction(event, map).map((part) => clamp(Math.floor(part * now.side)));
  const unitOnPicture = (event) => fraction(event, frame).map((part) => clamp(Math.round((part * (now.size + 2 * now.margin) - now.margin - 0.5 - now.field.centre) / now.field.jump)));
  const look = (unit) => { if (String(unit) !== String(preview)) { preview = unit; card.repaint(); } };
  const pin = (unit) => { preview = null; change({ pinned: unit ? ["output", ...unit] : [] }, { undoable: false }); card.repaint(); };
  for (const [el, unitAt] of [[map, unitOnMap], [frame, unitOnPicture]]) {
    const listen = (type, handler) => el.addEventListener(type, handler, { signal });
    let pressed = false;
    listen("pointerdown", (event) => { pressed = event.button === 0; });
    listen("pointermove", (event) => { if (pressed || event.pointerType === "mouse") look(unitAt(event)); });
    listen("pointerup", (event) => { if (pressed) pin(unitAt(event)); pressed = false; });
    for (const type of ["pointerleave", "pointercancel"]) listen(type, () => { pressed = false; look(null); });
  }
  map.addEventListener("keydown", (event) => {
    const step = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || (!step && event.key !== "Escape")) return;
    event.preventDefault();
    pin(step ? now.unit.map((at, axis) => clamp(at + step[axis])) : null);
  }, { signal });

  // ---- settings, predict, code -------------------------------------------------------------------------------
  const settings = [examples(card), stepper(card, "input size", { get: () => get("size"), set: (size) => change({ size }) }),
    choice("picture", { options: () => pictures.map((name) => [name, name]), get: () => get("picture"), set: (name) => change({ picture: name }) })];
  card.settings.append(...settings.map(({ el }) => el));
  const predict = predictPanel({ question, onReveal: () => { answered = now.key; card.repaint(); }, onNext: settings[0].next });
  function question() {
    if (!now.predict) return null;
    return { text: "How many pixels does one unit of the last map see along each axis?", key: now.key, truth: now.field.size, mistakes: slips(now.layers, now.field), settled: !now.secret,
      explain: formula(), fallback: "Start with r = 1 and j = 1. Each layer adds (k − 1)·d·j to r; then its stride multiplies j." };
  }
  const formula = () => `r = ${sumOf(now.layers)}${now.field.size}, j = ${now.field.jump}`;
  card.toggle("Predict", "predict");
  card.code(code);
  card.finish(predict.el);
  card.onReset = () => { answered = ""; selected = 0; };

  function code() {
    const rows = now.layers.map((one) => (isLayer(one) ? `    (${one.kernel}, ${one.stride}, ${one.padding}, ${one.dilation}),` : `    "${one.kind}",`)), skips = rows.length > layersOf(now.layers).length;
    const head = ["layers = [  # kernel, stride, padding, dilation", ...rows, "]"], at = now.unit.join(", ");
    return {
      Python: [...head, "first, last, jump = 0, 0, 1  # what unit 0 sees, and how far its neighbour's field lies", ...(skips ? ["kept = []"] : []), "for layer in layers:",
        ...(skips ? ['    if layer == "skip":', "        kept.append((first, last))", "        continue", '    if layer == "add":', "        start = kept.pop()", "        first, last = min(first, start[0]), max(last, start[1])", "        continue"] : []),
        "    kernel, stride, padding, dilation = layer", "    first, last = first - padding * jump, last + (dilation * (kernel - 1) - padding) * jump", "    jump *= stride  # only now: it widens the steps of the next layers", "",
        "r = last - first + 1", `rows, columns = [(first + unit * jump, last + unit * jump) for unit in (${at})]`, "print(r, jump, rows, columns)"].join("\n"),
      PyTorch: ["import torch", "import torch.nn.functional as F", "", ...head, `x = torch.zeros(1, 1, ${now.size}, ${now.size}, dtype=torch.float64, requires_grad=True)`, `y${skips ? ", kept" : ""} = x${skips ? ", []" : ""}`, "for layer in layers:",
        ...(skips ? ['    if layer == "skip":', "        kept.append(y)", "        continue", '    if layer == "add":', "        start = kept.pop()", "        stride = -(-start.shape[-1] // y.shape[-1])", "        y = y + start[:, :, ::stride, ::stride]", "        continue"] : []),
        "    kernel, stride, padding, dilation = layer", "    mean = torch.full((1, 1, kernel, kernel), 1 / kernel**2, dtype=torch.float64)", "    y = F.conv2d(y, mean, stride=stride, padding=padding, dilation=dilation)", "",
        `y[0, 0, ${at}].backward()`, "gradient = x.grad[0, 0]", "rows, columns = gradient.nonzero().T", "print(rows.min(), rows.max(), columns.min(), columns.max(), len(rows))"].join("\n"),
    };
  }

  // ---- painting ------------------------------------------------------------------------------------------------
  // The picture takes its time to come, and until then the last one stays.
  async function open(name) {
    if (opening === name) return;
    opening = name;
    try {
      const picture = await openPicture(model, name);
      if (get("picture") === name) shown = { name, picture };
    } catch (error) { card.warn(error.message); }
    if (!signal.aborted) card.repaint();
  }

  function paint() {
    if (get("picture") !== shown.name) open(get("picture"));
    now = derive();
    selected = Math.min(selected, now.layers.length - 1);
    if (rows.length !== now.layers.length) resize();
    paintRows();
    [kind, ...menus].forEach((menu) => { menu.el.hidden = !isLayer(row()); });
    title.textContent = `${selected + 1}: ${titleOf(row())}`;
    if (isLayer(row())) [kind, ...menus].forEach((menu) => menu.paint());
    skip.disabled = duplicate.disabled = !isLayer(row());
    settings.forEach((setting) => setting.paint());
    paintSight();
    predict.el.hidden = !now.predict;
    predict.paint();
    card.formula(now.secret ? "r = ?" : formula());
    paintWords();
  }

  function paintRows() {
    body.rows[0].cells[2].textContent = now.size;
    rows.forEach(({ el, grip, name, cells }, n) => {
      const one = now.layers[n], { size, field, depth } = now.table[n], [start] = ends(field, 0), numbers = one.kind === "skip" ? ["", "", "", ""] : [size, ...(now.secret ? ["?", "?", "?"] : [field.size, field.jump, format(start)])];
      el.className = `${n === selected ? "cb-chosen" : ""}${drag && n === selected ? " cb-dragged" : ""}`;
      el.style.setProperty("--depth", depth);
      el.dataset.kind = one.kind;
      grip.setAttribute("aria-label", `move ${titleOf(one)}, place ${n + 1} of ${rows.length}`);
      name.replaceChildren(titleOf(one), " ", h("small", {}, settingsOf(one)));
      name.setAttribute("aria-pressed", String(n === selected));
      grip.tabIndex = name.tabIndex = n === selected ? 0 : -1;
      cells.forEach((cell, i) => { cell.textContent = numbers[i]; });
    });
  }

  function paintSight() {
    const { size, margin, box, unit, side, secret } = now, whole = size + 2 * margin, wanted = JSON.stringify([now.key, unit, secret]);
    caption.replaceChildren(h("b", { class: "cb-name cb-input" }, "input"), ` ${size}×${size}`, secret ? "" : h("span", {}, " seen by ", h("b", { class: "cb-name" }, `unit (${unit.join(", ")})`)));
    const place = (el, [[top, bottom], [left, right]]) => {
      const cut = [top, left].map((first) => Math.max(first, -margin)), stop = [bottom, right].map((last) => Math.min(last + 1, size + margin));
      const percent = (pixels) => `${(100 * pixels) / whole}%`, beyond = [top < -margin, right >= size + margin, bottom >= size + margin, left < -margin];
      Object.assign(el.style, { top: percent(cut[0] + margin), left: percent(cut[1] + margin), height: percent(stop[0] - cut[0]), width: percent(stop[1] - cut[1]), borderWidth: beyond.map((is) => (is ? 0 : "2px")).join(" ") });
    };
    for (const el of [picture, heat]) place(el, [[0, size - 1], [0, size - 1]]);
    for (const el of [theory, hatch, effective, heat]) el.hidden = secret;
    rays.classList.toggle("cb-secret", secret);
    drawPhoto();
    if (wanted !== drawn) {
      drawn = wanted;
      truth = secret ? null : trueSight();
      if (truth) drawHeat();
      drawCone();
    }
    for (const el of [theory, hatch]) place(el, box);
    if (truth) place(effective, truth.middle.map(({ first, last }) => [first, last]));
    frame.dataset.box = secret ? "" : JSON.stringify(box);
    Object.assign(mark.style, { width: `${100 / side}%`, height: `${100 / side}%`, top: `${(100 * unit[0]) / side}%`, left: `${(100 * unit[1]) / side}%` });
    map.style.setProperty("--units", side);
    map.classList.toggle("cb-dense", side > 28);
    map.setAttribute("aria-label", `last map, ${side} by ${side} units, unit ${unit.join(", ")}: the arrow keys choose another`);
    mapName.replaceChildren(h("b", { class: "cb-name" }, "last map"), ` ${side}×${side}`, h("br"), "point at a unit, here or in the picture; the arrow keys move it");
  }

  function trueSight() {
    const gradient = gradientAt(now.stack, now.size, now.unit), sums = profiles(gradient, now.size), alive = sums.map((weights) => weights.reduce((total, weight) => total + weight, 0) > 0).every(Boolean);
    return { gradient, sums, count: gradient.reduce((count, value) => count + (value > 0), 0), middle: alive ? sums.map(middle) : [] };
  }

  let photoDrawn = "";
  function drawPhoto() {
    const wanted = `${shown.name} ${now.size}`, { height, width, pixels } = shown.picture;
    if (wanted === photoDrawn) return;
    photoDrawn = wanted;
    const cut = Math.min(height, width);
    source.draw(pixels, height, width, GREYS);
    picture.width = picture.height = now.size;
    const context = picture.getContext("2d");
    context.imageSmoothingQuality = "high";
    context.drawImage(source.el, (width - cut) >> 1, (height - cut) >> 1, cut, cut, 0, 0, now.size, now.size);
    frame.classList.toggle("cb-coarse", now.size < 128);
  }

  // Every pixel that has a gradient is tinted, however little it is; the more, the stronger.
  function drawHeat() {
    const { gradient } = truth, most = gradient.reduce((a, b) => Math.max(a, b), 0), image = new ImageData(now.size, now.size), rgba = new Uint32Array(image.data.buffer);
    gradient.forEach((value, i) => { rgba[i] = value ? ((Math.round(255 * (0.2 + 0.7 * Math.sqrt(value / most))) << 24) | 0x7f49a8) >>> 0 : 0; });
    heat.width = heat.height = now.size;
    heat.getContext("2d").putImageData(image, 0, 0);
  }

  // How the weight lies along a row of the picture, and below it, layer by layer, the units through which it comes.
  function drawCone() {
    const { size, margin, table, unit } = now, scale = WIDTH / (size + 2 * margin), x = (place) => ((place + margin + 0.5) * scale).toFixed(1);
    const levels = now.layers.flatMap((one, n) => (isLayer(one) ? [n + 1] : [])), step = Math.max(9, Math.min(30, 220 / levels.length)), height = PROFILE + 14 + step * levels.length;
    if (!truth) { rays.innerHTML = `<svg viewBox="0 0 ${WIDTH} ${height.toFixed(0)}" aria-hidden="true"></svg>`; return; }
    const lit = cone(now.layers, table, size, unit[1]), field = (level) => (level ? table[level - 1].field : { centre: 0, jump: 1 }), at = (level, place) => x(field(level).centre + place * field(level).jump);
    const depth = (level) => (PROFILE + 6 + step * levels.filter((one) => one <= level).length).toFixed(1), all = [0, ...levels].filter((level) => lit[level].length);
    const most = Math.max(...truth.sums[1]), bars = [...truth.sums[1]].map((weight, n) => (weight ? `M${x(n - 0.5)} ${PROFILE}v${((-PROFILE + 4) * weight / most).toFixed(1)}H${x(n + 0.5)}V${PROFILE}` : "")).join("");
    const outline = [...all.map((level) => `${at(level, lit[level][0])} ${depth(level)}`), ...all.toReversed().map((level) => `${at(level, lit[level].at(-1))} ${depth(level)}`)];
    const line = (level) => { const last = level ? table[level - 1].size : size; return `<path class="cb-level${level === selected + 1 ? " cb-chosen" : ""}" d="M${at(level, 0)} ${depth(level)}H${at(level, last - 1)}"/>`; };
    const dots = (level) => { const gap = field(level).jump * scale; return gap < 3 ? "" : `<path class="cb-dots" d="${lit[level].map((place) => `M${at(level, place)} ${depth(level)}h0`).join("")}"/>`; };
    rays.innerHTML = `<svg viewBox="0 0 ${WIDTH} ${height.toFixed(0)}" role="img" aria-label="the units of each layer through which unit ${unit[1]} sees the picture, along a row"><path class="cb-profile" d="${bars}"/>`
      + `<path class="cb-rays" d="M${outline.join("L")}Z"/>${all.map(line).join("")}${bypasses(at, depth, unit[1])}${all.map(dots).join("")}</svg>`;
  }
  // A skip is a path of its own beside the layers, from where it starts to where it is added.
  function bypasses(at, depth, unit) {
    const { layers, table } = now, last = table.at(-1).field, centre = last.centre + unit * last.jump;
    return layers.map((one, n) => {
      if (one.kind !== "add") return "";
      const from = partner(layers, n), { jump, centre: zero } = table[from].field, x = at(from + 1, (centre - zero) / jump), [top, bottom] = [depth(from), depth(n)].map(Number);
      return `<path class="cb-bypass" d="M${x} ${top}C${Number(x) + 22} ${top} ${Number(x) + 22} ${bottom} ${x} ${bottom}"/>`;
    }).join("");
  }

  // ---- words -----------------------------------------------------------------------------------------------------
  function paintWords() {
    const { size, field, box, unit, side } = now;
    note.textContent = now.secret ? "Predict first; then the box, the gradient and the numbers appear."
      : "Frame: what theory says the unit sees, hatched where that is padding. Purple: its true gradient, every layer averaging; the dashed frame holds the middle 95 % along each axis. Below: the gradient by column, and the units through which it comes.";
    const fresh = news.text && news.key === JSON.stringify(now.layers) && !preview;
    if (fresh) return card.say(news.text);
    news = { text: "" };
    if (now.secret) return card.say("");
    const inside = box.map(([first, last]) => Math.max(0, Math.min(size - 1, last) - Math.max(0, first) + 1)).reduce((a, b) => a * b);
    const within = inside === field.size ** 2 ? "" : ` (${inside} of these pixels lie in the picture, the others in the padding)`, reach = truth.count === inside ? "all of them" : `${truth.count} of the ${inside}`;
    const blind = inside - truth.count, spots = blind > 0 ? `: ${plural(blind, "pixel")} in the box ${blind === 1 ? "is a blind spot" : "are blind spots"}` : "";
    const [, columns] = truth.middle, run = columns && ` Columns ${range([columns.first, columns.last])}, ${columns.last - columns.first + 1} of the ${now.box[1][1] - now.box[1][0] + 1}, hold ${format(Math.round(1000 * columns.share) / 10)} % of its weight.`;
    card.say(`Unit (${unit.join(", ")}) of ${side}×${side} sees ${field.size}×${field.size} pixels: rows ${range(box[0])}, columns ${range(box[1])}${within}. Its gradient reaches ${reach}${spots}.${run ?? ""}`);
  }
  return paint;
}, { layers: [[]], pinned: [["output", 0, 0]] });
