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

/** Reads what a person typed: "3", "−1.5", "1,5", "1/9". Returns null if that is not a finite number. */
export function parse(text) {
  const clean = text.trim().replaceAll("−", "-").replace(",", ".");
  const fraction = /^([^/]+)\/([^/]+)$/.exec(clean);
  const value = fraction ? Number(fraction[1]) / Number(fraction[2]) : clean === "" ? NaN : Number(clean);
  return Number.isFinite(value) ? value : null;
}

export const plural = (count, noun, many = `${noun}s`) => `${count} ${count === 1 ? noun : many}`;

/** A number within a sum: a negative one in parentheses. */
export const signed = (value) => (value < 0 ? `(${format(value)})` : format(value));

/** A sum of products in words, "2×3 + 1×(−1) + 4 (bias)". */
export function sumInWords(terms, bias = 0) {
  const products = terms.map(({ x, w }) => `${signed(x)}×${signed(w)}`);
  return [...products, ...(bias ? [`${signed(bias)} (bias)`] : [])].join(" + ");
}

/** Steps of 0.1 must not gather rounding dust. */
export const rounded = (value) => Number(value.toFixed(9));
