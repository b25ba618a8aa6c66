// How numbers are written for people, and read from what they type. No DOM here.

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

export const plural = (count, noun, many = `${noun}s`) => `${count} ${count === 1 ? noun : many}`;
