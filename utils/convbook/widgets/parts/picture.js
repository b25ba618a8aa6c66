// A captioned picture, with a lens that follows the pointer, a finger or the arrow keys.
import { greyCanvas } from "./canvas.js";
import { ARROWS, h, setText } from "./dom.js";
import { lens } from "./lens.js";

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
    this.onPreview = onPreview;
    this.onPin = onPin;
    this.here = here;
    this.signal = signal;
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
    this.listenForPointers();
    this.listen("blur", () => onPreview(null));
    this.listen("keydown", (event) => this.onKey(event) && event.preventDefault());
  }

  listen(type, handler) {
    this.frame.addEventListener(type, handler, { signal: this.signal });
  }

  /** @param {number[]} at */
  inside([i, j]) {
    return [Math.max(0, Math.min(this.height - 1, i)), Math.max(0, Math.min(this.width - 1, j))];
  }

  at({ clientX, clientY }) {
    const { top, left, width, height } = this.picture.el.getBoundingClientRect();
    return this.inside([
      Math.floor(((clientY - top) / height) * this.height),
      Math.floor(((clientX - left) / width) * this.width),
    ]);
  }

  // A finger that comes down may be about to scroll: it previews only when it moves along the picture, and pins where it leaves.
  listenForPointers() {
    let pressed = false;
    const leave = () => {
      pressed = false;
      this.onPreview(null);
    };
    this.listen("pointerdown", ({ button }) => {
      pressed = button === 0;
    });
    this.listen("pointermove", (event) => {
      if (pressed || event.pointerType === "mouse") this.onPreview(this.at(event));
    });
    this.listen("pointerup", (event) => {
      if (pressed) this.onPin(this.at(event));
      pressed = false;
    });
    this.listen("pointercancel", leave);
    this.listen("pointerleave", leave);
  }

  /** Does what a key asks for, and says whether it asked for anything. */
  onKey({ key, shiftKey, ctrlKey, metaKey, altKey }) {
    if (ctrlKey || metaKey || altKey) return false;
    const move = ARROWS[key];
    const now = this.here() ?? [this.height >> 1, this.width >> 1];
    const far = shiftKey ? FAR : 1;
    if (move) this.onPreview(this.inside(now.map((index, axis) => index + move[axis] * far)));
    else if (key === "Enter" || key === " ") this.onPin(now);
    else if (key === "Escape") this.onPin(null);
    else return false;
    return true;
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
