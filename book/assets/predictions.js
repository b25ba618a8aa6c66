// A field for the reader's number, where the chapter knows what goes wrong on the way to it; a right one opens the fold.
import { format, parse } from "../../utils/convbook/widgets/arithmetic/numbers.js";
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { diagnose, SLIPS } from "../../utils/convbook/widgets/parts/slips.js";
import { recall, remember } from "./memory.js";
import { all } from "./page.js";

const FINDING = { right: "Yes, ", wrong: " is not it. " };

// Reads as many numbers as are asked for: "-3", "0,5", "1/9"; "3x4", "3 × 4", "3 by 4", "3, 4". Null if they are not there.
export function read(text, answer) {
  const number = (part, asked) => parse(part, { thousands: asked >= 1000 });
  if (!Array.isArray(answer)) return number(text, answer);
  const separators = [/\s*[x×*;]\s*|\s+by\s+|,\s+|\s+(?:and\s+)?/i, /\s*,\s*/]; // "3,4" is a pair where two are asked for
  for (const separator of separators) {
    const numbers = text
      .trim()
      .split(separator)
      .map((part, n) => number(part, answer[n]));
    if (numbers.length === answer.length && !numbers.includes(null)) return numbers;
  }
  return null;
}

const written = (value, between = ", ") => [value].flat().map(format).join(between);

// Says what is to be typed, without giving anything away.
export function kindOf(answer) {
  if (!Array.isArray(answer)) return "a number. Write it like −3, 0.5 or 1/9";
  return `${answer.length} numbers. Write them like ${written(Array.from(answer, (_, i) => i + 3))}`;
}

// The verdict on what was typed: { right, text }.
export function judge(text, { answer, slips = {} }) {
  const value = read(text, answer);
  if (value === null)
    return { right: false, text: text.trim() ? `“${text.trim()}” is not ${kindOf(answer)}.` : "" };
  const mistakes = Object.entries(slips).map(([name, number]) => ({
    value: number,
    hint: Object.hasOwn(SLIPS, name) ? SLIPS[name] : name,
  }));
  const { right, hint } = diagnose(value, answer, mistakes);
  if (right) return { right, text: `${FINDING.right}${written(answer)}.` };
  return {
    right,
    text: `${written(value)}${FINDING.wrong}${hint ?? "Have another look at the question."} Try again.`,
  };
}

function show(place, n) {
  const prediction = JSON.parse(place.dataset.prediction);
  const field = h("input", { type: "text", autocomplete: "off", spellcheck: "false", size: 10 });
  const verdict = h("p", { role: "status" });
  const label = prediction.asks ?? (Array.isArray(prediction.answer) ? "Your numbers" : "Your number");
  const form = h("form", {}, h("label", {}, label, field), h("button", { type: "submit" }, "Check"), verdict);
  const say = () => {
    const { right, text } = judge(field.value, prediction);
    verdict.textContent = text;
    verdict.dataset.mood = right ? "right" : "wrong";
    return right;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    remember(`prediction ${n}`, field.value);
    if (say()) place.nextElementSibling.open = true;
  });
  field.value = recall(`prediction ${n}`) ?? "";
  if (field.value) say();
  place.append(form);
  place.hidden = false;
}

export function takePredictions() {
  all(".prediction").forEach(show);
}
