// Making elements, and what every view asks of the page.

/**
 * h("button", { class: "cb-button", "aria-pressed": false, onclick }, "text", child)
 * @returns {any} the element
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(element, name, value);
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

function setAttribute(element, name, value) {
  const spoken = name.startsWith("aria-"); // there false is a word
  if (value === undefined || value === null || (value === false && !spoken)) return;
  if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
  else if (["value", "checked", "indeterminate"].includes(name)) element[name] = value;
  else element.setAttribute(name, value === true && !spoken ? "" : value);
}

/** @returns {any} */
export const button = (text, onclick, attributes = {}) =>
  h("button", { type: "button", class: "cb-button", onclick, ...attributes }, text);

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// The arrow keys, as moves [down, right].
export const ARROWS = { ArrowUp: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, 0] };

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
