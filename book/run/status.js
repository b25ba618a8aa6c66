// What the page says while code runs: to everyone at the cell, to a screen reader in few words, and what concerns the
// whole page in a box at its foot.
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { one } from "../assets/page.js";

const MB = 1e6;
const megabytes = (bytes) => Math.round(bytes / MB);

/** What stands at the cell while Python comes. */
export function loadingWords({ loaded, total }) {
  if (!total) return "Loading Python …";
  if (isAllThere({ loaded, total })) return "Python is starting …";
  return `Loading Python: ${megabytes(loaded)} of ${megabytes(total)} MB, from the net only once`;
}

const isAllThere = ({ loaded, total }) => total > 0 && megabytes(loaded) >= megabytes(total);

/** How long it took, as one says it: "Done in 0.4 s"; less than anybody notices is not said. */
export const doneWords = (ms) => (ms < 100 ? "Done" : `Done in ${(ms / 1000).toFixed(ms < 9950 ? 1 : 0)} s`);

const QUARTERS = ["", "A quarter", "Half", "Three quarters"];

/** What stands at the cell that runs: other words than those that run may stand there by now. */
export function runningWords({ cell, words, showing }, jobs) {
  if (cell.words === words && !showing.isOver()) return "Running …";
  const waits = jobs.some((job) => job.cell === cell && job.words === cell.words && job.showing !== showing);
  return waits ? "Waiting: the earlier code still runs" : "The earlier code still runs";
}

const LONG = 200; // letters: more than that nobody listens to unasked

/** What a cell has shown, in short. */
export function inShort(messages) {
  const parts = messages.map(({ output_type: type, text, data, ename, evalue }) => {
    if (type === "error") return `${ename}: ${evalue}`;
    if (type === "stream") return text;
    if (!data) return "";
    if ("application/vnd.jupyter.widget-view+json" in data) return "a widget";
    return Object.keys(data).some((kind) => kind.startsWith("image/")) ? "a picture" : data["text/plain"];
  });
  const words = parts.join(" ").replace(/\s+/g, " ").trim();
  return words.length > LONG ? `${words.slice(0, LONG)} …` : words;
}

export class Status {
  #spoken = h("p", { class: "run-spoken", role: "status" });
  /** @type {HTMLElement | null} */
  #box = null;
  #isBrief = false;
  #quarters = 0;
  /** What it has said of this run. @type {Set<string>} */
  #said = new Set();

  constructor() {
    document.body.append(this.#spoken);
  }

  /** Lets a screen reader say this as soon as it is quiet. */
  say(words) {
    this.#spoken.textContent = words;
  }

  /** From here on, what is said once is said anew. */
  beginRun() {
    this.#said.clear();
  }

  /** Lets it say this once in a run, whatever the numbers in it. */
  sayOnce(what, words = what) {
    if (this.#said.has(what)) return;
    this.#said.add(what);
    this.say(words);
  }

  /** Lets it say of a progress only that it began, each quarter, and that all is there. */
  sayProgress({ loaded, total }) {
    const quarters = total ? Math.floor((4 * loaded) / total) : 0;
    const words = QUARTERS[quarters];
    if (words && quarters > this.#quarters) this.say(`${words} of Python is loaded.`);
    this.#quarters = quarters;
    if (isAllThere({ loaded, total })) this.sayOnce("Python is starting.");
  }

  /** The reader has changed some code. */
  onChange() {
    if (this.#isBrief) this.#box?.remove();
  }

  /** What concerns the whole page, with what the reader may do about it; it stays until they close it, or have changed what it is about. */
  tell(words, actions = {}, { untilChange = false } = {}) {
    this.#box?.remove();
    this.#isBrief = untilChange;
    const box = h("section", { class: "run-notice", "aria-label": "Your code" }, h("p", {}, words));
    const done = (act) => () => {
      box.remove();
      one("[popovertarget=notebook-menu]")?.focus({ preventScroll: true });
      act?.();
    };
    for (const [name, act] of Object.entries({ ...actions, Close: null }))
      box.append(h("button", { type: "button", onclick: done(act) }, name));
    const header = document.querySelector(".site-header");
    if (header) header.after(box);
    else document.body.prepend(box);
    this.#box = box;
    this.say(words);
  }
}
