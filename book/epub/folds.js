// What is folded away in the page stands at the end of its chapter, with a link there and one back: answers first, then
// what helps more and more. A question that the page can judge says here what is asked, and its answer what goes wrong.
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { SLIPS } from "../../utils/convbook/widgets/parts/slips.js";
import { optionsOf, written } from "../assets/predictions.js";
import { words } from "./tidy.js";

const KINDS = {
  answer: { one: "Answer", all: "Answers" },
  nudge: { one: "A nudge", all: "Nudges" },
  idea: { one: "The idea", all: "Ideas" },
  solution: { one: "Solution", all: "Solutions" },
};

function kindOf(fold) {
  if (fold.matches(".answer")) return "answer";
  if (fold.matches(".hint")) return "nudge";
  if (fold.matches(".solution")) return "solution";
  return fold.parentElement.closest(".hint, [data-nudge]") ? "idea" : null;
}

// The question's own words, where the page would show a field or a choice.
function asked({ answer, asks, slips }) {
  const lead = (text) => h("p", { class: "ours-asked" }, text);
  if (typeof answer !== "string") return asks ? [lead(`Asked for: ${asks}.`)] : [];
  const options = optionsOf({ answer, slips }).map((option) => h("li", {}, option));
  return [lead(asks ? `${asks} …` : "Choose one:"), h("ul", {}, ...options)];
}

// What others answer, and why it is wrong.
function tempting({ slips = {} }) {
  const lines = Object.entries(slips).map(([name, value]) => {
    const given = typeof value === "string" ? `“${value}”` : written(value);
    return h("li", {}, h("strong", {}, given), `: ${Object.hasOwn(SLIPS, name) ? SLIPS[name] : name}`);
  });
  return lines.length
    ? [h("p", { class: "ours-asked" }, "Was your answer another one?"), h("ul", {}, ...lines)]
    : [];
}

function contentOf(fold, kind) {
  const inner = kind === "solution" ? fold.querySelector("details") : fold; // around it is a word for the screen
  inner.querySelector(":scope > summary").remove();
  return [...inner.childNodes];
}

function collect(fold, kind, group) {
  const number = group.items.length + 1;
  const [id, place] = [`${kind}-${number}`, `to-${kind}-${number}`];
  const { one } = KINDS[kind];
  const name = kind === "answer" && !fold.dataset.of ? `${one} ${number}` : one;
  const field = fold.previousElementSibling?.matches(".prediction") ? fold.previousElementSibling : null;
  const prediction = JSON.parse(field?.dataset.prediction ?? "{}");
  const section = words(fold.closest("section").querySelector(":is(h1, h2, h3)"));
  const of = fold.dataset.of ?? (kind === "idea" ? fold.closest("[data-nudge]").dataset.nudge : null);
  const item = h(
    "section",
    { id, ...(kind === "nudge" && { "data-nudge": of }) },
    h("h3", {}, of ?? name),
    ...contentOf(fold, kind),
    ...(field ? tempting(prediction) : []),
    h("p", { class: "ours-back" }, h("a", { href: `#${place}` }, `Back to “${of ?? section}”`)),
  );
  group.items.push(item);
  const link = h("p", { class: "ours-onward" }, h("a", { id: place, href: `#${id}` }, name));
  fold.replaceWith(...(field ? asked(prediction) : []), link);
  field?.remove();
}

/** Collects them in groups, each a section at the end of the text; any other fold stays, open. */
export function collectFolds(text) {
  const groups = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, { items: [] }]));
  const take = (root) => {
    for (const fold of root.querySelectorAll("details")) {
      const kind = root.contains(fold) ? kindOf(fold) : null; // what a fold holds has gone with it
      if (kind) collect(fold, kind, groups[kind]);
    }
  };
  take(text);
  for (const { items } of Object.values(groups)) for (const item of items) take(item);
  for (const fold of text.querySelectorAll("details")) {
    fold.querySelector(":scope > summary").remove();
    fold.replaceWith(...fold.childNodes);
  }
  for (const [kind, { items }] of Object.entries(groups))
    if (items.length)
      text.append(
        h("section", { id: `${kind}s`, class: "ours-collected" }, h("h2", {}, KINDS[kind].all), ...items),
      );
}
