// A field for the reader's number, where the chapter knows what goes wrong on the way to it; a right one opens the fold.
import { format, parse } from "../../utils/convbook/widgets/arithmetic/numbers.js";
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { diagnose, SLIPS } from "../../utils/convbook/widgets/parts/slips.js";
import { recall, remember } from "./memory.js";
import { all } from "./page.js";

const FINDING = { right: "Yes, ", wrong: " is not it. " };

// Reads one number as readers write it: "25 %" is 25, and "6 × 6" is a product, if that is what is asked for. (Who writes
// "16 × 16" for a side of 16 means no product.)
function readOne(text, answer) {
  const thousands = answer >= 1000;
  const value = parse(text.replace(/\s*%\s*$/, ""), { thousands });
  const product = text
    .split(/[x×*·]/i)
    .reduce((soFar, part) => soFar * (parse(part, { thousands }) ?? NaN), 1);
  return value ?? (product === answer ? product : null);
}

// Reads as many numbers as are asked for: "-3", "0,5", "1/9"; "3x4", "3 × 4", "3 by 4", "3, 4". Null if they are not there.
export function read(text, answer) {
  if (!Array.isArray(answer)) return readOne(text, answer);
  const separators = [/\s*[x×*;]\s*|\s+by\s+|,\s+|\s+(?:and\s+)?/i, /\s*,\s*/]; // "3,4" is a pair where two are asked for
  for (const separator of separators) {
    const numbers = text
      .trim()
      .split(separator)
      .map((part, n) => parse(part, { thousands: answer[n] >= 1000 }));
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

const places = (number) => String(number).split(".")[1]?.length ?? 0;

// Says whether a number, rounded to the places of another one that has some, is that one: 3.057 and 3.06 are 3.1.
const roundsTo = (value, other) =>
  typeof other === "number" &&
  0 < places(other) &&
  places(other) <= places(value) &&
  Number(value.toFixed(places(other))) === other;

// The verdict on what was typed: { right, text }. With `any_order`, two numbers may come in either.
export function judge(text, { answer, slips = {}, any_order: anyOrder = false }) {
  const value = read(text, answer);
  if (value === null)
    return { right: false, text: text.trim() ? `“${text.trim()}” is not ${kindOf(answer)}.` : "" };
  const inOrder = (numbers) => (anyOrder ? [numbers].flat().sort((one, other) => one - other) : numbers);
  const mistakes = Object.entries(slips).map(([name, number]) => ({
    value: inOrder(number),
    hint: Object.hasOwn(SLIPS, name) ? SLIPS[name] : name,
  }));
  const known = diagnose(inOrder(value), inOrder(answer), mistakes);
  const right = known.right || roundsTo(value, answer);
  const hint = known.hint ?? mistakes.find((slip) => roundsTo(slip.value, value))?.hint;
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
