// Where a reader sees what they have solved: a line at the end of each chapter, boxes to tick on each page of exercises,
// and one page for the whole book.
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { all, one } from "./page.js";
import { count, everything, follow, forget, isSolved, isUnkept, keeps, standing, tick } from "./tally.js";

const idsIn = (element, kind) => element.dataset[kind]?.split(" ").filter(Boolean) ?? [];
const share = (ids, thing) =>
  ids.length ? `${count(ids).solved} of ${ids.length} ${thing}${ids.length === 1 ? "" : "s"}` : "";

/** What is solved of these questions and exercises, in a sentence. */
export function sentence(questions, exercises) {
  const { atOnce } = count(questions);
  const first = atOnce ? `, ${atOnce} of them at the first try` : "";
  const parts = [share(questions, "question") + first, share(exercises, "exercise")];
  return `You have solved ${parts.filter(Boolean).join("; ")}.`;
}

function showLine(line) {
  const said = line.querySelector("span");
  follow(() => {
    said.textContent = sentence(idsIn(line, "questions"), idsIn(line, "exercises"));
  });
  line.hidden = false;
}

function showBoxes(boxes) {
  for (const box of boxes.querySelectorAll("input")) {
    box.addEventListener("change", () => tick(box.value, box.checked));
    follow(() => {
      box.checked = isSolved(box.value);
    });
  }
  // A check on this page has found an answer right: book/run/cells.js.
  addEventListener("exercise-solved", (/** @type {any} */ { detail: name }) => {
    const box = [...boxes.querySelectorAll("input")].find(({ value }) => value.endsWith(`/${name}`));
    if (box && !isSolved(box.value)) tick(box.value, true);
  });
  boxes.hidden = false;
}

// ---- the page of the whole book -----------------------------------------------------------------------------------------

const quoted = (text) => `"${String(text).replaceAll('"', '""')}"`;

/** The tally as a table that any spreadsheet opens, and a person can read. */
function asFile(page) {
  const known = new Map();
  const chapters = page.querySelectorAll("[data-chapter]");
  for (const chapter of chapters)
    for (const row of chapter.querySelectorAll("[data-id]"))
      known.set(row.dataset.id, [chapter.dataset.chapter, row.querySelector("a").textContent]);
  const days = new Map(everything());
  const rows = [...new Set([...known.keys(), ...days.keys()])].map((id) => {
    const [chapter, words] = known.get(id) ?? ["another edition", id];
    return [chapter, words, standing(id), days.get(id) ?? ""].map(quoted).join(",");
  });
  return `\ufeff${["chapter,question or exercise,standing,day", ...rows].join("\r\n")}\r\n`; // the mark: for Excel
}

function save(page) {
  const address = URL.createObjectURL(new Blob([asFile(page)], { type: "text/csv" }));
  Object.assign(document.createElement("a"), { href: address, download: "what-i-have-solved.csv" }).click();
  setTimeout(URL.revokeObjectURL, 60_000, address);
}

// "Clear all" asks once, in its own place: a dialogue of the browser does not open in every frame.
function clearing(said) {
  const button = (text, onclick) => h("button", { type: "button", onclick }, text);
  const ask = button("Clear all", () => {
    sure.hidden = false;
    ask.hidden = true;
    keep.focus();
  });
  const done = (text) => () => {
    sure.hidden = true;
    ask.hidden = false;
    ask.focus();
    said.textContent = text;
  };
  const clear = button("Yes, forget it", () => {
    forget();
    done("Nothing is known any more of what you have solved.")();
  });
  const keep = button("Keep it", done(""));
  const sure = h("span", { class: "sure", role: "group", "aria-label": "Clear all", hidden: true });
  sure.append("Everything that you have solved will be forgotten, in all chapters. ", clear, keep);
  return [ask, sure];
}

const NOT_KEPT =
  "Your browser keeps nothing for this page, so what you solve is counted only as long as a page stays open.";

function showBook(page) {
  const said = h("p", { role: "status" });
  const total = h("p", { class: "total" });
  const warning = h("p", { class: "not-kept" });
  const saving = h("button", { type: "button", onclick: () => save(page) }, "Save as a file");
  page.prepend(total, warning);
  page.append(h("div", { class: "tally-actions" }, saving, ...clearing(said)), said);
  const rows = [...page.querySelectorAll("[data-id]")];
  const forgetful = !keeps();
  const ids = (where, kind) =>
    [...where.querySelectorAll(`[data-kind=${kind}]`)].map((row) => row.dataset.id);
  follow(() => {
    total.textContent = sentence(ids(page, "question"), ids(page, "exercise"));
    warning.textContent = forgetful || isUnkept() ? NOT_KEPT : "";
    for (const row of rows) {
      row.querySelector("span").textContent = standing(row.dataset.id);
      row.toggleAttribute("data-solved", isSolved(row.dataset.id));
    }
    for (const chapter of page.querySelectorAll("[data-chapter]")) {
      const counts = ["question", "exercise"].map((kind) => share(ids(chapter, kind), kind));
      chapter.querySelector("summary span").textContent = counts.filter(Boolean).join(", ");
    }
  });
}

export function showSolved() {
  all(".solved-line").forEach(showLine);
  all(".solved-boxes").forEach(showBoxes);
  if (one(".solved-book")) showBook(one(".solved-book"));
}
