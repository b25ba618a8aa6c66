// Channels in a row, a wall or a tensor of tiles: cell by cell where they are few, else as an area with blocks on it.
import { upTo } from "../arithmetic/tensor.js";
import { h, setText } from "../parts/dom.js";
import { grid } from "../parts/grid.js";
import { choosePlaces, placeBelow, stepPlaces } from "../parts/places.js";

const SVG = "http://www.w3.org/2000/svg";
const FAR = 8; // channels that Shift+arrow moves

/**
 * What a field shows. `isThere(i, j)` says whether there is a tile, `blocks` the same for an area; `marks` and `lit` what
 * belongs to the cell that is explained, which is `here`, if it is on this field.
 * @typedef {{
 *   name: string, extent: string, rows: number, columns: number, kernel: number, here: number[] | null,
 *   isThere: (i: number, j: number) => boolean, marks: (i: number, j: number) => import("../parts/cell.js").Mark,
 *   blocks: import("./state.js").Block[], lit: import("./state.js").Block[], label: string,
 * }} Field
 * @typedef {{
 *   role: string, kind: string, signal: AbortSignal, onPreview: (at: number[] | null) => void,
 *   onPin: (at: number[] | null) => void,
 * }} Options `role` is the colour, `kind` says what is on the field
 */

/** Cell by cell. */
export class Tiles {
  /** @param {Options} options */
  constructor({ role, kind, signal, onPreview, onPin }) {
    this.grid = grid({ role, signal, onPreview, onPin });
    this.el = this.grid.el;
    this.el.dataset.role = kind;
    this.el.classList.add("cb-tiles");
  }

  /** @param {Field} field */
  paint({ name, extent, rows, columns, kernel, isThere, marks }) {
    const values = upTo(rows).map((i) => upTo(columns).map((j) => Number(isThere(i, j))));
    this.el.style.setProperty("--kernel", String(kernel));
    this.grid.rename(name);
    this.grid.paint(values, { max: 1, extent, marks });
  }
}

/** As an area: the pointer, or the arrow keys, choose a channel or a pair of them. */
export class Area {
  /** @param {Options} options */
  constructor({ role, kind, signal, onPreview, onPin }) {
    this.size = [1, 1];
    this.here = null;
    this.name = h("b", { class: "cb-name" });
    this.extent = h("span");
    this.svg = document.createElementNS(SVG, "svg");
    this.svg.setAttribute("preserveAspectRatio", "none");
    this.svg.setAttribute("aria-hidden", "true");
    this.area = h("div", { class: "cb-area", tabindex: 0, role: "application" }, this.svg);
    this.area.setAttribute("aria-roledescription", "map of channels");
    const caption = h("figcaption", { class: "cb-note" }, this.name, " ", this.extent);
    this.el = h("figure", { class: `cb-field cb-${role}`, "data-role": kind }, caption, this.area);
    const size = () => this.size;
    const at = (event) => placeBelow(event, this.area, this.size);
    choosePlaces(this.area, { at, onPreview, onPin, signal });
    stepPlaces(this.area, { here: () => this.here, size, far: FAR, onPreview, onPin, signal });
  }

  /** @param {Field} field */
  paint({ name, extent, rows, columns, here, blocks, lit, label }) {
    this.size = [rows, columns];
    this.here = here;
    setText(this.name, name);
    setText(this.extent, extent);
    this.el.style.setProperty("--rows", String(rows));
    this.el.style.setProperty("--columns", String(columns));
    this.area.setAttribute("aria-label", label);
    this.svg.setAttribute("viewBox", `0 0 ${columns} ${rows}`);
    const across = rows > 1 ? `M0 ${here?.[0] + 0.5}H${columns}` : ""; // a row of channels has one axis
    const mark = here && `M${here[1] + 0.5} 0V${rows}${across}`;
    this.svg.innerHTML = [
      `<path class="cb-blocks" d="${blocks.map(outline).join("")}"/>`,
      `<path class="cb-lit" d="${lit.map(outline).join("")}"/>`,
      here ? `<path class="cb-cross" d="${mark}"/>` : "",
    ].join("");
  }
}

const outline = ({ top, left, rows, columns }) => `M${left} ${top}h${columns}v${rows}h${-columns}z`;
