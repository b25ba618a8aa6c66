// PoolingBench: one shape through four reductions, what each of them forgets, and which pixels each of them blames.
import { blurPool2d, blurPool2dBackward, gaussian } from "../arithmetic/blur.js";
import { conv2d, conv2dBackward, shifted } from "../arithmetic/convolution.js";
import { pinOf, same } from "../arithmetic/links.js";
import { format, plural, sumInWords } from "../arithmetic/numbers.js";
import {
  avgPool2d,
  avgPool2dBackward,
  maxPool2d,
  maxPool2dBackward,
  poolWindows,
} from "../arithmetic/pooling.js";
import { nested, shape, tensor, upTo } from "../arithmetic/tensor.js";
import { convTranspose2d } from "../arithmetic/transposed.js";
import { array } from "../parts/code.js";
import {
  arrows,
  choice,
  inDirections,
  notANumber,
  presets,
  stepper,
  toggle,
  wholeNumbers,
} from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { grid, largest } from "../parts/grid.js";
import { lines } from "../parts/lines.js";
import { predictPanel } from "../parts/predict.js";
import { sumStrip } from "../parts/sum.js";

const TRAITS = [
  "input",
  "shift",
  "kernel_size",
  "stride",
  "padding",
  "ceil_mode",
  "count_include_pad",
  "kernel",
  "backward",
  "gradient",
  "pinned",
  "predict",
  "draw",
  "pen",
];
const NAMES = {
  max: "max pooling",
  average: "average pooling",
  convolution: "strided convolution",
  blur: "blur pooling",
};
const ALL = Object.keys(NAMES);
const FARTHEST = 4;
const STEPS = upTo(2 * FARTHEST + 1).map((n) => n - FARTHEST);
const FRAME = 3; // the convolution and the blur have 3×3 kernels

// ---- arithmetic ------------------------------------------------------------------------------------------------
const wrapped = (rows) => tensor([[rows]]);
const rowsOf = (x) => nested(x)[0][0];
const filled = ([rows, columns], valueAt) =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: columns }, (_, j) => valueAt(i, j)));

// { name: { forward(x), backward(dy, x), windows } }, of tensors; `windows` as in lib/pool.js.
function reductions({
  input,
  kernel_size,
  stride,
  padding,
  ceil_mode: ceilMode,
  count_include_pad: countIncludePad,
  kernel,
}) {
  const pooling = { stride, padding, ceilMode };
  const average = { ...pooling, countIncludePad };
  const framed = { stride, padding: 1 };
  const weight = wrapped(kernel);
  const blur = { stride, paddingMode: "zeros" };
  const pools = poolWindows(shape(input), kernel_size, pooling);
  const frames = poolWindows(shape(input), FRAME, framed);
  return {
    max: {
      windows: pools,
      winners: (x) => maxPool2d(x, kernel_size, { ...pooling, returnIndices: true })[1],
      forward: (x) => maxPool2d(x, kernel_size, pooling),
      backward: (dy, x) => maxPool2dBackward(dy, x, kernel_size, pooling),
    },
    average: {
      windows: pools,
      forward: (x) => avgPool2d(x, kernel_size, average),
      backward: (dy, x) => avgPool2dBackward(dy, x, kernel_size, average),
    },
    convolution: {
      windows: frames,
      forward: (x) => conv2d(x, weight, framed),
      backward: (dy, x) => conv2dBackward(dy, x, weight, framed).dx,
    },
    blur: {
      windows: frames,
      forward: (x) => blurPool2d(x, FRAME, blur),
      backward: (dy, x) => blurPool2dBackward(dy, x, FRAME, blur),
    },
  };
}

const short = (value) => format(Number(value.toFixed(Math.abs(value) < 10 ? 2 : 1))); // a small map has room for three digits
const each = (make) => Object.fromEntries(ALL.map((name) => [name, make(name)]));
const reduced = (all, picture) => {
  const x = wrapped(picture);
  return each((name) => rowsOf(all[name].forward(x)));
};

// An output at the size of pixels, linear between its cells: each cell adds a tent.
function stretched(output, stride) {
  const tent = Array.from({ length: 2 * stride - 1 }, (_, n) => 1 - Math.abs(n - stride + 1) / stride);
  return rowsOf(
    convTranspose2d(wrapped(output), wrapped(tent.map((high) => tent.map((wide) => high * wide))), {
      stride,
    }),
  );
}

// How far two pictures are apart once the old one has moved: the norm of their difference over the sum of their norms.
function apart(old, fresh, [down, right]) {
  const [rows, columns] = shape(old).map((size) => size + 2 * FARTHEST);
  const squares = [0, 0, 0];
  for (let i = -FARTHEST; i < rows; i++)
    for (let j = -FARTHEST; j < columns; j++) {
      const a = old[i - down]?.[j - right] ?? 0;
      const b = fresh[i]?.[j] ?? 0;
      [a - b, a, b].forEach((value, n) => {
        squares[n] += value * value;
      });
    }
  const [difference, one, other] = squares.map(Math.sqrt);
  return difference && difference / (one + other);
}

// { name: how badly its output moves along } for shifts of −4 to 4 pixels along the axis of the larger shift.
function changes(all, { input, shift: [down, right], stride }) {
  const still = reduced(all, input);
  const old = each((name) => stretched(still[name], stride));
  const upright = Math.abs(down) > Math.abs(right);
  const at = STEPS.map((n) => {
    const by = upright ? [n, right] : [down, n];
    const outputs = reduced(all, shifted(input, by));
    return each((name) => apart(old[name], stretched(outputs[name], stride), by));
  });
  return { upright, series: each((name) => at.map((change) => change[name])) };
}

// Everything that is computed of a state; `share(name, at)` is what one output owes to each pixel.
function computed(state) {
  const all = reductions(state);
  const moved = shifted(state.input, state.shift);
  const x = wrapped(moved);
  const width = moved[0].length;
  const outputs = reduced(all, moved);
  const sizes = each((name) => shape(outputs[name]));
  const common = [0, 1].map((axis) => Math.max(...ALL.map((name) => sizes[name][axis])));
  const gradient = filled(common, (i, j) => state.gradient?.[i]?.[j] ?? 1);
  const dy = each((name) => filled(sizes[name], (i, j) => gradient[i][j]));
  const back = (name, dy) => rowsOf(all[name].backward(wrapped(dy), x));
  const winners = rowsOf(all.max.winners(x));
  const pools = all.max.windows.windows;
  const tied = ({ pixels }, n) =>
    pixels.filter((pixel) => x.data[pixel] === x.data[winners.flat()[n]]).length > 1;
  return {
    all,
    moved,
    width,
    outputs,
    sizes,
    common,
    gradient,
    dy,
    winners,
    ...(state.backward ? { dx: each((name) => back(name, dy[name])) } : { changes: changes(all, state) }),
    kept: new Set(winners.flat()),
    tied: pools.filter(tied).length,
    read: new Set(pools.flatMap(({ pixels }) => pixels)),
    share: (name, [i, j]) =>
      back(
        name,
        filled(sizes[name], (y, x) => Number(y === i && x === j)),
      ),
  };
}

function check({ input, shift, kernel_size, stride, padding, kernel, gradient }) {
  const whole = (value, least, most) => Number.isInteger(value) && value >= least && value <= most;
  const rectangle = (rows) => rows.every((row) => row.length === rows[0].length);
  if (shift.length !== 2 || !shift.every((n) => whole(n, -FARTHEST, FARTHEST)))
    throw new RangeError(
      `A shift is at most ${FARTHEST} whole pixels in each direction, so nothing changed.`,
    );
  if (whole(padding, 0, 2) && padding > kernel_size / 2)
    throw new RangeError(
      `The padding may be at most half the kernel size ${kernel_size}: a window needs a pixel. So nothing changed.`,
    );
  const sizes =
    shape(input).every((size) => whole(size, 4, 16)) &&
    String(shape(kernel)) === "3,3" &&
    rectangle(input) &&
    rectangle(kernel) &&
    (!gradient || rectangle(gradient));
  if (!sizes || !whole(kernel_size, 1, 4) || !whole(stride, 1, 4) || !whole(padding, 0, 2))
    throw new RangeError("That does not fit, so nothing changed.");
}

// ---- what readers get wrong --------------------------------------------------------------------------------------

// Wrong answers to "what is this output?", from the pixels of its window and from how many places that has with its padding;
// `beside` holds the outputs beside it, `slipped` what windows a pixel away would give.
function slips(name, values, places, beside, slipped) {
  const sum = values.reduce((total, value) => total + value, 0);
  const most = Math.max(...values);
  const mean = sum / values.length;
  const all = [
    ...{
      max: [
        [mean, "That is the average. Max pooling keeps the largest number alone."],
        [Math.max(0, most), "You let the padding win: max pooling pads with −∞, not with 0."],
        [sum, "You added them up. Max pooling keeps the largest number alone."],
        [Math.min(...values), "That is the smallest number."],
      ],
      average: [
        [most, "That is the maximum. The average asks every pixel."],
        [sum, "You added them up, and did not divide."],
        [mean, "You divided by the real pixels alone: here the zeros of the padding count as well."],
        [sum / places, "You counted the zeros of the padding: here only real pixels count."],
      ],
      convolution: [
        [sum, "You forgot the weights of the kernel."],
        [mean, "That is the average: you forgot the weights of the kernel."],
        [most, "That is the maximum."],
      ],
      blur: [
        [most, "That is the maximum. The blur weighs every pixel."],
        [
          mean,
          "You weighed all pixels alike: the middle counts 4/16, its neighbours 2/16, the corners 1/16.",
        ],
        [sum, "You added them up without their weights."],
      ],
    }[name],
    ...beside.map((value) => [value, "That is the output beside it."]),
    ...slipped.map((value) => [value, "Your window is off by one pixel: it is framed in the picture."]),
  ];
  return all.map(([value, hint]) => ({ value, hint }));
}

// Wrong answers to "which pixel gets the blame?" of max pooling.
const wrongBlames = (pixels, valueOf, winner) => [
  { value: "all", hint: "That is average pooling. A maximum depends on one pixel alone." },
  ...pixels
    .filter((pixel) => pixel !== winner)
    .map((pixel) => ({
      value: String(pixel),
      hint:
        valueOf(pixel) === valueOf(winner)
          ? "It ties, but another comes first, row by row: the first one gets it all."
          : `Its ${format(valueOf(pixel))} is not the largest number: a little more or less of it changes nothing.`,
    })),
];

export default explorer(
  "PoolingBench",
  TRAITS,
  (card) => {
    const { get, change, signal } = card;
    let preview = null;
    let term = null;
    let now = null;
    let built = "";
    let known = null;
    let answered = "";
    let asked = 0;
    card.check = check;

    // ---- what the state means ------------------------------------------------------------------------------
    function derive() {
      const state = card.state();
      const { pinned, predict, draw, pen, ...rest } = state;
      const key = JSON.stringify(rest);
      if (key !== built) known = computed(state); // the pointer moves more often than the shape
      built = key;
      const roles = {
        input: shape(known.moved),
        ...(state.backward ? { gradient: known.common } : known.sizes),
      };
      const pin = pinOf(pinned, roles);
      const question = predict ? askedCell(state.backward, pin) : null;
      return { ...state, ...known, roles, pin, question, secret: predict && answered !== keyOf(question) };
    }
    const keyOf = (question) => JSON.stringify([built, question]);
    const flat = ([i, j]) => i * known.width + j;
    const placeOf = (pixel) => [Math.floor(pixel / known.width), pixel % known.width];
    const valueOf = (pixel) => {
      const [i, j] = placeOf(pixel);
      return known.moved[i][j];
    };
    const windowOf = (name, [i, j]) => known.all[name].windows.windows[i * known.sizes[name][1] + j];
    const has = (name, [i, j]) => i < known.sizes[name][0] && j < known.sizes[name][1];

    // What is pointed at, unless it is gone since a size has changed; a place around the picture is padding.
    const pointed = () =>
      preview && (preview.role === "input" || pinOf([preview.role, ...preview.at], now.roles))
        ? preview
        : null;

    // The cells worth a question: their windows hold more than one number.
    const worthwhile = (name) =>
      known.outputs[name]
        .flatMap((row, i) => row.map((_, j) => [i, j]))
        .filter((at) => new Set(windowOf(name, at).pixels.map(valueOf)).size > 1);
    function askedCell(backward, pin) {
      if (backward)
        return {
          role: "gradient",
          at: pin?.role === "gradient" && has("max", pin.at) ? pin.at : (worthwhile("max")[0] ?? [0, 0]),
        };
      return ALL.includes(pin?.role) ? pin : { role: "max", at: worthwhile("max")[0] ?? [0, 0] };
    }
    const winnerOf = ([i, j]) => known.winners[i][j];
    const place = ([i, j]) => `row ${i + 1}, column ${j + 1}`;

    // ---- the parts of the card -----------------------------------------------------------------------------
    const cellOf = (role) => (at) => ({
      role: now.backward && ALL.includes(role) ? "input" : role,
      at,
      of: ALL.includes(role) ? role : undefined,
    });
    const pin = (toCell) => (where) => {
      const { role, at } = where ? toCell(where) : {};
      change(
        { pinned: !where || (now.pin?.role === role && same(now.pin.at, at)) ? [] : [role, ...at] },
        { undoable: false },
      );
    };
    const look = (toCell) => (where) => {
      preview = where && toCell(where);
      card.repaint();
    }; // later: a grid that shrinks moves the focus while it is painted
    const onReject = (text) => card.warn(notANumber(text));

    // What is drawn is drawn on the moved picture, which becomes the new one.
    const unframed = (where) => where.map((n) => n - get("padding"));
    const inside = ([i, j]) => now.moved[i]?.[j] !== undefined;
    const toPixel = (where) => ({ role: "input", at: unframed(where) });
    function setPixel(where, number, by) {
      const at = unframed(where);
      if (!inside(at)) return card.warn("Padding is no pixel: nothing can be drawn on it.");
      change(
        {
          input: now.moved.map((row, i) => row.map((value, j) => (same(at, [i, j]) ? number : value))),
          shift: [0, 0],
        },
        { by },
      );
    }
    function draw(from, to, stroke) {
      // the first cell decides between the pen and 0
      if (!inside(unframed(to))) return true;
      stroke.ink ??= now.moved[unframed(to)[0]][unframed(to)[1]] === get("pen") ? 0 : get("pen");
      setPixel(to, stroke.ink, stroke);
      now = derive();
      return true;
    }
    function drag(from, to, stroke) {
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
    }
    const pinPixel = (where) => {
      if (!where || inside(unframed(where))) pin(toPixel)(where);
    };
    const input = grid({
      role: "input",
      label: "picture",
      signal,
      onReject,
      onEdit: setPixel,
      onPreview: look(toPixel),
      onPin: (where) => (where && get("draw") ? draw(where, where, {}) : pinPixel(where)),
      onStroke: (...stroke) => (get("draw") ? draw : drag)(...stroke),
    });
    const gradient = grid({
      role: "gradient",
      label: "gradient of the output",
      signal,
      onReject,
      onPreview: look(cellOf("gradient")),
      onPin: pin(cellOf("gradient")),
      onEdit: ([i, j], number, by) =>
        change(
          {
            gradient: now.gradient.map((row, y) =>
              row.map((value, x) => (y === i && x === j ? number : value)),
            ),
          },
          { by },
        ),
    });
    const maps = each((name) =>
      grid({
        role: "output",
        label: NAMES[name],
        signal,
        onPreview: look(cellOf(name)),
        onPin: pin(cellOf(name)),
      }),
    );
    for (const [name, { el }] of Object.entries({ input, gradient, ...maps })) {
      el.dataset.role = name;
      el.classList.add("cb-map");
    }
    const moves = arrows("shift", { get: () => get("shift"), set: (shift) => change({ shift }) });
    const plot = lines({ steps: STEPS });
    const key = h("p", { class: "cb-note cb-pool-key" });
    plot.el.append(
      h(
        "p",
        { class: "cb-note" },
        "Each output is stretched to the size of the picture, linearly, so that half a cell counts as half. 0: the old output, moved by the shift, is the new one. 1: the two could not be further apart.",
      ),
    );
    card.stage.append(
      h(
        "div",
        { class: "cb-pool" },
        input.el,
        h("div", { class: "cb-pool-tools" }, moves.el, gradient.el, key),
        h("div", { class: "cb-pool-maps" }, ...ALL.map((name) => maps[name].el)),
        plot.el,
      ),
    );

    const numbers = (label, trait, most, changed = (value) => ({ [trait]: value })) =>
      choice(label, {
        options: () => wholeNumbers(trait === "padding" ? 0 : 1, most()),
        get: () => get(trait),
        set: (value) => change(changed(value)),
      });
    const pen = stepper(card, "pen", { get: () => get("pen"), set: (value) => change({ pen: value }) });
    const settings = [
      presets(card, "picture", { trait: "input", named: () => card.model.get("patterns") }),
      toggle(card, "draw", "draw"),
      pen,
      numbers(
        "pooling of",
        "kernel_size",
        () => 4,
        (kernel_size) => ({ kernel_size, padding: Math.min(get("padding"), Math.floor(kernel_size / 2)) }),
      ),
      numbers("stride of all four", "stride", () => 4),
      numbers("padding", "padding", () => Math.floor(get("kernel_size") / 2)),
      toggle(card, "ceil mode", "ceil_mode"),
      toggle(card, "the average counts padding", "count_include_pad"),
      presets(card, "convolution with", { trait: "kernel", named: () => card.model.get("presets") }),
      choice("direction", {
        options: () => [
          [false, "forward: the outputs"],
          [true, "backward: a gradient"],
        ],
        get: () => get("backward"),
        set: turn,
      }),
    ];
    card.settings.append(...settings.map(({ el }) => el));
    function turn(backward) {
      // the output that is pinned stays pinned as a gradient
      const [role, ...at] = get("pinned");
      change({
        backward,
        pinned: role === "input" || !role ? get("pinned") : [backward ? "gradient" : "max", ...at],
      });
    }

    const sum = sumStrip({
      signal,
      onPreview: (index) => {
        term = index;
        card.repaint();
      },
    });
    const predict = predictPanel({
      question,
      onReveal: () => {
        answered = keyOf(now.question);
        card.repaint();
      },
      onNext: () => {
        const name = now.backward ? "max" : ALL[asked % 2];
        const cells = worthwhile(name);
        const next = cells[(asked++ * 2 + 1) % cells.length] ?? [0, 0];
        change({ pinned: [now.backward ? "gradient" : name, ...next] }, { undoable: false });
      },
    });
    card.toggle("Predict", "predict");
    card.code(() => ({ NumPy: numpyCode(now), PyTorch: torchCode(now) }));
    card.finish(sum.el, predict.el);
    card.onReset = () => {
      answered = "";
      asked = 0;
    };

    function question() {
      if (!now.question) return null;
      const { role, at } = now.question;
      const asking = { key: keyOf(now.question), settled: !now.secret };
      return { ...asking, ...(role === "gradient" ? blame(at) : outcome(role, at)) };
    }
    function outcome(name, at) {
      const { pixels, places } = windowOf(name, at);
      const output = now.outputs[name];
      const ways = [
        [-1, 0],
        [0, -1],
        [0, 1],
        [1, 0],
      ];
      const beside = ways
        .map(([down, right]) => output[at[0] + down]?.[at[1] + right])
        .filter(Number.isFinite);
      const slipped = ways.map(
        (by) => rowsOf(now.all[name].forward(wrapped(shifted(now.moved, by))))[at[0]][at[1]],
      );
      return {
        text: `What does ${NAMES[name]} write into ${place(at)}?`,
        truth: output[at[0]][at[1]],
        explain: `${madeOf(name, at)}.`,
        mistakes: slips(name, pixels.map(valueOf), places, beside, slipped),
        fallback: "Its window is framed in the picture.",
      };
    }
    function blame(at) {
      const { pixels } = windowOf("max", at);
      const winner = winnerOf(at);
      return {
        text: `Max pooling made row ${at[0] + 1}, column ${at[1] + 1} of the framed window. Which pixel gets its gradient?`,
        truth: String(winner),
        mistakes: wrongBlames(pixels, valueOf, winner),
        options: [
          ...pixels.map((pixel) => [String(pixel), `${place(placeOf(pixel))}: ${format(valueOf(pixel))}`]),
          ["all", "all, in equal shares"],
        ],
        explain: "The winner decides, so the winner gets it all.",
      };
    }

    // ---- painting ------------------------------------------------------------------------------------------
    function paint() {
      now = derive();
      const cell = pointed() ?? (now.secret ? now.question : now.pin);
      const lit = cell ? trace(cell) : {};
      paintInput(cell, lit);
      paintMaps(cell, lit);
      gradient.el.hidden = !now.backward;
      if (now.backward)
        gradient.paint(now.gradient, { marks: (i, j) => marked("gradient", [i, j], cell, lit.gradient) });
      moves.paint();
      settings.forEach((setting) => setting.paint());
      pen.el.hidden = !now.draw;
      paintNotes(cell);
      paintStrip(cell);
      predict.el.hidden = !now.predict;
      predict.paint();
    }

    function marked(role, at, cell, lit) {
      const here = cell?.role === role && same(cell.at, at);
      return {
        here,
        on: !here && Boolean(lit?.has(String(at))),
        pinned: now.pin?.role === role && same(now.pin.at, at),
      };
    }

    function paintMaps(cell, lit) {
      const values = now.backward ? now.dx : now.outputs;
      const max = largest(ALL.filter((name) => name !== "convolution").map((name) => values[name].flat()));
      for (const name of ALL) {
        const { el, paint, rename } = maps[name];
        const role = now.backward ? "input" : name;
        rename(`${now.backward ? "through " : ""}${NAMES[name]}`);
        el.classList.toggle("cb-gradient", now.backward);
        el.classList.toggle("cb-output", !now.backward);
        el.classList.toggle("cb-dense", values[name][0].length > 8);
        const ask = (here) => ({
          weight: 0,
          text: here && !now.backward ? "?" : "",
          label: "to be predicted",
        });
        const own = cell?.of && cell.of !== name ? null : cell; // one of the four that is pointed at speaks for itself
        paint(values[name], {
          max: name === "convolution" ? largest(values[name]) : max,
          marks: (i, j) => {
            // its numbers are of another kind
            const marks = marked(role, [i, j], own, lit[name]);
            const value = values[name][i][j];
            return { ...marks, text: short(value), label: format(value), ...(now.secret && ask(marks.here)) };
          },
        });
      }
    }

    // The cells that have to do with the one that is pointed at, in each map: { role: Set of "i,j" }.
    function trace({ role, at, of }) {
      const found = {};
      const add = (map, where) => (found[map] ??= new Set()).add(String(where));
      if (ALL.includes(role))
        windowOf(role, at).pixels.forEach((pixel, n) => {
          if (term === null || term === n) add("input", placeOf(pixel));
        });
      if (role === "gradient")
        for (const name of ALL.filter((one) => has(one, at))) {
          if (name === "max") windowOf(name, at).pixels.forEach((pixel) => add("input", placeOf(pixel)));
          if (!now.secret) shares(name, at).forEach(([pixel]) => add(name, placeOf(pixel)));
        }
      if (role === "input" && inside(at))
        for (const name of of ? [of] : ALL)
          for (const output of readers(name, at)) add(now.backward ? "gradient" : name, output);
      return found;
    }
    const readers = (name, at) =>
      now.all[name].windows.windows.flatMap(({ pixels }, n) =>
        pixels.includes(flat(at)) ? [[Math.floor(n / now.sizes[name][1]), n % now.sizes[name][1]]] : [],
      );
    // [[pixel, what one output owes to it], ...] without zeros.
    const shares = (name, at) =>
      now
        .share(name, at)
        .flat()
        .flatMap((weight, pixel) => (weight ? [[pixel, weight]] : []));

    function paintInput(cell, lit) {
      const { padding, moved } = now;
      const [rows, columns] = shape(moved);
      const winner =
        cell && !now.secret && (cell.role === "max" || (cell.role === "gradient" && has("max", cell.at)))
          ? winnerOf(cell.at)
          : -1;
      input.el.classList.toggle("cb-dense", largest(moved) >= 1000);
      input.paint(
        filled([rows + 2 * padding, columns + 2 * padding], (i, j) => moved[i - padding]?.[j - padding] ?? 0),
        {
          extent: `${rows}×${columns}`,
          max: largest(moved),
          marks: (i, j) => {
            const at = unframed([i, j]);
            if (!inside(at))
              return {
                pad: true,
                text: "",
                label: "padding: −∞ for the maximum, 0 for the average",
                place: "outside",
              };
            const pixel = flat(at);
            const marks = marked("input", at, cell, lit.input);
            const value = format(valueOf(pixel));
            return {
              ...marks,
              ...(pixel === winner && { here: true, on: false }),
              place: place(at),
              dropped: !now.read.has(pixel),
              kept: !now.secret && now.kept.has(pixel),
              text: value === "0" ? "" : value,
              label: `${value}${statusOf(pixel)}`,
            };
          },
        },
      );
    }
    const statusOf = (pixel) =>
      !now.read.has(pixel)
        ? ", read by no pooling window"
        : now.secret
          ? ""
          : now.kept.has(pixel)
            ? ", kept by max pooling"
            : ", discarded by max pooling";

    function paintNotes(cell) {
      const { kept, tied, read, winners, secret } = now;
      const pixels = now.moved.flat().length;
      const shown = [];
      if (!secret)
        shown.push([
          "kept",
          ` kept by max pooling: ${kept.size} of ${pixels} pixels; it discards ${format(Math.round(1000 * (1 - kept.size / pixels)) / 10)} %.`,
        ]);
      if (!secret && tied)
        shown.push([
          "",
          `In ${tied} of ${plural(winners.flat().length, "window")} pixels tie for the maximum: the first one, row by row, counts.`,
        ]);
      if (read.size < pixels)
        shown.push(["dropped", ` ${plural(pixels - read.size, "pixel")} that no pooling window reads.`]);
      key.replaceChildren(
        ...shown.map(([kind, text]) =>
          h("span", {}, kind && h("i", { class: `cb-swatch cb-${kind}` }), text),
        ),
      );
      plot.el.hidden = secret || now.backward;
      if (plot.el.hidden) return;
      const { upright, series } = now.changes;
      const [down, right] = now.shift;
      const also = inDirections(upright ? [0, right] : [down, 0], "");
      plot.paint({
        caption: `How badly does each output move along with a shift? Pixels ${upright ? "down" : "to the right"}${also && `, and ${also}`}:`,
        unit: upright ? "down" : "right",
        series,
        chosen: now.shift[upright ? 0 : 1],
        strong: ALL.includes(cell?.role) ? cell.role : "",
      });
    }

    // ---- words ---------------------------------------------------------------------------------------------
    function paintStrip(cell) {
      if (!cell) {
        sum.message(
          "Drag the picture or use the arrows; point at a number to see what it is made of, click to keep it.",
        );
        return card.say("");
      }
      if (cell.role === "input")
        return inside(cell.at)
          ? paintPixel(cell)
          : sum.message("Padding: −∞ for the maximum, so that it never wins, and 0 for the average.");
      if (now.secret) {
        sum.message("Predict first: the window is framed in the picture.");
        return card.say("");
      }
      if (cell.role === "gradient") return paintGradient(cell.at);
      paintOutput(cell.role, cell.at);
    }

    function termsOf(name, at) {
      const owes = now.share(name, at).flat();
      return windowOf(name, at).pixels.map((pixel) => ({
        x: valueOf(pixel),
        w: owes[pixel],
        label: `x[${placeOf(pixel)}]`,
      }));
    }
    const madeOf = (name, at) =>
      name === "max"
        ? `The largest of ${windowOf(name, at)
            .pixels.map((pixel) => format(valueOf(pixel)))
            .join(", ")}`
        : sumInWords(termsOf(name, at));

    function paintOutput(name, at) {
      const { pixels, places } = windowOf(name, at);
      const value = now.outputs[name][at[0]][at[1]];
      const padded = places - pixels.length;
      const title = `${NAMES[name][0].toUpperCase()}${NAMES[name].slice(1)}, ${place(at)}`;
      const more = padded ? `; ${padded} of ${places} places are padding` : "";
      if (name === "max") return paintMaximum(at, value, title, more);
      const terms = termsOf(name, at);
      sum.paint({ name: `${name}[${at}]`, terms });
      card.say(`${title}: ${sumInWords(terms)} = ${format(value)}${more}.`);
    }

    function paintMaximum(at, value, title, more) {
      const values = windowOf("max", at).pixels.map(valueOf);
      const ties = values.filter((one) => one === value).length;
      const result = (text) => h("span", { class: "cb-result" }, text);
      const won = `from x[${placeOf(winnerOf(at))}]${ties > 1 ? `, the first of ${ties} that tie` : ""}${more}`;
      sum.message(
        result(`max[${at}]`),
        "= the largest of",
        values.map(format).join(", "),
        "=",
        result(format(value)),
        won,
      );
      card.say(`${title}: ${format(value)}, the largest of ${plural(values.length, "pixel")}, ${won}.`);
    }

    const row = (name, ...content) => h("div", { class: "cb-part" }, h("b", {}, name), ...content);
    const none = (text) => h("span", { class: "cb-step" }, text);
    const few = (chips) =>
      chips.length > 9 ? [...chips.slice(0, 8), none(`and ${chips.length - 8} more`)] : chips;

    // A pixel: the outputs that read it, or what it gets of their gradients.
    function paintPixel({ at, of }) {
      const value = format(now.moved[at[0]][at[1]]);
      const words = [];
      const rows = (of ? [of] : ALL).map((name) => {
        const owed = readers(name, at).map((output) => [output, now.share(name, output)[at[0]][at[1]]]);
        const counting = owed.filter(([, weight]) => weight);
        if (!owed.length) return row(name, none("no window reads it"));
        if (now.secret) return row(name, none(`read by ${plural(owed.length, "window")}`));
        const chips = [...counting, ...owed.filter(([, weight]) => !weight)].map(([output, weight]) =>
          now.backward
            ? sum.chip(
                `dy[${output}] = ${format(now.gradient[output[0]][output[1]])}`,
                "gradient",
                `× ${format(weight)}`,
                "kernel",
              )
            : sum.chip(`→ y[${output}]`, "output", `× ${format(weight)}`, "kernel"),
        );
        const dx = now.backward && format(now.dx[name][at[0]][at[1]]);
        words.push(now.backward ? `${name} ${dx}` : `${name} ${plural(counting.length, "output")}`);
        return row(
          name,
          ...(now.backward ? [h("span", { class: "cb-gradient cb-name" }, dx), "="] : []),
          ...few(chips),
        );
      });
      sum.message(
        h("b", { class: "cb-input cb-name" }, `x[${at}]`),
        "=",
        value,
        now.backward ? "gets" : "goes to",
        ...rows,
      );
      card.say(
        `Pixel, ${place(at)}: ${value}${statusOf(flat(at))}.${words.length ? ` ${now.backward ? "Its gradient" : "It goes to"}: ${words.join(", ")}.` : ""}`,
      );
    }

    // A gradient of the outputs: to which pixels each reduction sends it.
    function paintGradient(at) {
      const amount = now.gradient[at[0]][at[1]];
      const words = [];
      const rows = ALL.map((name) => {
        if (!has(name, at)) return row(name, none("has no such output"));
        const sent = shares(name, at);
        words.push(`${name}: ${plural(sent.length, "pixel")}`);
        return row(
          name,
          ...few(
            sent.map(([pixel, weight]) =>
              sum.chip(`→ x[${placeOf(pixel)}]`, "input", format(amount * weight), "gradient"),
            ),
          ),
          ...(sent.length ? [] : [none("to no pixel")]),
        );
      });
      sum.message(
        h("b", { class: "cb-gradient cb-name" }, `dy[${at}]`),
        "=",
        format(amount),
        "goes to",
        ...rows,
      );
      card.say(`Gradient, ${place(at)}: ${format(amount)}. It goes to, by ${words.join(", ")}.`);
    }
    return paint;
  },
);

// ---- from picture to code ----------------------------------------------------------------------------------------
function numpyCode(state) {
  const {
    moved,
    kernel,
    stride: s,
    kernel_size: k,
    padding: p,
    count_include_pad: counts,
    sizes,
    backward,
  } = state;
  const typed = (name, matrix) => array(name, matrix, "np.array", ", dtype=float");
  const [below, beside] = [0, 1].map((axis) =>
    Math.max(0, (sizes.max[axis] - 1) * s + k - shape(moved)[axis] - 2 * p),
  ); // how far a last window of ceil mode hangs over
  const sides = `((${p}, ${p + below}), (${p}, ${p + beside}))`;
  const every = !below && !beside && (counts || !p);
  return [
    "import numpy as np",
    "",
    typed("x", moved),
    typed("w", kernel),
    array("blur", gaussian(FRAME)),
    "",
    "def windows(x, size, sides, fill=0.0):",
    "    framed = np.pad(x, sides, constant_values=fill)",
    `    return np.lib.stride_tricks.sliding_window_view(framed, (size, size))[::${s}, ::${s}]`,
    "",
    `largest, pool, three = windows(x, ${k}, ${sides}, -np.inf), windows(x, ${k}, ${sides}), windows(x, ${FRAME}, 1)`,
    ...(every
      ? [`places = ${k * k}`]
      : [
          `counted = np.pad(np.ones(x.shape), ${p}, constant_values=${counts ? "1.0" : "0.0"})`,
          `places = windows(counted, ${k}, ((0, ${below}), (0, ${beside}))).sum((2, 3))`,
        ]),
    'y = {"max": largest.max((2, 3)), "average": pool.sum((2, 3)) / places,',
    '     "convolution": np.einsum("ijuv,uv->ij", three, w), "blur": np.einsum("ijuv,uv->ij", three, blur)}',
    ...(backward ? numpyGradients(state, typed) : ["print(y)"]),
  ].join("\n");
}

const numpyGradients = ({ stride: s, kernel_size: k, padding: p, gradient }, typed) => [
  "",
  typed("dy", gradient),
  "",
  "def spread(shares, sides):  # every dy goes to its window in these shares; overlaps add up",
  "    size = shares.shape[2]",
  `    dx = np.zeros([pixels + 2 * sides + size + ${s} for pixels in x.shape])`,
  "    for i, j in np.ndindex(*shares.shape[:2]):",
  `        dx[i * ${s}:i * ${s} + size, j * ${s}:j * ${s} + size] += dy[i, j] * shares[i, j]`,
  "    return dx[sides:sides + x.shape[0], sides:sides + x.shape[1]]",
  "",
  `winner = np.eye(${k * k})[largest.reshape(*largest.shape[:2], -1).argmax(2)].reshape(largest.shape)  # the first of the largest`,
  "even = np.ones(pool.shape) / np.reshape(places, np.shape(places) + (1, 1))",
  `dx = {"max": spread(winner, ${p}), "average": spread(even, ${p}),`,
  '      "convolution": spread(np.broadcast_to(w, three.shape), 1), "blur": spread(np.broadcast_to(blur, three.shape), 1)}',
  "print(dx)",
];

function torchCode({
  moved,
  kernel,
  stride,
  kernel_size,
  padding,
  ceil_mode,
  count_include_pad,
  backward,
  gradient,
}) {
  const typed = (name, matrix) => array(name, matrix, "torch.tensor", ", dtype=torch.float64");
  const python = (value) => (value ? "True" : "False");
  const pooling = `${kernel_size}, stride=${stride}, padding=${padding}, ceil_mode=${python(ceil_mode)}`;
  const framed = `stride=${stride}, padding=1`;
  return [
    "import torch",
    "import torch.nn.functional as F",
    "",
    typed("x", moved),
    typed("w", kernel),
    typed("blur", gaussian(FRAME)),
    ...(backward ? [typed("dy", gradient)] : []),
    "",
    "x = x[None, None].requires_grad_()",
    `y = {"max": F.max_pool2d(x, ${pooling}),`,
    `     "average": F.avg_pool2d(x, ${pooling}, count_include_pad=${python(count_include_pad)}),`,
    `     "convolution": F.conv2d(x, w[None, None], ${framed}), "blur": F.conv2d(x, blur[None, None], ${framed})}`,
    ...(backward
      ? [
          "dx = {name: torch.autograd.grad(one, x, dy[None, None, :one.shape[2], :one.shape[3]])[0][0, 0] for name, one in y.items()}",
          "print(dx)",
        ]
      : ["y = {name: one[0, 0].detach() for name, one in y.items()}", "print(y)"]),
  ].join("\n");
}
