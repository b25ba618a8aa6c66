// What a unit sees: the photograph with the unit's box, its gradient on top, and the cone below.
import { cone, isLayer, otherEnd } from "../arithmetic/stack.js";
import { greyCanvas, photo } from "../parts/canvas.js";
import { coneDrawing } from "../parts/cone.js";
import { h } from "../parts/dom.js";
import { square } from "./state.js";

const PURPLE = 0x7f49a8; // #a8497f, the gradient on a photograph, as a number of a canvas
const FAINTEST = 0.2; // every pixel that has a gradient is tinted, however little it is; the more, the stronger
const STRONGEST = 0.9;
const COARSE = 128; // pixels a side below which they are large enough to be seen

export class Sight {
  constructor() {
    this.picture = greyCanvas();
    this.heat = h("canvas");
    this.beyond = h("span", { class: "cb-beyond" });
    this.theory = h("span", { class: "cb-theory" });
    this.effective = h("span", { class: "cb-effective" });
    const layers = [this.beyond, this.picture.el, this.heat, this.theory, this.effective];
    this.frame = h("div", { class: "cb-frame cb-scene", "aria-hidden": "true" }, ...layers);
    this.caption = h("figcaption");
    this.el = h("figure", { class: "cb-sight cb-output", "aria-busy": "true" }, this.caption, this.frame);
    this.cone = h("div", { class: "cb-cone cb-output" });
    this.photoDrawn = "";
    this.drawn = null;
  }

  /**
   * @param {import("./state.js").Meaning} now
   * @param {import("./state.js").Sight | null} sight null while it is secret
   * @param {number} chosen the row that is lit in the cone
   */
  paint(now, sight, chosen) {
    const unit = sight && h("b", { class: "cb-name" }, `unit (${sight.unit.join(", ")})`);
    this.caption.replaceChildren(
      h("b", { class: "cb-name cb-input" }, "input"),
      ` ${now.size}×${now.size}`,
      ...(unit ? [" seen by ", unit] : []),
    );
    const whole = [0, now.size - 1];
    for (const canvas of [this.picture.el, this.heat]) place(canvas, [whole, whole], now);
    if (sight !== this.drawn?.sight) this.paintHeat(now.size, sight);
    if (sight !== this.drawn?.sight || chosen !== this.drawn?.chosen)
      this.cone.innerHTML = sight ? drawnCone(now, sight, chosen) : "";
    this.drawn = { sight, chosen };
    this.paintFrames(now, sight);
  }

  paintFrames(now, sight) {
    for (const el of [this.theory, this.beyond, this.heat]) el.hidden = !sight;
    this.effective.hidden = !sight?.middle;
    this.frame.dataset.box = sight ? JSON.stringify(sight.box) : "";
    if (!sight) return;
    place(this.theory, sight.box, now);
    place(this.beyond, sight.box, now);
    if (!sight.middle) return;
    const effective = sight.middle.map(({ first, last }) => [first, last]);
    place(this.effective, effective, now);
  }

  /** @param {string} name @param {any} picture the photograph, as soon as it is there */
  paintPhoto(name, picture, size) {
    const wanted = `${name} ${size}`;
    if (!picture || wanted === this.photoDrawn) return;
    this.photoDrawn = wanted;
    this.picture.draw(square(picture, size), size, size, photo);
    this.frame.classList.toggle("cb-coarse", size < COARSE);
    this.el.setAttribute("aria-busy", "false");
  }

  paintHeat(size, sight) {
    if (!sight) return;
    const { gradient } = sight;
    const most = gradient.reduce((a, b) => Math.max(a, b), 0);
    const image = new ImageData(size, size);
    const rgba = new Uint32Array(image.data.buffer);
    gradient.forEach((value, i) => {
      const share = FAINTEST + (STRONGEST - FAINTEST) * Math.sqrt(value / most);
      if (value) rgba[i] = (Math.round(255 * share) << 24) | PURPLE;
    });
    this.heat.width = this.heat.height = size;
    this.heat.getContext("2d").putImageData(image, 0, 0);
  }
}

/**
 * Lays an element over the pixels of a box; what lies beyond the frame is cut, and has no border there.
 * @param {any} el
 * @param {number[][]} box [first, last] rows, [first, last] columns
 * @param {{ size: number, margin: number }} now
 */
function place(el, [[top, bottom], [left, right]], { size, margin }) {
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

// The layers are levels of the cone; what only starts or ends a skip has no units of its own.
function drawnCone({ layers, size, table, margin }, { unit, sums }, chosen) {
  const [, column] = unit;
  const lit = cone(layers, table, size, column);
  const last = table.at(-1).field;
  const outputs = [{ size, field: { jump: 1, centre: 0 } }, ...table];
  const own = outputs.flatMap((_, n) => (n === 0 || isLayer(layers[n - 1]) ? [n] : []));
  const levelOf = (n) => own.findLastIndex((level) => level <= n);
  const levels = own.map((n) => {
    const { size: count, field } = outputs[n];
    const at = (place) => field.centre + place * field.jump;
    return { ends: [0, count - 1].map(at), seen: lit[n].map(at), jump: field.jump, chosen: n === chosen + 1 };
  });
  const at = last.centre + column * last.jump;
  const bypasses = layers.flatMap((one, n) =>
    one.kind === "add" ? [{ at, from: levelOf(otherEnd(layers, n)), to: levelOf(n) }] : [],
  );
  const label = `the units of each layer through which unit ${column} sees the picture, along a row`;
  return coneDrawing({ left: -margin, across: size + 2 * margin, weights: sums[1], levels, bypasses, label });
}
