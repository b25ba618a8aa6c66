// Places on an area that has no cells of its own: chosen by the mouse, by a finger, or by the arrow keys.
import { ARROWS } from "./dom.js";

/**
 * @typedef {object} Choosing
 * @property {(at: number[] | null) => void} onPreview the pointer, a finger or the arrow keys are at this place
 * @property {(at: number[] | null) => void} onPin click, tap, Enter; Esc gives null
 * @property {AbortSignal} signal
 */

/**
 * Lets the pointer choose. A finger that goes down may be about to scroll: it previews only when it moves along, and pins
 * what it leaves.
 * @param {HTMLElement} el
 * @param {Choosing & { at: (event: PointerEvent) => number[] }} how `at` gives the place below the pointer
 */
export function choosePlaces(el, { at, onPreview, onPin, signal }) {
  const listen = (type, handler) => el.addEventListener(type, handler, { signal });
  let pressed = false;
  listen("pointerdown", ({ button }) => {
    pressed = button === 0;
  });
  listen("pointermove", (event) => {
    if (pressed || event.pointerType === "mouse") onPreview(at(event));
  });
  listen("pointerup", (event) => {
    if (pressed) onPin(at(event));
    pressed = false;
  });
  for (const end of ["pointercancel", "pointerleave"])
    listen(end, () => {
      pressed = false;
      onPreview(null);
    });
}

/** The row and the column, of so many, that lie below the pointer on an element. */
export function placeBelow({ clientX, clientY }, el, size) {
  const { left, top, width, height } = el.getBoundingClientRect();
  const shares = [(clientY - top) / height, (clientX - left) / width];
  return inside(
    shares.map((share, axis) => Math.floor(share * size[axis])),
    size,
  );
}

/**
 * Lets the arrow keys choose, `far` places at a time with Shift; from the middle, where none is chosen yet.
 * @param {HTMLElement} el
 * @param {Choosing & { here: () => number[] | null, size: () => number[], far: number }} how
 */
export function stepPlaces(el, { here, size, far, onPreview, onPin, signal }) {
  /** Does what a key asks for, and says whether it asked for anything. */
  const onKey = ({ key, shiftKey, ctrlKey, metaKey, altKey }) => {
    if (ctrlKey || metaKey || altKey) return false;
    const move = ARROWS[key];
    const now = here() ?? size().map((count) => count >> 1);
    const by = shiftKey ? far : 1;
    if (move)
      onPreview(
        inside(
          now.map((index, axis) => index + move[axis] * by),
          size(),
        ),
      );
    else if (key === "Enter" || key === " ") onPin(now);
    else if (key === "Escape") onPin(null);
    else return false;
    return true;
  };
  el.addEventListener("keydown", (event) => onKey(event) && event.preventDefault(), { signal });
  el.addEventListener("blur", () => onPreview(null), { signal });
}

const inside = (at, size) => at.map((index, axis) => Math.max(0, Math.min(size[axis] - 1, index)));
