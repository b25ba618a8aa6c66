// What is dragged, or moved by the arrow keys, to change R, the channels inside.
import { h } from "../parts/dom.js";
import { MOST } from "./state.js";

const FAR = 16; // channels that Page up and Page down go

/**
 * A handle that stands somewhere on `area`. Where a mouse may take hold `anywhere`, a finger still takes the handle: elsewhere it
 * scrolls.
 * @param {HTMLElement} area
 * @param {{
 *   signal: AbortSignal, name: string, read: () => number, write: (reduced: number, gesture: object) => void, pays: () => number, anywhere?: boolean,
 *   begin?: () => void, end?: () => void, at: (share: number) => number,
 * }} options `at` says which R lies at a share of the area's width; `pays` the largest that does
 */
export function handleOn(
  area,
  { signal, name, read, write, pays, at, anywhere = false, begin = () => {}, end = () => {} },
) {
  const el = h(
    "span",
    { class: "cb-handle cb-pull", role: "slider", tabindex: 0, "aria-label": name, title: "drag sideways" },
    "↔",
  );
  const on = (target, type, handler) => target.addEventListener(type, handler, { signal });
  let held = null;
  on(area, "pointerdown", (event) => {
    const onHandle = el.contains(event.target);
    if (event.button !== 0 || !(onHandle || (anywhere && event.pointerType === "mouse"))) return;
    const { left, width } = el.getBoundingClientRect();
    held = { id: event.pointerId, off: onHandle ? left + width / 2 - event.clientX : 0 }; // it does not jump to the pointer
    begin();
    if (!onHandle) follow(event);
  });
  const follow = ({ clientX }) => {
    const { left, width } = area.getBoundingClientRect();
    write(at(Math.max(0, Math.min(1, (clientX + held.off - left) / width))), held);
  };
  on(area, "pointermove", (event) => {
    if (held?.id !== event.pointerId) return;
    area.setPointerCapture(event.pointerId);
    follow(event);
  });
  for (const type of ["pointerup", "pointercancel"])
    on(area, type, () => {
      if (held) end();
      held = null;
    });
  on(el, "keydown", (event) => {
    const to = steps(read(), pays())[event.key];
    if (to === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    write(to, {});
  });
  return {
    el,
    /** @param {number} x share of the width @param {number} y share of the height */
    place(x, y) {
      Object.assign(el.style, { left: `${100 * x}%`, top: `${100 * y}%` });
      const values = { min: 1, max: MOST, now: read(), text: `R = ${read()}` };
      for (const [key, value] of Object.entries(values)) el.setAttribute(`aria-value${key}`, String(value));
    },
  };
}

const steps = (now, pays) => ({
  ArrowLeft: now - 1,
  ArrowDown: now - 1,
  ArrowRight: now + 1,
  ArrowUp: now + 1,
  PageDown: now - FAR,
  PageUp: now + FAR,
  Home: 1,
  End: pays || now,
});
