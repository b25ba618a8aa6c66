// How numbers are written for people, and read from what they type. No DOM here.

/** Integers as integers, at most three decimals (three digits where all three would be 0), a true minus sign. */
export function format(value) {
  if (!Number.isFinite(value)) return "–";
  const size = Math.abs(value);
  const rounded = size >= 0.1 || size === 0 ? Number(value.toFixed(3)) : Number(value.toPrecision(3));
  return String(Object.is(rounded, -0) ? 0 : rounded).replaceAll("-", "−");
}

/** As `format`, but a fraction where that is shorter: "1/9" for 0.111…, for places with room for few letters. */
export function brief(value) {
  const long = format(value);
  if (long.length < 4) return long;
  for (let below = 2; below < 100; below++) {
    const above = Math.round(value * below);
    if (above && Math.abs(value - above / below) < 1e-12) {
      const fraction = `${above}/${below}`.replace("-", "−");
      return fraction.length < long.length ? fraction : long;
    }
  }
  return long;
}

/** A share as "81.3 %", which no line breaks apart. */
export function percent(share) {
  if (share > 0 && share < 0.0005) return "< 0.1\u00a0%";
  return `${format(Math.round(1000 * share) / 10)}\u00a0%`;
}

/** Large whole numbers as the text writes them: "139,049". The browser's own way makes a page wait when it is first used. */
export const thousands = (count) => String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");

/**
 * Reads what a person typed: "3", "−1.5", "1,5", "1/9", "1 024", "1,024,000". Returns null if that is not a finite number.
 * "1,024" alone is 1.024 with a decimal comma, as "1,5" is 1.5, unless `thousands` are at stake.
 */
export function parse(text, { thousands = false } = {}) {
  const [above, below, ...more] = text.trim().replaceAll("−", "-").split("/");
  if (more.length) return null;
  const value =
    below === undefined ? read(above, thousands) : read(above, thousands) / read(below, thousands);
  return Number.isFinite(value) ? value : null;
}

const GROUPS = /^[-+]?[1-9]\d{0,2}(?:([\s,'’])\d{3}(?:\1\d{3})*)(?:\.\d+)?$/; // one kind of separator between groups of three
const ONE_COMMA = /^[^,.\s]*,\d{3}$/;

function read(text, thousands) {
  const clean = text.trim();
  if (clean === "") return NaN;
  const isGrouped = GROUPS.test(clean) && (thousands || !ONE_COMMA.test(clean));
  return Number(isGrouped ? clean.replace(/[\s,'’]/g, "") : clean.replace(",", "."));
}

export const plural = (count, noun, many = `${noun}s`) => `${thousands(count)} ${count === 1 ? noun : many}`;

/** A number within a sum: a negative one in parentheses. */
export const signed = (value) => (value < 0 ? `(${format(value)})` : format(value));

/** A sum of products in words, "2×3 + 1×(−1) + 4 (bias)". */
export function sumInWords(terms, bias = 0) {
  const products = terms.map(({ x, w }) => `${signed(x)}×${signed(w)}`);
  return [...products, ...(bias ? [`${signed(bias)} (bias)`] : [])].join(" + ");
}

/** Steps of 0.1 must not gather rounding dust. */
export const rounded = (value) => Number(value.toFixed(9));
