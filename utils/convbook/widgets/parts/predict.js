// Ask before you reveal: the reader answers, and a wrong answer is compared with known mistakes.
import { format, parse } from "../arithmetic/numbers.js";
import { h } from "./dom.js";

const close = (a, b) =>
  Array.isArray(b)
    ? a.length === b.length && a.every((value, i) => close(value, b[i]))
    : a === b || (Number.isFinite(b) && Math.abs(a - b) <= 5e-4 * Math.max(1, Math.abs(b)));

// Names the first mistake that gives this answer; `mistakes` is [{ value, hint }].
export function diagnose(answer, truth, mistakes) {
  if (close(answer, truth)) return { right: true };
  const known = mistakes.find(({ value }) => !close(value, truth) && close(answer, value));
  return { right: false, hint: known?.hint };
}

// What can go wrong after the sum `before`, whatever it was made of.
export const lateMistakes = (before, truth) => [
  { value: before, hint: "That is the pre-activation: ReLU turns negative sums into 0." },
  { value: Math.max(0, before), hint: "ReLU is off here: a negative sum stays negative." },
  { value: -truth, hint: "The size is right, the sign is not." },
];

// question() returns { text, truth, mistakes } or null when nothing is left to ask; onReveal() shows the answer; onNext() asks the next.
// `fallback` is said to a wrong answer that no mistake explains. The answer is a number, or one of `options`: [[value, text, picture or none], ...]. Questions that look alike but are not have their own `key`.
// Another kind of answer, e.g. a size [3, 4], has its own `read(text)`, null for what it cannot read, and says in `kind` how to write it.
export function predictPanel({ question, onReveal, onNext }) {
  const prompt = h("span", { class: "cb-question" });
  const feedback = h("p", { class: "cb-feedback", role: "status" });
  const answer = h("input", { type: "text", inputmode: "text", class: "cb-number", autocomplete: "off" });
  const next = h(
    "button",
    {
      type: "button",
      class: "cb-button",
      onclick: () => {
        say("");
        onNext();
        answer.focus();
      },
    },
    "Next",
  );
  const reveal = h("button", { type: "button", class: "cb-button", onclick: () => settle(null) }, "Show me");
  const check = h("button", { type: "submit", class: "cb-button cb-primary" }, "Check");
  const options = h("span", { class: "cb-options", role: "group", "aria-label": "your answer" });
  const form = h(
    "form",
    { class: "cb-predict-form" },
    h("label", {}, prompt, answer),
    options,
    check,
    reveal,
    next,
  );
  const el = h("div", { class: "cb-predict" }, form, feedback);
  let asked = null;

  const say = (text, mood = "") => {
    feedback.textContent = text;
    feedback.dataset.mood = mood;
  };
  const inWords = (value) =>
    asked.options
      ? `“${asked.options.find(([one]) => one === value)[1]}”`
      : [value].flat().map(format).join("×");
  function settle(value) {
    const {
      truth,
      mistakes,
      explain,
      fallback = "Multiply each pair that lies on top of each other, then add all products.",
    } = asked;
    if (value === null) say(`It is ${inWords(truth)}. ${explain ?? ""}`);
    else {
      const verdict = diagnose(value, truth, mistakes);
      if (!verdict.right)
        return say(`${inWords(value)} is not it. ${verdict.hint ?? fallback} Try again.`, "wrong");
      say(`Yes, ${inWords(truth)}. ${explain ?? ""}`, "right");
    }
    onReveal();
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!asked) return;
    const { read = parse, kind = "number. Write it like −3, 0.5 or 1/9" } = asked;
    const value = read(answer.value);
    if (value === null)
      say(
        answer.value.trim() ? `“${answer.value}” is not a ${kind}.` : `Write a ${kind.split(".")[0]} first.`,
        "wrong",
      );
    else settle(value);
  });

  const keyOf = (one) => one?.key ?? one?.text;
  // A new question clears the last answer; the same question, painted again, leaves what was typed.
  function paint() {
    const now = question();
    if (keyOf(now) !== keyOf(asked)) {
      options.replaceChildren(
        ...(now?.options ?? []).map(([value, text, picture]) =>
          h("button", { type: "button", class: "cb-button", onclick: () => settle(value) }, text, picture),
        ),
      );
      answer.hidden = check.hidden = Boolean(now?.options);
      options.hidden = !now?.options;
      answer.value = "";
      if (now && !now.settled) say("");
    }
    asked = now;
    prompt.textContent = asked?.text ?? "";
    form.classList.toggle("cb-settled", Boolean(asked?.settled));
  }
  return { el, paint };
}
