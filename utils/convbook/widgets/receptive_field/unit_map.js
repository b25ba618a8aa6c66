// The last map, small: where a unit is chosen; and how a place on it, or on the picture, is one of its units.
import { ARROWS, h, setText } from "../parts/dom.js";
import { choosePlaces } from "../parts/places.js";

const DENSE = 28; // units a side, from which on the lines between them would hide them

export class UnitMap {
  /**
   * @param {{ onLook: (unit: number[] | null) => void, onPin: (unit: number[] | null) => void, signal: AbortSignal }} does
   *   a unit is pointed at; it is kept, or with null let go
   */
  constructor({ onLook, onPin, signal }) {
    this.onLook = onLook;
    this.onPin = onPin;
    this.signal = signal;
    this.side = 1;
    this.unit = [0, 0];
    this.mark = h("span");
    const attributes = { tabindex: 0, role: "application", "aria-roledescription": "map of units" };
    this.map = h("div", { class: "cb-units", ...attributes }, this.mark);
    this.size = h("span");
    const note = h("span", {}, "point at or tap a unit, here or in the picture");
    const name = h("span", {}, h("b", { class: "cb-name" }, "last map"), this.size);
    this.el = h("div", { class: "cb-last cb-output" }, this.map, h("p", { class: "cb-note" }, name, note));
    this.listenOn(this.map, (share) => Math.floor(share * this.side));
    this.map.addEventListener("keydown", (event) => this.onKey(event), { signal });
  }

  clamp = (at) => Math.max(0, Math.min(this.side - 1, at));

  /**
   * Lets the pointer choose a unit on an element.
   * @param {HTMLElement} el
   * @param {(share: number) => number} read the row, or column, at this share of the height, or width
   */
  listenOn(el, read) {
    const at = ({ clientX, clientY }) => {
      const { left, top, width, height } = el.getBoundingClientRect();
      return [(clientY - top) / height, (clientX - left) / width].map((share) => this.clamp(read(share)));
    };
    choosePlaces(el, { at, onPreview: this.onLook, onPin: this.onPin, signal: this.signal });
  }

  onKey(event) {
    const move = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || (!move && event.key !== "Escape")) return;
    event.preventDefault();
    this.onPin(move ? this.unit.map((at, axis) => this.clamp(at + move[axis])) : null);
  }

  /** @param {number} side @param {number[]} unit */
  paint(side, unit) {
    this.side = side;
    this.unit = unit;
    const percent = (units) => `${(100 * units) / side}%`;
    const [top, left] = unit.map(percent);
    Object.assign(this.mark.style, { width: percent(1), height: percent(1), top, left });
    this.map.style.setProperty("--units", String(side));
    this.map.classList.toggle("cb-dense", side > DENSE);
    const label = `last map, ${side} by ${side} units, unit ${unit.join(", ")}: the arrow keys choose another`;
    this.map.setAttribute("aria-label", label);
    setText(this.size, ` ${side}×${side}`);
  }
}
