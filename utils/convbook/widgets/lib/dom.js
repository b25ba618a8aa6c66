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

// Integers as integers, at most three decimals (three digits where all three would be 0), a true minus sign.
export function format(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const rounded = size >= 0.1 || size === 0 ? Number(value.toFixed(3)) : Number(value.toPrecision(3));
  return String(Object.is(rounded, -0) ? 0 : rounded).replaceAll("-", "−");
}

// Reads what a person typed: "3", "−1.5", "1,5", "1/9". Returns null if that is not a finite number.
export function parse(text) {
  const clean = text.trim().replaceAll("−", "-").replace(",", ".");
  const fraction = /^([^/]+)\/([^/]+)$/.exec(clean);
  const value = fraction ? Number(fraction[1]) / Number(fraction[2]) : clean === "" ? NaN : Number(clean);
  return Number.isFinite(value) ? value : null;
}

// The arrow keys, as moves [down, right].
export const ARROWS = { ArrowUp: [-1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowDown: [1, 0] };

// [[1, 2, 3], [4, 5, 6]] -> [2, 3]
export const shape = (array) => (Array.isArray(array) ? [array.length, ...shape(array[0])] : []);

export const upTo = (count) => [...Array(count).keys()];

export const plural = (count, noun, many = `${noun}s`) => `${count} ${count === 1 ? noun : many}`;

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
