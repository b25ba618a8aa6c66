// A page whose code runs: which cells, in which order, and what became of them.
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { Cell } from "./cells.js";
import { Drafts, withDrafts } from "./drafts.js";
import { Kernel } from "./kernel.js";
import { doneWords, inShort, loadingWords, Status } from "./status.js";

/** @typedef {{ cell: Cell, asked: boolean, all: boolean, began: number, showing: ReturnType<Cell["shows"]> }} Job */

const HELP = "run-help"; // the id of what a screen reader says of an editor
const HELP_WORDS =
  "Python. Shift and Enter run it. Once you write, Tab indents; Escape, and then Tab, leaves it.";
const STOPPED = "Stopped. Python starts afresh at the next run.";
const REFUSED =
  "This server does not let Python run in its pages; “Run the notebooks” says what it needs for that.";
const NEWER = "The book has another code here since you changed it. This is yours.";
const UNKEPT =
  "Your browser keeps nothing for this page, or has no room: what you write lasts as long as the page is open. Save it as a notebook before you leave.";
const GONE = (count) =>
  `What you wrote in ${count === 1 ? "a cell" : `${count} cells`} that this edition of the book does not have is still kept. You find it at the end of your version, saved as a notebook.`;

class Page {
  /** @type {Kernel | null} */
  kernel = null;
  /** What was asked for and is not done, in its order. @type {Job[]} */
  jobs = [];
  progress = { loaded: 0, total: 0 };
  failure = "";
  failed = 0; // cells of "Run all" that ended in an error
  status = new Status();

  /** @param {{ notebook: string, address: string }} source the page's notebook: its name, and where it is fetched */
  constructor({ notebook, address }) {
    this.address = address;
    this.drafts = new Drafts(notebook);
    this.cells = [...document.querySelectorAll(".cell[data-cell]")].map((el) => new Cell(el));
    this.shown = this.cells.filter((cell) => cell.code);
    document.body.append(h("p", { id: HELP, hidden: true }, HELP_WORDS));
    addEventListener("beforeunload", (event) => {
      if (this.drafts.hasUnkept) event.preventDefault();
    });
  }

  // ---- what the reader writes ---------------------------------------------------------------------------------------

  /** Puts back what the reader wrote when they were here before. */
  async restore() {
    const drafts = this.drafts.all();
    for (const cell of this.shown) {
      const draft = drafts.get(cell.id);
      drafts.delete(cell.id);
      if (draft && draft.words !== cell.book) await this.#putBack(cell, draft);
      else if (draft) this.drafts.keep(cell.id, null);
    }
    if (drafts.size) this.status.tell(GONE(drafts.size), { "Save my version": () => this.save() });
  }

  async #putBack(cell, { words, book }) {
    await this.#open(cell);
    cell.over = book;
    cell.editor.replace(words);
    if (book === cell.book) return;
    cell.offer(NEWER, {
      "Keep mine": () => {
        cell.over = cell.book;
        this.#keep(cell);
      },
      "Take the book’s": () => cell.reset(),
    });
  }

  #open(cell) {
    cell.opening ??= import("./editor.js").then(({ openEditor }) => {
      const here = document.activeElement === cell.code;
      const onrun = () => cell.state === "waiting" || this.#start(cell);
      cell.open(openEditor, HELP, { onchange: () => this.#keep(cell), onrun });
      return here;
    });
    return cell.opening;
  }

  /** Makes a cell's code one that can be changed, with the caret where the reader clicked, or came to by the keyboard. */
  async edit(index, event) {
    const cell = this.shown[index];
    if (cell.editor) return;
    const at = event ? placeOf(event, cell.code) : { anchor: 0, head: 0 };
    const here = await this.#open(cell);
    if (event || here) cell.editor.enter(at);
  }

  #keep(cell) {
    const draft = cell.isChanged ? { words: cell.words, book: cell.over } : null;
    if (this.drafts.keep(cell.id, draft) || !draft || this.warned) return;
    this.warned = true;
    this.status.tell(UNKEPT, { "Save my version": () => this.save() });
  }

  /** Hands out the page's notebook with the reader's code in it. */
  async save() {
    try {
      const response = await fetch(this.address);
      if (!response.ok) throw new Error(response.statusText);
      const text = withDrafts(await response.json(), this.drafts.all());
      const address = URL.createObjectURL(new Blob([text], { type: "application/x-ipynb+json" }));
      const download = new URL(this.address).pathname.split("/").pop();
      Object.assign(document.createElement("a"), { href: address, download }).click();
      setTimeout(URL.revokeObjectURL, 60_000, address);
    } catch {
      this.status.tell("The notebook did not come. Is there a connection? Your code stays here.", {
        "Try again": () => this.save(),
      });
    }
  }

  /** The book's code in all cells; what the reader wrote comes back by Undo. */
  resetAll() {
    const before = this.drafts.all();
    if (!before.size) return this.status.tell("You have changed no code on this page.");
    for (const cell of this.shown) if (cell.isChanged) cell.reset();
    for (const id of before.keys()) this.drafts.keep(id, null);
    this.status.tell("The book’s code stands everywhere again.", {
      Undo: () => {
        for (const [id, draft] of before) this.drafts.keep(id, draft);
        for (const cell of this.shown)
          if (before.has(cell.id)) cell.editor.replace(before.get(cell.id).words);
      },
    });
  }

  // ---- running ------------------------------------------------------------------------------------------------------

  /** Runs a cell, with what it builds on; while it runs, stops it. */
  run(index) {
    const cell = this.shown[index];
    if (cell.state) this.#python().stop();
    else this.#start(cell);
  }

  #start(cell) {
    if (!mayRun()) return this.#refuse(cell);
    cell.reveal();
    for (const one of this.cells.slice(0, this.cells.indexOf(cell)))
      if (one.due !== one.words) this.#queue(one, { asked: false });
    this.#queue(cell, { asked: true });
  }

  /** Runs all cells of the page. */
  all() {
    if (!mayRun()) return this.#refuse(this.shown[0]);
    this.failed = 0;
    for (const cell of this.cells) this.#queue(cell, { asked: true, all: true });
  }

  #refuse(cell) {
    cell.tell(REFUSED);
    this.status.say(REFUSED);
  }

  async #queue(cell, { asked, all = false }) {
    const kernel = this.#python();
    const words = cell.words;
    const quietly = !asked && cell.standing === words;
    const job = { cell, asked, all, began: 0, showing: cell.shows(kernel, words, quietly) };
    cell.due = words;
    this.jobs.push(job);
    const running = kernel.run(words, { output: job.showing.take });
    this.#paint();
    const { ok, stopped } = await running;
    this.jobs.splice(this.jobs.indexOf(job), 1);
    if (!ok && cell.due === words) cell.due = null;
    if (stopped) this.#stopped(job);
    else this.#done(job, ok);
    this.#paint();
  }

  #stopped({ cell, asked, all, showing }) {
    showing.leave();
    for (const one of this.cells) one.due = null;
    const words = this.failure || STOPPED;
    const first = all ? this.jobs.length === 0 : asked;
    cell.tell(asked && !all ? words : "");
    if (first) this.status.say(words);
    if (first && all) this.shown[0].tell(words);
  }

  #done({ cell, asked, all, began, showing }, ok) {
    showing.end(ok);
    if (!ok) this.failed += 1;
    const done = asked ? doneWords(performance.now() - began) : "";
    cell.tell(ok ? done : "Ended in an error");
    if (asked && !all)
      this.status.say(`${cell.name}: ${ok ? "done" : "error"}. ${inShort(showing.messages)}`);
    else if (!all && !ok) this.status.say(`Above, ${cell.name.toLowerCase()} ended in an error.`);
    if (all && !this.jobs.some((job) => job.all)) this.status.say(allDone(this.failed));
  }

  #python() {
    if (this.kernel) return this.kernel;
    const { python } = document.documentElement.dataset;
    const worker = new URL("./worker.js", import.meta.url).href;
    this.kernel = new Kernel({ python: new URL(python, location.href).href, worker });
    this.kernel.addEventListener("state", () => this.#onState());
    this.kernel.addEventListener("progress", (/** @type {any} */ { detail }) => {
      this.progress = detail;
      this.status.sayProgress(detail);
      this.#paint();
    });
    this.kernel.addEventListener("failed", (/** @type {any} */ { detail }) => {
      this.failure = detail.message;
    });
    return this.kernel;
  }

  #onState() {
    const { state } = this.kernel;
    if (state === "loading") {
      this.failure = "";
      this.progress = { loaded: 0, total: 0 };
      this.status.say("Loading Python.");
    }
    this.#paint();
  }

  /** Lets each cell say how it stands, and the one that was asked for, what goes on for its sake. */
  #paint() {
    const loading = this.kernel.state === "loading";
    const [now] = this.jobs;
    for (const cell of this.cells) {
      const waits = this.jobs.some((job) => job.cell === cell);
      const state = waits ? (cell === now.cell && !loading ? "running" : "waiting") : "";
      if (cell.state !== state) cell.state = state;
    }
    const asked = this.jobs.find((job) => job.asked && job.cell.bar);
    if (!asked) return;
    if (!loading) now.began ||= performance.now();
    for (const { cell, asked } of this.jobs)
      if (asked) cell.tell(cell === now.cell ? "Running …" : "Waiting");
    const { loaded, total } = this.progress;
    if (loading) asked.cell.tell(loadingWords(this.progress), total ? loaded / total : 0);
    else if (asked !== now) asked.cell.tell(`First what stands above: ${this.jobs.indexOf(asked)} to go`);
  }
}

/** Whether WebAssembly runs: the policy of a strict server forbids it, and Pyodide would wait for ever. */
function mayRun() {
  try {
    return Boolean(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))); // the shortest there is
  } catch {
    return false;
  }
}

const allDone = (failed) =>
  failed
    ? `All code of the page has run; ${failed} of its cells ended in an error.`
    : "All code of the page has run.";

/** How many letters of `code` stand before a place in it. */
function lettersBefore(code, node, offset) {
  const range = document.createRange();
  range.selectNodeContents(code);
  range.setEnd(node, offset);
  return range.toString().length;
}

/** What the reader has selected in the printed code, or where they clicked. */
function placeOf(event, code) {
  const { isCollapsed, anchorNode, anchorOffset, focusNode, focusOffset } = getSelection();
  if (isCollapsed || !code.contains(anchorNode) || !code.contains(focusNode))
    return { point: { x: event.clientX, y: event.clientY } };
  return {
    anchor: lettersBefore(code, anchorNode, anchorOffset),
    head: lettersBefore(code, focusNode, focusOffset),
  };
}

export async function open(source) {
  const page = new Page(source);
  await page.restore();
  return page;
}
