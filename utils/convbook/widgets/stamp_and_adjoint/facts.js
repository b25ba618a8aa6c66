// What stands below the player: which sizes collide, how many stamps meet, the adjoint identity, and there and back.
import { format, plural } from "../arithmetic/numbers.js";
import { button, h } from "../parts/dom.js";
import { grid } from "../parts/grid.js";
import { outputOf } from "./state.js";
import { added, collisions, dotInWords, meetAlong, tried } from "./there_and_back.js";
import { sizeOf } from "./words.js";

const TABS = {
  sizes: "sizes that collide",
  overlap: "overlap",
  adjoint: "adjoint",
  twice: "there and back",
};

export class Facts {
  /** @param {any} view */
  constructor(view) {
    this.view = view;
    const { card } = view;
    const tab = ([name, text]) => button(text, () => card.change({ panel: name }));
    this.tabs = Object.fromEntries(Object.entries(TABS).map(([name, text]) => [name, tab([name, text])]));
    this.text = h("div", { class: "cb-facts-text" });
    this.maps = ["b", "C·b", "Cᵀ·(C·b)"].map((label, n) => this.makeMap(label, n === 1 ? "input" : "output"));
    this.signs = ["→ C", "→ Cᵀ"].map((text) => h("span", { class: "cb-operator" }, text));
    const [b, there, back] = this.maps.map(({ el }) => el);
    this.trial = h("div", { class: "cb-trial" }, b, this.signs[0], there, this.signs[1], back);
    this.another = button("another b", () => card.change({ probe: (card.get("probe") + 1) % 100 }));
    const tabs = h(
      "div",
      { class: "cb-tabs", role: "group", "aria-label": "more about this state" },
      ...Object.values(this.tabs),
    );
    this.el = h("div", { class: "cb-facts" }, tabs, this.text, this.trial, this.another);
  }

  makeMap(label, role) {
    const map = grid({ role, label, signal: this.view.card.signal });
    map.el.dataset.role = "probe";
    return map;
  }

  paint() {
    const { now } = this.view;
    this.el.hidden = now.predict;
    if (now.predict) return;
    for (const [name, tab] of Object.entries(this.tabs))
      tab.setAttribute("aria-pressed", String(name === now.panel));
    const trial = now.panel === "adjoint" || now.panel === "twice";
    this.trial.hidden = this.another.hidden = !trial;
    const trying = trial ? tried(now) : null;
    this.signs[1].hidden = this.maps[2].el.hidden = now.panel !== "twice";
    const values = trying ? [trying.b, trying.there, trying.back] : [];
    for (const [n, picture] of values.entries()) this.maps[n].paint(picture);
    this.show(PANELS[now.panel](now, trying, this.view));
  }

  // A button that is pressed must stay in place.
  show(parts) {
    const key = parts.map((part) => part.outerHTML).join("");
    if (this.shown === key) return;
    this.shown = key;
    const focused = [...this.text.querySelectorAll("button")].indexOf(document.activeElement);
    this.text.replaceChildren(...parts);
    if (focused >= 0) this.text.querySelectorAll("button")[focused]?.focus();
  }
}

const line = (...parts) => h("p", { class: "cb-note" }, ...parts);
const strong = (text) => h("b", { class: "cb-name cb-output" }, text);

const PANELS = { sizes, overlap, adjoint, twice };

function sizes(now, _, { card }) {
  const { shapes, stride, padding, dilation, output_padding: chosen } = now;
  const dilated = dilation > 1 ? `, dilation ${dilation}` : "";
  const found = collisions(now);
  const choose = ({ more, size }) =>
    button(
      `${sizeOf(size)}: output_padding ${more}`,
      () => card.change({ output_padding: more, step: null }),
      {
        "aria-pressed": String(more === chosen),
      },
    );
  const many =
    found.length > 1
      ? "all of these sizes. On the way back output_padding says which of them is meant:"
      : "this size, and of no other:";
  const beyond =
    chosen >= stride
      ? `With output_padding ${chosen} the output is larger than any of them: dilation allows it, and no such convolution leads back to ${sizeOf(shapes.input)}. `
      : "";
  return [
    line(
      `A convolution with kernel ${sizeOf(shapes.kernel)}, stride ${stride}, padding ${padding}${dilated} makes ${sizeOf(shapes.input)} of ${many}`,
    ),
    h("div", { class: "cb-options" }, ...found.map(choose)),
    line(beyond, ...addedInWords(now)),
  ];
}

/** What output_padding has added: places that are computed, their numbers, and how many no stamp reaches. */
function addedInWords(now) {
  const new_ = added(now);
  if (!new_)
    return [
      "output_padding is 0 here: nothing is added. Choose another size and see what its last row holds.",
    ];
  const rows = outputOf(now);
  const last = rows.length - now.output_padding;
  const numbers = rows.slice(last).map((row, n) => `y[${last + n},:] = ${row.map(format).join(" ")}`);
  const { places, untouched } = new_;
  const rest =
    untouched === 0
      ? "Stamps reach all of these places: padding had cropped them."
      : untouched < places
        ? `Stamps reach ${places - untouched} of these places; the other ${untouched} lie beyond the last stamp and stay 0.`
        : "No stamp reaches them, so they stay 0: beyond the last stamp there is nothing that padding had cropped.";
  return [
    `output_padding adds ${plural(places, "place")} that are computed like all others, no zeros: `,
    strong(numbers.join("; ")),
    `. ${rest}`,
  ];
}

function overlap(now) {
  const along = meetAlong(now);
  const most = Math.max(...now.overlap.flat());
  const least = Math.min(...now.overlap.flat());
  const names = ["down the rows", "along the columns"];
  const same = String(along[0]) === String(along[1]);
  const axes = same ? [["along each axis", along[0]]] : along.map((counts, a) => [names[a], counts]);
  return [
    line(`How many stamps meet, ${axes[0][0]}: `, strong(axes[0][1].join(" "))),
    ...axes.slice(1).map(([name, counts]) => line(`${name}: `, strong(counts.join(" ")))),
    line(
      `In two dimensions the counts multiply: ${least === most ? most : `${least} to ${most}`} here. ${evenInWords(now)}`,
    ),
  ];
}

function evenInWords({ shapes: { kernel }, stride }) {
  if (stride === 1) return "With stride 1 only the border gets fewer.";
  const odd = kernel.filter((taps) => taps % stride);
  if (Math.min(...kernel) < stride)
    return `The kernel is smaller than the stride ${stride}: between the stamps there are places that none reaches.`;
  return odd.length
    ? `${odd[0]} is no multiple of the stride ${stride}, so the counts change from place to place: ${Math.floor(odd[0] / stride)} and ${Math.ceil(odd[0] / stride)} along an axis.`
    : `The stride ${stride} divides the kernel, so away from the border all counts are ${kernel.map((taps) => taps / stride).join("·")} = ${kernel.reduce((all, taps) => (all * taps) / stride, 1)}.`;
}

function adjoint(now, { b, there, sides }) {
  const [left, right] = sides.map(format);
  return [
    line(
      "Take any large picture b. C, the convolution, makes a small one of it, and Cᵀ a large one of our input x.",
    ),
    line("⟨C·b, x⟩ = ", dotInWords(there, now.input), " = ", strong(left)),
    line("⟨b, Cᵀ·x⟩ = ", dotInWords(b, outputOf(now)), " = ", strong(right)),
    line("The same number for every b and every x: that, and only that, makes Cᵀ the transpose of C."),
  ];
}

function twice(_now, { b, back }) {
  const all = b.flat();
  const differ = all.filter((value, n) => Math.abs(value - back.flat()[n]) > 1e-9).length;
  const verdict = differ
    ? `${differ} of ${plural(all.length, "pixel")} differ from b`
    : "for this b and this kernel nothing differs, by chance";
  return [
    line(
      "C and then Cᵀ: the size of b comes back, b does not. ",
      strong(`${verdict}.`),
      " Transposed is not inverse: what the convolution has added up stays added up.",
    ),
  ];
}
