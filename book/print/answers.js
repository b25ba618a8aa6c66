// Moves what folds away on the screen to the end of its chapter, as in the back of a book: what answers a question, with
// the slips that lead astray, and the hints and solutions of the exercises. References lead there and back.

import { format, thousands } from "../../utils/convbook/widgets/arithmetic/numbers.js";
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { SLIPS } from "../../utils/convbook/widgets/parts/slips.js";
import { optionsOf } from "../assets/predictions.js";

const inText = (number) => (Number.isInteger(number) && number >= 1000 ? thousands(number) : format(number));
const written = (answer) => (typeof answer === "string" ? answer : [answer].flat().map(inText).join(", "));

/** A reference, whose page the contents' second pass fills in (contents.js). */
const reference = (text, id, own, kind) =>
  h("a", { class: `turn-to ${kind}`, href: `#${id}`, id: own }, text, h("span", { class: "its-page" }));

const ASKS = /^(Predict|Find out|Try)/;

/** Moves the answers of one page of the book to its end. */
export function collect(page) {
  for (const strong of page.element.querySelectorAll("p > strong:first-child"))
    if (ASKS.test(strong.textContent)) strong.parentElement.classList.add("asks");
  for (const fold of page.element.querySelectorAll("details.answer:not([data-of])"))
    fold.before(whatIsAsked(fold));
  const inChapter = [...page.element.querySelectorAll("details.answer:not([data-of])")];
  if (inChapter.length) moveAnswers(page, inChapter);
  if (page.kind === "exercises") moveHintsAndSolutions(page);
  for (const fold of page.element.querySelectorAll("details")) unfold(fold);
}

// ---- questions of a chapter ----------------------------------------------------------------------------------------

const predictionBefore = (fold) => {
  const before = fold.previousElementSibling;
  return before?.matches(".prediction[data-prediction]") ? JSON.parse(before.dataset.prediction) : null;
};

/** What a reader on paper has in place of the field: a line to write on, or the choices to tick. */
function whatIsAsked(fold) {
  const prediction = predictionBefore(fold);
  if (!prediction) return "";
  fold.previousElementSibling.remove();
  fold.prediction = prediction;
  if (typeof prediction.answer === "string")
    return h("ul", { class: "choices" }, ...optionsOf(prediction).map((option) => h("li", {}, option)));
  return h("p", { class: "write-in" }, prediction.asks ?? "Your answer", h("span", { class: "write-here" }));
}

/** The words of the question before this fold. */
function questionOf(fold) {
  for (let element = fold.previousElementSibling; element; element = element.previousElementSibling) {
    const strong = [...element.querySelectorAll("strong")].find((bold) =>
      bold.textContent.startsWith("Predict"),
    );
    if (element.matches("p") && strong) return element;
    if (element.matches("h2, h3, p.to-answer")) return null;
  }
  return null;
}

function moveAnswers(page, folds) {
  const questions = folds.map(questionOf);
  const entries = folds.map((fold, n) => {
    const [here, there] = [`${page.id}--question-${n + 1}`, `${page.id}--answer-${n + 1}`];
    const isAsked = questions[n] !== null;
    fold.before(
      h(
        "p",
        { class: "to-answer" },
        reference(`${isAsked ? "Answer" : "What there was to see:"} ${n + 1}`, there, here, "on"),
      ),
    );
    const head = h("p", { class: "entry-head" }, reference(String(n + 1), here, there, "back"));
    return h("div", { class: "entry" }, head, ...asked(questions[n]), ...contentOf(fold), ...slipsOf(fold));
  });
  for (const fold of folds) fold.remove();
  page.element
    .querySelector("article > section")
    .append(
      h("section", { class: "back-matter", id: `${page.id}--answers` }, h("h2", {}, "Answers"), ...entries),
    );
}

function asked(question) {
  if (!question) return [];
  const copy = question.cloneNode(true);
  for (const element of copy.querySelectorAll("[id]")) element.removeAttribute("id");
  copy.className = "asked";
  return [copy];
}

const contentOf = (fold) => [...fold.children].filter((child) => !child.matches("summary"));

/** What each of the known wrong answers comes from. */
function slipsOf({ prediction }) {
  const slips = Object.entries(prediction?.slips ?? {});
  if (!slips.length) return [];
  const said = slips.map(([name, value]) =>
    h("li", {}, h("b", {}, `${written(value)}?`), ` ${SLIPS[name] ?? name}`),
  );
  return [h("ul", { class: "slips" }, ...said)];
}

// ---- exercises -----------------------------------------------------------------------------------------------------

function moveHintsAndSolutions(page) {
  const [hints, solutions] = ["hints", "solutions"].map((kind) => {
    const title = page.element.querySelector(`.for-paper.${kind}`);
    const section = h("section", { class: "back-matter", id: `${page.id}--${kind}` });
    if (title) section.append(title);
    title?.removeAttribute("class");
    return section;
  });
  for (const [n, task] of [...page.element.querySelectorAll("article section section")].entries()) {
    const number = n + 1;
    const [here, hint, solution] = ["task", "hint", "solution"].map(
      (kind) => `${page.id}--${kind}-${number}`,
    );
    const found = [...task.querySelectorAll(":scope > details[data-of]")];
    if (!found.length) continue;
    for (const fold of found) if (fold.matches(".answer")) fold.before(whatIsAsked(fold));
    const title = found.at(-1).dataset.of;
    hints.append(entry(title, here, hint, found.filter((fold) => fold.matches(".hint")).flatMap(hintOf)));
    const solved = found.filter((fold) => !fold.matches(".hint"));
    solutions.append(entry(title, here, solution, solved.flatMap(solutionOf)));
    task.append(
      h(
        "p",
        { class: "to-answer", id: here },
        reference("Hints", hint, null, "on"),
        reference("Solution", solution, null, "on"),
      ),
    );
    for (const fold of found) fold.remove();
  }
  page.element.querySelector("article > section").append(hints, solutions);
}

const entry = (title, here, own, content) =>
  h(
    "div",
    { class: "entry" },
    h("p", { class: "entry-head" }, reference(title, here, own, "back")),
    ...content,
  );

/** The nudge, and the idea that is folded in it. */
function hintOf(fold) {
  const idea = fold.querySelector(":scope > details.fold");
  idea?.remove();
  return [...contentOf(fold), ...(idea ? labelled("The idea", contentOf(idea)) : [])];
}

/** What comes out by hand, or the solution without the question whether one has tried. */
function solutionOf(fold) {
  if (fold.matches(".answer")) return [...labelled("By hand", contentOf(fold)), ...slipsOf(fold)];
  return contentOf(fold.querySelector(":scope > details.fold") ?? fold);
}

function labelled(label, content) {
  content[0]?.prepend(h("strong", {}, `${label}. `));
  return content;
}

// ---- all other folds -----------------------------------------------------------------------------------------------

/** Opens a fold that stays where it is: its words become a title, those that only say "show" go. */
function unfold(fold) {
  const summary = fold.querySelector(":scope > summary");
  const titled = fold.matches(".sd-dropdown") && summary;
  const title = titled ? [h("p", { class: "fold-title" }, summary.textContent.trim())] : [];
  fold.replaceWith(h("div", { class: `unfolded ${fold.className}` }, ...title, ...contentOf(fold)));
}
