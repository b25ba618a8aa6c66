// The reader answers, with a number or a choice, where the chapter knows what goes wrong on the way; a right answer opens
// the fold.
import { format, parse, thousands } from "../../utils/convbook/widgets/arithmetic/numbers.js";
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { diagnose, SLIPS } from "../../utils/convbook/widgets/parts/slips.js";
import { recall, remember } from "./memory.js";
import { all } from "./page.js";
import { countTry, lookUp } from "./tally.js";

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

// Reads as many numbers as are asked for: "-3", "0,5", "1/9"; "3x4", "3 × 4", "3 by 4", "3, 4", "(3, 4)". Null if they are
// not there.
export function read(text, answer) {
  if (!Array.isArray(answer)) return readOne(text, answer);
  const separators = [/\s*[x×*;]\s*|\s+by\s+|,\s+|\s+(?:and\s+)?/i, /\s*,\s*/]; // "3,4" is a pair where two are asked for
  for (const separator of separators) {
    const numbers = text
      .trim()
      .replace(/^(?:\((.*)\)|\[(.*)\])$/, "$1$2")
      .trim()
      .split(separator)
      .map((part, n) => parse(part, { thousands: answer[n] >= 1000 }));
    if (numbers.length === answer.length && !numbers.includes(null)) return numbers;
  }
  return null;
}

// As the text writes it: 65,536.
const asInText = (number) =>
  Number.isInteger(number) && number >= 1000 ? thousands(number) : format(number);
export const written = (value, between = ", ") => [value].flat().map(asInText).join(between);

// Says what is to be typed, without giving anything away.
export function kindOf(answer) {
  if (!Array.isArray(answer)) return "a number. Write it like −3, 0.5 or 1/9";
  return `${answer.length} numbers. Write them like ${written(Array.from(answer, (_, i) => i + 3))}`;
}

const places = (number) => String(number).split(".")[1]?.length ?? 0;

// Says whether a number, rounded to the places of another one that has some, is that one: 3.057 and 3.06 are 3.1.
function roundsTo(value, other) {
  if (Array.isArray(other)) return other.every((one, n) => value[n] === one || roundsTo(value[n], one));
  return (
    0 < places(other) && places(other) <= places(value) && Number(value.toFixed(places(other))) === other
  );
}

// The verdict on what was typed: { right, text }, and whether it was an `answer` at all. With `any_order`, two numbers may
// come in either.
export function judge(text, { answer, slips = {}, any_order: anyOrder = false }) {
  const value = read(text, answer);
  if (value === null)
    return {
      answer: false,
      right: false,
      text: text.trim() ? `“${text.trim()}” is not ${kindOf(answer)}.` : "",
    };
  const inOrder = (numbers) => (anyOrder ? [numbers].flat().sort((one, other) => one - other) : numbers);
  const mistakes = Object.entries(slips).map(([name, number]) => ({
    value: inOrder(number),
    hint: Object.hasOwn(SLIPS, name) ? SLIPS[name] : name,
  }));
  const known = diagnose(inOrder(value), inOrder(answer), mistakes);
  const right = known.right || roundsTo(inOrder(value), inOrder(answer));
  const hint = known.hint ?? mistakes.find((slip) => roundsTo([slip.value].flat(), [value].flat()))?.hint;
  if (right) return { answer: true, right, text: `${FINDING.right}${written(answer)}.` };
  return {
    answer: true,
    right,
    text: `${written(value)}${FINDING.wrong}${hint ?? "Have another look at the question."} Try again.`,
  };
}

const inOrderOf = new Intl.Collator("en", { numeric: true }).compare;

// What there is to choose from, by the alphabet: an order that knows nothing of the answer.
export const optionsOf = ({ answer, slips }) => [answer, ...Object.values(slips)].sort(inOrderOf);

// The verdict on what was chosen, as `judge` gives it for a number.
export function judgeChoice(chosen, { answer, slips }) {
  if (!chosen) return { answer: false, right: false, text: "Choose one of them first." };
  if (chosen === answer) return { answer: true, right: true, text: `Right: ${answer}.` };
  const [why] = Object.entries(slips).find(([, option]) => option === chosen);
  return { answer: true, right: false, text: `“${chosen}” is not it. ${why} Try again.` };
}

// A part of the form: what stands in it, the answer that it holds, and how to put one into it again.

function field({ answer, asks }) {
  const input = h("input", { type: "text", autocomplete: "off", spellcheck: "false", size: 10 });
  const label = asks ?? (Array.isArray(answer) ? "Your numbers" : "Your number");
  return {
    el: h("label", {}, label, input),
    judge,
    given: () => input.value,
    restore: (text) => {
      input.value = text;
    },
  };
}

function choice(prediction, id) {
  const buttons = optionsOf(prediction).map((value) => h("input", { type: "radio", name: id, value }));
  const labels = buttons.map((button) => h("label", {}, button, h("span", {}, button.value)));
  return {
    el: h("fieldset", {}, h("legend", {}, prediction.asks ?? "Your answer"), ...labels),
    judge: judgeChoice,
    given: () => buttons.find((button) => button.checked)?.value ?? "",
    restore: (text) => {
      for (const button of buttons) button.checked = button.value === text;
    },
  };
}

function show(place) {
  const prediction = JSON.parse(place.dataset.prediction);
  const chosen = typeof prediction.answer === "string";
  const part = chosen ? choice(prediction, place.id) : field(prediction);
  const verdict = h("p", { role: "status" });
  const form = h("form", {}, part.el, h("button", { type: "submit" }, "Check"), verdict);
  const fold = place.nextElementSibling;
  const { question } = place.dataset;
  const say = () => {
    const found = part.judge(part.given(), prediction);
    verdict.textContent = found.text;
    verdict.dataset.mood = found.right ? "right" : "wrong";
    return found;
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    remember(place.id, part.given());
    const found = say();
    if (found.answer) countTry(question, found.right);
    if (found.right) fold.open = true;
  });
  fold.querySelector("summary").addEventListener("click", () => lookUp(question));
  part.restore(recall(place.id) ?? "");
  if (part.given()) say();
  place.append(form);
  place.hidden = false;
}

export function takePredictions() {
  all(".prediction").forEach(show);
}
