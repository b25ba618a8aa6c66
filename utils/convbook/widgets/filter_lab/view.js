// FilterLab: a photograph ⋆ one or two kernels = their outputs, and a lens that shows the sum behind any pixel.
import { sizeFormulas } from "../arithmetic/axes.js";
import { rotate180 } from "../arithmetic/convolution.js";
import { same } from "../arithmetic/links.js";
import { format, sumInWords } from "../arithmetic/numbers.js";
import { correlatePicture, difference, extremes, range, silent, windowAt } from "../arithmetic/pixels.js";
import { shape } from "../arithmetic/tensor.js";
import { array } from "../parts/code.js";
import { choice, notANumber, presets, stepper, toggle } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { grid } from "../parts/grid.js";
import {
  greyCanvas,
  legend,
  OWN,
  openPicture,
  ownPicture,
  ownPictures,
  photo,
  pictureView,
} from "../parts/picture.js";
import { predictPanel } from "../parts/predict.js";
import { resized } from "../parts/size_menu.js";
import { sumStrip } from "../parts/sum.js";

const TRAITS = ["picture", "kernel", "second", "bias", "relu", "shades", "pinned", "predict"];
const SIZES = [1, 2, 3, 4, 5];
const BIAS_STEP = 10;
const SHADES = {
  auto: "strongest is black or white",
  fixed: "−255 to 255",
  photo: "0 to 255, as in a photo",
};
const SPOKEN = 9; // products that the sentence spells out
const SMALL = 16; // pixels a side that the code writes out

// ---- arithmetic ------------------------------------------------------------------------------------------------
const clamp = (value, most) => Math.max(0, Math.min(most, value));
const total = (values) => values.flat().reduce((sum, value) => sum + value, 0);
const mapped = (matrix, change) => matrix.map((row, u) => row.map((weight, v) => change(weight, u, v)));
const outputShape = ({ height, width }, kernel) => {
  const [kh, kw] = shape(kernel);
  return [height - kh + 1, width - kw + 1];
};

// What a kernel makes of a picture: its sums before ReLU, their ends, and how they are drawn.
function filtered(picture, { kernel, bias, relu, shades }, out) {
  const sums = correlatePicture(picture.pixels, picture.height, picture.width, kernel, out, bias);
  const ends = extremes(sums);
  return {
    sums,
    ends: relu ? ends.map((end) => Math.max(end, 0)) : ends,
    drawn: range(shades, ends, relu),
    size: outputShape(picture, kernel),
  };
}

// ---- what readers expect a kernel to do, and what that would look like ---------------------------------------------
const THUMBNAILS = 4;
const ALIKE = 3; // grey levels by which two thumbnails differ on average, or they are taken for one
const MISTAKES = [
  [
    (state) => ({ ...state, kernel: rotate180(state.kernel) }),
    "You flipped the kernel: light and dark sides of the edges have changed places. Deep learning slides it as it stands.",
  ],
  [
    (state) => ({ ...state, kernel: mapped(state.kernel, (_, u, v) => state.kernel[v]?.[u] ?? 0) }),
    "Rows and columns are swapped there. Look in which direction the weights change: that is where this kernel looks for change.",
  ],
  [
    (state) => ({ ...state, kernel: mapped(state.kernel, Math.abs) }),
    "All minus signs are lost there: a negative weight subtracts its pixel.",
  ],
  [
    (state) => ({ ...state, relu: !state.relu }),
    "Look at ReLU: where it is on, negative sums become 0, which is black; where it is off, they stay, darker than middle grey.",
  ],
  [(state) => ({ ...state, bias: 0 }), "The bias is forgotten there: it is added to every pixel."],
  [
    (state) => ({
      ...state,
      kernel: mapped(
        state.kernel,
        (_, u, v) => +(u === state.kernel.length >> 1 && v === state.kernel[0].length >> 1),
      ),
    }),
    "That is the picture as it was: only a single 1 among zeros leaves it alone.",
  ],
  [
    (state) => ({ ...state, kernel: mapped(state.kernel, () => 1 / state.kernel.flat().length) }),
    "That is the average of the window: for it all weights would have to be equal and positive.",
  ],
  [
    (state) => ({ ...state, kernel: mapped(state.kernel, (weight) => -weight) }),
    "All signs are turned there: light and dark have changed places.",
  ],
];

// The truth and the mistakes that look unlike it and unlike each other, in an order that does not give the truth away.
function thumbnails(picture, state) {
  const found = [{ ...filtered(picture, state) }];
  for (const [slip, hint] of MISTAKES) {
    const made = { ...filtered(picture, slip(state)), hint };
    if (
      found.length < THUMBNAILS &&
      found.every((other) => difference(other.sums, other.drawn, made.sums, made.drawn) > ALIKE)
    )
      found.push(made);
  }
  const turn =
    Math.abs(Math.round(total(mapped(state.kernel, (weight, u, v) => weight * 10 * (3 * u + v + 1)))) + 1) %
    found.length;
  return [...found.slice(turn), ...found.slice(0, turn)];
}

const because = ({ kernel }) => {
  const sum = total(kernel);
  return Math.abs(sum) < 1e-9
    ? "Its weights add up to 0, so flat places become 0 and only change remains."
    : `Its weights add up to ${format(sum)}, so flat places come out ${format(sum)} times as bright.`;
};

export default explorer(
  "FilterLab",
  TRAITS,
  async (card) => {
    const { get, change, signal, model } = card;
    let shown = await firstPicture();
    let opening = null;
    let frames = 0;
    let streaming = null;
    let preview = null;
    let term = null;
    let chosen = { lane: 0, at: [1, 1] };
    let now = null;
    let drawn = "";
    let inputDrawn = "";
    let drawing = 0;
    let answered = "";

    // ---- the picture: it takes its time to come, and until then the last one stays -----------------------------------
    function known(name) {
      if (!(model.get("pictures").includes(name) || name.startsWith("data:image/png;") || OWN.test(name)))
        throw new RangeError(`There is no picture “${name}”, so nothing changed.`);
    }
    async function firstPicture() {
      const name = get("picture");
      known(name);
      try {
        return { name, picture: await openPicture(model, name) };
      } catch (error) {
        if (!OWN.test(name)) throw error;
        const instead = OWN.test(card.author.picture) ? model.get("pictures")[0] : card.author.picture;
        const picture = await openPicture(model, instead);
        model.set("picture", instead);
        model.save_changes();
        card.warn(`${error.message} Here is another one.`);
        return { name: instead, picture };
      }
    }
    async function show(name) {
      if (opening === name) return;
      opening = name;
      try {
        const picture = await openPicture(model, name);
        if (get("picture") !== name || signal.aborted) return;
        fits(picture, get("kernel"));
        shown = { name, picture };
      } catch (error) {
        if (get("picture") !== name) return;
        change({ picture: shown.name }, { undoable: false });
        card.warn(`${error.message} The last picture stays.`);
      } finally {
        if (opening === name) opening = null;
        card.repaint();
      }
    }
    function fits({ height, width }, kernel) {
      const [kh, kw] = shape(kernel);
      if (kh > height || kw > width)
        throw new RangeError(
          `A ${kh}×${kw} kernel does not fit inside a picture of ${height}×${width} pixels, so nothing changed.`,
        );
    }

    card.check = ({ picture, kernel, second, shades, pinned }) => {
      const [kh, kw] = shape(kernel);
      const whole = (matrix) => matrix.length === kh && matrix.every((row) => row.length === kw);
      if (!(kh >= 1 && kh <= 5 && kw >= 1 && kw <= 5 && whole(kernel)))
        throw new RangeError("A kernel has 1 to 5 rows and columns, so nothing changed.");
      if (second && !whole(second))
        throw new RangeError("Both kernels must have the same size, so nothing changed.");
      if (!(shades in SHADES)) throw new RangeError("There are no such shades, so nothing changed.");
      if (!pinned.slice(1).every(Number.isInteger))
        throw new RangeError("The lens rests on a whole row and column, so nothing changed.");
      known(picture);
      if (picture === shown.name) fits(shown.picture, kernel);
    };

    // ---- what the state means ----------------------------------------------------------------------------------------
    function derive() {
      const state = card.state();
      const { picture } = shown;
      const [kh, kw] = shape(state.kernel);
      const [rows, columns] = outputShape(picture, state.kernel);
      const place = preview ?? (state.pinned.length === 3 ? state.pinned.slice(1) : null);
      const at = place && [clamp(place[0], rows - 1), clamp(place[1], columns - 1)];
      const question = JSON.stringify([shown.name, state.kernel, state.bias, state.relu, state.shades]);
      return {
        ...state,
        picture,
        kh,
        kw,
        rows,
        columns,
        at,
        question,
        secret: state.predict && answered !== question,
        window: windowAt(picture, at ?? [0, 0], [kh, kw]),
        kernels: [state.kernel, state.second].filter(Boolean),
      };
    }
    const termsOf = (kernel) =>
      kernel.flatMap((row, u) =>
        row.map((w, v) => ({
          x: now.window[u][v],
          w,
          label: `x[${now.at[0] + u},${now.at[1] + v}] × w[${u},${v}]`,
        })),
      );
    const square = () => now.kh === now.kw;
    const middle = () => [now.kh >> 1, now.kw >> 1];
    const changeKernel = (kernel, second = get("second")) => {
      const unlike = second && !same(shape(kernel), shape(second));
      change({ kernel, second: unlike ? resized(second, ...shape(kernel)) : second });
    };

    // ---- the parts of the card ---------------------------------------------------------------------------------------
    const keep = (where) => change({ pinned: where ? ["output", ...where] : [] }, { undoable: false });
    const pin = (where) => {
      preview = where && preview;
      keep(where && !same(now.pinned, ["output", ...where]) ? where : null);
      card.repaint();
    };
    const look = (where) => {
      preview = where;
      card.repaint();
    };
    // The pixel of the input below the middle of the window that belongs to an output, and back.
    const toInput = (where) => where && where.map((index, axis) => index + middle()[axis]);
    const toOutput = (where) =>
      where && where.map((index, axis) => clamp(index - middle()[axis], [now.rows, now.columns][axis] - 1));
    const input = pictureView({
      role: "input",
      onPreview: (where) => look(toOutput(where)),
      onPin: (where) => pin(toOutput(where)),
      here: () => toInput(now.at),
      signal,
    });
    const numbers = grid({ role: "input", label: "window", signal, onPreview: (at) => point(at, null) });
    const point = (at, lane) => {
      term = at && { at, lane };
      card.repaint();
    };

    const lanes = ["kernel", "second"].map((trait, index) => {
      const view = pictureView({ role: "output", onPreview: look, onPin: pin, here: () => now.at, signal });
      const weights = grid({
        role: "kernel",
        signal,
        onReject: (text) => card.warn(notANumber(text)),
        onPreview: (at) => {
          if (at && document.activeElement?.closest("table") === weights.el) chosen = { lane: index, at };
          point(at, index);
        },
        onPin: (at) => {
          if (!at) return pin(null);
          chosen = { lane: index, at };
          card.repaint();
        },
        onEdit: (at, weight, by) => edit(trait, at, weight, by),
      });
      const sum = sumStrip({
        signal,
        onPreview: (t) => point(t === null ? null : [Math.floor(t / now.kw), t % now.kw], index),
      });
      const bar = legend();
      const quiet = h("p", { class: "cb-note" });
      return {
        trait,
        view,
        weights,
        sum,
        bar,
        quiet,
        el: h("div", { class: "cb-lane" }, view.el, bar.el, quiet, weights.el),
        made: null,
      };
    });
    const edit = (trait, [u, v], weight, by) =>
      change({ [trait]: mapped(get(trait), (old, i, j) => (i === u && j === v ? weight : old)) }, { by });
    const inputBar = legend();
    inputBar.paint(photo);
    card.stage.classList.add("cb-lab");
    card.stage.append(
      h("div", { class: "cb-lane" }, input.el, inputBar.el, h("p", { class: "cb-note" }), numbers.el),
      ...lanes.map(({ el }) => el),
    );

    const own = ownPicture({
      signal,
      warn: (text) => card.warn(text),
      onPicture: (name, live) => {
        streaming = live ? name : null;
        frames++;
        if (get("picture") !== name && !change({ picture: name })) own.stop();
        card.repaint();
      },
    });
    const menu = () =>
      [
        ...model.get("pictures"),
        ...[card.author.picture, get("picture")].filter((name) => name.startsWith("data:")),
      ].map((name) => [name, name.startsWith("data:") ? "this picture" : name]);
    const settings = [
      choice("picture", {
        options: () => [...new Map([...menu(), ...ownPictures()])],
        get: () => get("picture"),
        set: (picture) => change({ picture }),
      }),
      { el: own.el, paint() {} },
      presets(card, "kernel", {
        trait: "kernel",
        named: () => model.get("presets"),
        set: (kernel) => changeKernel(kernel),
      }),
      choice("size", {
        options: () => [
          ...SIZES.map((size) => [size, `${size}×${size}`]),
          ...(square() ? [] : [[0, `${now.kh}×${now.kw}`]]),
        ],
        get: () => (square() ? now.kh : 0),
        set: (size) => size && changeKernel(resized(get("kernel"), size)),
      }),
      presets(card, "second kernel", {
        trait: "second",
        named: () => ({ none: null, ...model.get("presets") }),
        set: (second) => changeKernel(get("kernel"), second),
      }),
      stepper(card, "bias", { get: () => get("bias"), set: (bias) => change({ bias }), step: BIAS_STEP }),
      toggle(card, "ReLU", "relu"),
      choice("shades", {
        options: () => Object.entries(SHADES),
        get: () => get("shades"),
        set: (shades) => change({ shades }),
      }),
    ];
    card.settings.append(...settings.map(({ el }) => el));

    const weightName = h("span", { class: "cb-kernel cb-name" });
    const index = (axis, name) =>
      stepper(card, name, {
        name: `lens ${axis ? "column" : "row"}`,
        get: () => now.at?.[axis] ?? 0,
        set: (value) =>
          keep(
            (now.at ?? [0, 0]).map((old, a) =>
              a === axis ? clamp(Math.round(value), [now.rows, now.columns][a] - 1) : old,
            ),
          ),
      });
    const exact = [
      index(0, "i"),
      index(1, "j"),
      stepper(card, weightName, {
        name: "chosen weight",
        get: () => now.kernels[chosen.lane][chosen.at[0]][chosen.at[1]],
        set: (weight) => edit(lanes[chosen.lane].trait, chosen.at, weight, {}),
      }),
    ];
    const exactly = h(
      "div",
      { class: "cb-player", role: "group", "aria-label": "lens and weight" },
      h("span", { class: "cb-output cb-name" }, "y[i, j]"),
      ...exact.map(({ el }) => el),
    );

    const predict = predictPanel({
      question,
      onReveal: () => {
        answered = now.question;
        card.repaint();
      },
      onNext: () => {
        const all = Object.values(model.get("presets"));
        const next = all.findIndex((kernel) => JSON.stringify(kernel) === JSON.stringify(get("kernel"))) + 1;
        if (all.length) changeKernel(all[next % all.length]);
      },
    });
    card.toggle("Predict", "predict");
    card.code(code);
    card.finish(exactly, ...lanes.map(({ sum }) => sum.el), predict.el);
    own.accept(card.el);
    card.onReset = () => {
      answered = "";
    };

    // ---- predict -----------------------------------------------------------------------------------------------------
    let asked = null;
    function question() {
      if (!now.predict) return (asked = null);
      if (asked?.key !== now.question) asked = ask();
      return { ...asked, settled: !now.secret };
    }
    function ask() {
      const found = thumbnails(now.picture, now);
      const letter = (one) => "ABCD"[found.indexOf(one)];
      const options = found.map((one) => {
        const canvas = greyCanvas();
        canvas.draw(one.sums, ...one.size, one.drawn);
        return [
          letter(one),
          letter(one),
          h(
            "span",
            {},
            canvas.el,
            h("span", { class: "cb-hidden" }, `, numbers from ${one.ends.map(format).join(" to ")}`),
          ),
        ];
      });
      return {
        text: "Which picture does this kernel make?",
        key: now.question,
        options,
        truth: letter(found.find(({ hint }) => !hint)),
        mistakes: found.filter(({ hint }) => hint).map((one) => ({ value: letter(one), hint: one.hint })),
        explain: because(now),
      };
    }

    // ---- from picture to code ----------------------------------------------------------------------------------------
    function pixelsInCode() {
      const { height, width } = now.picture;
      const name = shown.name;
      if (model.get("pictures").includes(name))
        return {
          imports: ["from convbook import images"],
          lines: `x = images.grey(images.load("${name}")).round()`,
        };
      if (Math.max(height, width) <= SMALL)
        return {
          imports: [],
          lines: array("x", windowAt(now.picture, [0, 0], [height, width]), "np.array", ", dtype=float"),
        };
      return {
        imports: ["from PIL import Image", "from convbook import images"],
        lines: `x = images.grey(np.asarray(Image.open("picture.png").convert("RGB"))).round()  # the input, saved by a right click`,
      };
    }
    function code() {
      const { imports, lines } = pixelsInCode();
      const two = now.kernels.length === 2;
      const weights = two ? now.kernels : now.kernel;
      const tail = now.bias ? [`y = y + ${now.bias}`] : [];
      const at = now.at ? [`print(y[${two ? ":, " : ""}${now.at.join(", ")}])`] : [];
      const out = ["print(y.shape, y.min(), y.max())", ...(now.secret ? [] : at)];
      return {
        NumPy: [
          "import numpy as np",
          ...imports,
          "",
          lines,
          array("w", weights),
          "windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[-2:])",
          `y = np.einsum("ijuv,${two ? "fuv->fij" : "uv->ij"}", windows, w)`,
          ...tail,
          ...(now.relu ? ["y = np.maximum(y, 0)"] : []),
          ...out,
        ].join("\n"),
        PyTorch: [
          "import numpy as np",
          "import torch",
          "import torch.nn.functional as F",
          ...imports,
          "",
          lines,
          array("w", weights, "torch.tensor", ", dtype=torch.float64"),
          `y = F.conv2d(torch.tensor(x)[None], w[${two ? ":, None" : "None, None"}])${two ? "" : "[0]"}`,
          ...tail,
          ...(now.relu ? ["y = F.relu(y)"] : []),
          ...out,
        ].join("\n"),
      };
    }

    // ---- painting ----------------------------------------------------------------------------------------------------
    function drawPictures() {
      drawing = 0;
      if (signal.aborted) return;
      const { picture } = shown;
      if (inputDrawn !== `${shown.name} ${frames}`)
        input.draw(picture.pixels, picture.height, picture.width, photo);
      inputDrawn = `${shown.name} ${frames}`;
      now.kernels.forEach((kernel, n) => {
        const lane = lanes[n];
        lane.made = now.secret ? null : filtered(picture, { ...now, kernel }, lane.made?.sums);
        if (lane.made) lane.view.draw(lane.made.sums, ...lane.made.size, lane.made.drawn);
        if (lane.made) lane.bar.paint(lane.made.drawn, now.shades !== "auto");
        lane.quiet.textContent =
          now.relu && lane.made
            ? `${Number(((100 * silent(lane.made.sums)) / lane.made.sums.length).toFixed(1))} % of the cells fall silent`
            : "";
      });
    }
    // At most one drawing a frame, however fast the pointer is; the first one at once.
    function drawSoon() {
      const wanted = JSON.stringify([
        shown.name,
        frames,
        now.kernels,
        now.bias,
        now.relu,
        now.shades,
        now.secret,
      ]);
      if (wanted === drawn) return;
      if (!drawn) drawPictures();
      else drawing ||= requestAnimationFrame(drawPictures);
      drawn = wanted;
    }

    function paint() {
      if (own.live && streaming && get("picture") !== streaming) own.stop();
      if (get("picture") !== shown.name) show(get("picture"));
      now = derive();
      const two = now.kernels.length === 2;
      const { picture } = shown;
      const lit = now.at !== null;
      if (chosen.lane >= now.kernels.length) chosen.lane = 0;
      chosen.at = [clamp(chosen.at[0], now.kh - 1), clamp(chosen.at[1], now.kw - 1)];
      card.stage.style.setProperty("--columns", now.kw);

      const title =
        ownPictures().find(([name]) => name === shown.name)?.[1] ??
        (shown.name.startsWith("data:") ? "" : shown.name);
      const reduced = picture.from ? `, reduced from ${picture.from.join("×")}` : "";
      input.rename(
        "input",
        `${title} ${picture.height}×${picture.width}${reduced}`,
        `input, ${picture.height} by ${picture.width} pixels: the arrow keys move the lens, Enter pins it`,
      );
      const marks = (lane) => (u, v) => ({
        later: !lit && lane === null,
        label: !lit && lane === null ? "no window yet" : undefined,
        on: lit,
        here: term && same(term.at, [u, v]) && (lane === null || term.lane === null || term.lane === lane),
        pinned: lane === chosen.lane && same(chosen.at, [u, v]),
        badge:
          lane === null && lit && (!two || term?.lane != null)
            ? `×${format(now.kernels[term?.lane ?? 0][u][v])}`
            : "",
      });
      numbers.paint(now.window, { max: 255, marks: marks(null) });
      lanes.forEach((lane, n) => {
        lane.el.hidden = lane.sum.el.hidden = n >= now.kernels.length;
        if (lane.el.hidden) return;
        const name = `${now.relu ? "after ReLU" : "output"}${two ? ` ${n + 1}` : ""}`;
        lane.view.rename(
          name,
          `${now.rows}×${now.columns}`,
          `${name}, ${now.rows} by ${now.columns} pixels: the arrow keys move the lens, Enter pins it`,
          now.secret,
        );
        lane.bar.el.classList.toggle("cb-secret", now.secret);
        lane.weights.rename(two ? `kernel ${n + 1}` : "kernel");
        lane.weights.paint(now.kernels[n], { marks: marks(n) });
      });
      drawSoon();
      const span = Math.max(now.kh, now.kw);
      input.look(lit ? { top: now.at[0], left: now.at[1], rows: now.kh, columns: now.kw, span } : null);
      lanes.forEach(({ view }) =>
        view.look(lit && !now.secret ? { top: now.at[0], left: now.at[1], rows: 1, columns: 1, span } : null),
      );
      paintSums(two);
      weightName.textContent = `${two ? `kernel ${chosen.lane + 1}: ` : ""}w[${chosen.at}]`;
      [...settings, ...exact].forEach((control) => control.paint());
      predict.el.hidden = !now.predict;
      predict.paint();
      card.formula(
        sizeFormulas([
          { size: picture.height, kernel: now.kh },
          { size: picture.width, kernel: now.kw },
        ]),
      );
    }

    function paintSums(two) {
      if (!now.at) {
        lanes[0].sum.message(
          "Move over a picture to see the sum behind a pixel; click to keep it. Type into the kernel, or drag a weight sideways.",
        );
        lanes[1].sum.message("");
        return card.say(own.live ? "The webcam is on." : "");
      }
      const spoken = now.kernels.map((kernel, n) => {
        const terms = termsOf(kernel);
        const raw = total(terms.map(({ x, w }) => x * w)) + now.bias;
        const result = now.relu ? Math.max(raw, 0) : raw;
        lanes[n].sum.paint({
          name: `y${two ? "₁₂"[n] : ""}[${now.at}]`,
          terms,
          bias: now.bias,
          steps: now.relu ? [{ name: "ReLU", value: result }] : [],
          hidden: now.secret,
        });
        const sum =
          terms.length <= SPOKEN && !two
            ? sumInWords(terms, now.bias)
            : `${two ? `kernel ${n + 1}: ` : ""}${terms.length} products${now.bias ? " and the bias" : ""}`;
        return now.secret
          ? "what will it be?"
          : `${sum} = ${format(raw)}${now.relu ? `; ReLU makes it ${format(result)}` : ""}.`;
      });
      card.say(
        own.live
          ? "The webcam is on."
          : `Row ${now.at[0] + 1}, column ${now.at[1] + 1}: ${now.secret ? spoken[0] : spoken.join(" ")}`,
      );
    }
    return paint;
  },
);
