// Four arrows, also by the arrow keys, that move something by whole steps.
import { ARROWS, button, h } from "./dom.js";

const SIGNS = "▲◀▶▼";
const WORDS = ["up", "left", "right", "down"];

/** @param {string} name what they do, "move the patch" @param {(by: number[]) => void} onMove by [down, right] */
export function pad(name, onMove) {
  const one = (by, n) =>
    button(SIGNS[n], () => onMove(by), { class: "cb-button cb-nudge", "aria-label": `${name} ${WORDS[n]}` });
  const onkeydown = (event) => {
    const by = ARROWS[event.key];
    if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    onMove(by);
  };
  return h(
    "div",
    { class: "cb-pad-of-arrows", role: "group", "aria-label": name, onkeydown },
    h("span", { class: "cb-note" }, name),
    ...Object.values(ARROWS).map(one),
  );
}
