// Buttons at each code cell, where code can run in the page (mode.js has found out). What they do comes with the first
// click, or with what the reader wrote when they were here before: book/run/page.js.
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { namesKept } from "./memory.js";
import { all, one } from "./page.js";

const { dataset } = document.documentElement;
const MENU = {
  save: "Save my version as a notebook",
  resetAll: "Back to the book’s code everywhere",
};

/** The page behind its buttons, asked for once. @type {Promise<any> | null} */
let coming = null;

/** Says at the cell that was pressed, or at the foot of the page, that nothing can run yet. */
function tellThatItDidNotCome(index) {
  const bar = all(".run-bar")[index] ?? document.body;
  const said =
    bar.querySelector(".run-said") ?? bar.appendChild(h("p", { class: "run-said", role: "status" }));
  said.textContent = "What runs the code did not come. Are you connected? Then reload the page.";
}

async function ask(what = "", ...details) {
  const { href } = link();
  coming ??= import(new URL(dataset.run, location.href).href).then((page) =>
    page.open({ notebook: notebookAt(href), address: href }),
  );
  try {
    await coming;
  } catch (error) {
    tellThatItDidNotCome(details[0]);
    throw error;
  }
  if (what) (await coming)[what](...details);
}

/** The link that offers the notebook of this page, and its name, as "notebooks/01_convolution.ipynb". */
const link = () => one('#notebook-menu a[href$=".ipynb"]');
const notebookAt = (address) => decodeURIComponent(address.split("/_sources/")[1]);

function drawBar(cell, index, cells) {
  const code = cell.querySelector("pre");
  const button = (text, what, attributes = {}) =>
    h("button", { type: "button", class: what, onclick: () => ask(what, index), ...attributes }, text);
  const bar = h("div", { class: "run-bar" }, button("Run", "run", { "aria-label": `Run code ${index + 1}` }));
  if (!index) bar.append(button("Run all", "all"));
  for (const [name, value] of Object.entries({ tabindex: 0, role: "group" })) code.setAttribute(name, value);
  code.setAttribute("aria-label", `Code ${index + 1} of ${cells.length}`);
  code.addEventListener("click", (event) => ask("edit", index, event));
  const runs = (event) => {
    const { key, shiftKey, ctrlKey, metaKey, isComposing } = event;
    if (key !== "Enter" || isComposing || !(shiftKey || ctrlKey || metaKey)) return;
    event.preventDefault();
    event.stopPropagation(); // on Android its editor would take any Enter for a new line
    ask("key", index);
  };
  code.addEventListener("keydown", runs, { capture: true });
  code.addEventListener("focus", () => code.matches(":focus-visible") && ask("edit", index));
  cell.querySelector(".cell_input").append(bar);
}

export function offerRuns() {
  if (!("runs" in dataset)) return;
  all(".cell[data-cell]:has(.cell_input)").forEach(drawBar);
  const buttons = Object.entries(MENU).map(([what, text]) =>
    h("button", { type: "button", onclick: () => ask(what) }, text),
  );
  link().after(...buttons);
  if (namesKept(`code ${notebookAt(link().href)} `).length) ask();
}
