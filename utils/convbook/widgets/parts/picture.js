// A captioned picture, with a lens that follows the pointer, a finger or the arrow keys.
import { greyCanvas } from "./canvas.js";
import { h, setText } from "./dom.js";
import { lens } from "./lens.js";
import { choosePlaces, placeBelow, stepPlaces } from "./places.js";

const FAR = 10; // pixels that Shift+arrow moves
const COARSE = 128; // pixels a side below which they are large enough to be seen

/**
 * @typedef {object} PictureOptions
 * @property {"input" | "output"} role
 * @property {(at: number[] | null) => void} onPreview the pointer, a finger or the arrow keys are at this pixel
 * @property {(at: number[] | null) => void} onPin click, tap, Enter; Esc gives null
 * @property {() => number[] | null} here the pixel below the lens, for the arrow keys
 * @property {AbortSignal} signal
 */

/** @param {PictureOptions} options */
export const pictureView = (options) => new PictureView(options);

class PictureView {
  /** @param {PictureOptions} options */
  constructor({ role, onPreview, onPin, here, signal }) {
    this.height = 1;
    this.width = 1;
    this.name = h("b");
    this.size = h("span");
    this.picture = greyCanvas();
    this.frame = h(
      "div",
      {
        class: "cb-frame",
        tabindex: 0,
        role: "application",
        "aria-roledescription": "picture with a lens",
      },
      this.picture.el,
    );
    this.lens = lens(this.frame, this.picture, signal);
    this.frame.append(this.lens.el);
    const caption = h("figcaption", {}, this.name, " ", this.size);
    this.el = h("figure", { class: `cb-photo cb-${role}`, "data-role": role }, caption, this.frame);
    const size = () => [this.height, this.width];
    const at = (event) => placeBelow(event, this.picture.el, size());
    choosePlaces(this.frame, { at, onPreview, onPin, signal });
    stepPlaces(this.frame, { here, size, far: FAR, onPreview, onPin, signal });
  }

  /** Shows these pixels through the lens, or with null puts it away. @param {import("./lens.js").Box | null} box */
  look(box) {
    this.lens.show(box);
  }

  /** @param {ArrayLike<number> | ArrayLike<number>[]} values @param {number} rows @param {number} columns @param {number[]} range */
  draw(values, rows, columns, range) {
    [this.height, this.width] = [rows, columns];
    this.picture.draw(values, rows, columns, range);
    this.frame.classList.toggle("cb-coarse", Math.max(rows, columns) < COARSE);
    this.lens.again();
  }

  /** Takes the room of a picture of this size, which is still to come. */
  blank(rows, columns) {
    [this.height, this.width] = [rows, columns];
    this.picture.blank(rows, columns);
  }

  /** `secret`: nothing is shown yet but a "?". */
  rename(name, note, label, secret = false) {
    setText(this.name, name);
    setText(this.size, note);
    this.frame.setAttribute("aria-label", label);
    this.frame.classList.toggle("cb-secret", secret);
  }
}
