// Small helpers that every view shares: making elements and writing numbers.

// h("button", { class: "cb-button", "aria-pressed": false, onclick }, "text", child)
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || (value === false && !name.startsWith("aria-"))) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (["value", "checked", "indeterminate"].includes(name)) element[name] = value;
    else element.setAttribute(name, value === true && !name.startsWith("aria-") ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

// The arrow keys, as moves [down, right].
export const ARROWS = { ArrowUp: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, 0] };

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
