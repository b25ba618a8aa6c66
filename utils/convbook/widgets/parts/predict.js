// Ask before you reveal: the reader answers, and a wrong answer is compared with known mistakes.
import { format, parse } from "../arithmetic/numbers.js";
import { button, h, setText } from "./dom.js";
import { diagnose } from "./slips.js";

const FALLBACK = "Multiply each pair that lies on top of each other, then add all products.";
const NUMBER = "number. Write it like −3, 0.5 or 1/9";

/**
 * A question: the answer is a number, or one of `options`, each [value, text, picture or none]; another kind of answer,
 * e.g. a size [3, 4], has its own `read(text)`, null for what it cannot read, and says in `kind` how to write it. One that
 * is given elsewhere, by a click on a cell, comes to `settle(value)`, and `inWords(value)` names it.
 * `fallback` is said to a wrong answer that no mistake explains. Questions that look alike but are not have their own
 * `key`; a `settled` one has been answered.
 * @typedef {{
 *   text: string, truth: any, mistakes: { value: any, hint: string }[], explain?: string, fallback?: string,
 *   options?: any[][], read?: (text: string) => any, kind?: string, inWords?: (value: any) => string, key?: string,
 *   settled?: boolean,
 * }} Question
 */

/** @type {(options: { question: () => Question | null, onReveal: () => void, onNext: () => void }) => Predict} */
export const predictPanel = (options) => new Predict(options);

/** What was answered, by place; a state that asks something else begins anew. Its `card` keeps it over a Reload. */
export class Answers {
  /** @param {import("./card.js").Card} [card] */
  constructor(card) {
    this.card = card;
    const { asked = "", places = [] } = card?.kept() ?? {};
    this.asked = asked;
    this.places = new Set(places);
  }
  /** @param {any[]} about what the questions are about */
  begin(...about) {
    const asked = JSON.stringify(about);
    if (asked === this.asked) return;
    this.asked = asked;
    this.clear();
  }
  add = (place) => {
    this.places.add(String(place));
    this.keep();
  };
  has = (place) => this.places.has(String(place));
  clear = () => {
    this.places.clear();
    this.keep();
  };
  keep() {
    this.card?.keep({ asked: this.asked, places: [...this.places] });
  }
}

class Predict {
  constructor({ question, onReveal, onNext }) {
    this.question = question;
    this.onReveal = onReveal;
    /** @type {Question | null} */
    this.asked = null;
    this.prompt = h("span", { class: "cb-question" });
    this.feedback = h("p", { class: "cb-feedback", role: "status" });
    this.answer = h("input", { type: "text", inputmode: "text", class: "cb-number", autocomplete: "off" });
    this.options = h("span", { class: "cb-options", role: "group", "aria-label": "your answer" });
    this.check = h("button", { type: "submit", class: "cb-button cb-primary" }, "Check");
    const next = () => {
      this.say("");
      onNext();
      this.answer.focus();
    };
    this.reveal = button("Show me", () => this.settle(null));
    this.form = h(
      "form",
      { class: "cb-predict-form", onsubmit: (event) => this.onSubmit(event) },
      h("label", {}, this.prompt, this.answer),
      this.options,
      this.check,
      this.reveal,
      button("Next", next),
    );
    this.el = h("div", { class: "cb-predict" }, this.form, this.feedback);
  }

  say(text, mood = "") {
    setText(this.feedback, text);
    this.feedback.dataset.mood = mood;
  }

  onSubmit(event) {
    event.preventDefault();
    if (!this.asked || this.asked.settled) return;
    const { kind = NUMBER } = this.asked;
    const typed = this.answer.value;
    const value = this.read(typed);
    if (value !== null) this.settle(value);
    else if (typed.trim()) this.say(`“${typed}” is not a ${kind}.`, "wrong");
    else this.say(`Write a ${kind.split(".")[0]} first.`, "wrong");
  }

  read(typed) {
    const { read, truth, mistakes } = this.asked;
    return read ? read(typed) : parse(typed, { thousands: inThousands(truth, mistakes) });
  }

  inWords(value) {
    const { options, inWords } = this.asked;
    if (inWords) return inWords(value);
    if (options) return `“${options.find(([one]) => one === value)[1]}”`;
    return [value].flat().map(format).join("×");
  }

  /** Judges an answer; null shows the right one. What is settled takes no more of them. */
  settle(value) {
    if (this.asked.settled) return;
    const { truth, mistakes, explain = "", fallback = FALLBACK } = this.asked;
    const { right, hint } = value === null ? { right: true } : diagnose(value, truth, mistakes);
    if (!right) return this.say(`${this.inWords(value)} is not it. ${hint ?? fallback} Try again.`, "wrong");
    const verdict = value === null ? "It is" : "Yes,";
    this.say(`${verdict} ${this.inWords(truth)}. ${explain}`, value === null ? "" : "right");
    this.onReveal();
  }

  /** Shows the question. A new one clears the last answer; the same one, painted again, leaves what was typed. */
  paint() {
    const now = this.question();
    if (keyOf(now) !== keyOf(this.asked)) this.ask(now);
    this.asked = now;
    setText(this.prompt, now?.text ?? "");
    this.close(Boolean(now?.settled));
  }

  /** A question that is settled takes no more answers: its number stays, and can be read and copied. */
  close(settled) {
    this.form.classList.toggle("cb-settled", settled);
    this.answer.readOnly = settled;
    for (const one of [this.check, this.reveal, ...this.options.children])
      one.setAttribute("aria-disabled", String(settled));
  }

  ask(now) {
    const choices = now?.options ?? [];
    const choose = ([value, text, picture]) => {
      const element = button(text, () => this.settle(value));
      if (picture) element.append(picture);
      return element;
    };
    this.options.replaceChildren(...choices.map(choose));
    this.options.hidden = !now?.options;
    this.answer.hidden = this.check.hidden = Boolean(now?.options);
    this.asked = now;
    this.answer.value = now?.settled && !now.options ? this.inWords(now.truth) : "";
    if (now) this.say(now.settled ? `It is ${this.inWords(now.truth)}. ${now.explain ?? ""}` : "");
  }
}

// "1,024" is a thousand and some where thousands are at stake, and 1.024 elsewhere.
const inThousands = (truth, mistakes) =>
  Number.isInteger(truth) && [truth, ...mistakes.map(({ value }) => value)].some((value) => value >= 1000);

const keyOf = (question) => question?.key ?? question?.text;
