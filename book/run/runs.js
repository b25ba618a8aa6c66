// What runs in a page: which cells, in which order, and what became of them.
import { causeOf } from "./causes.js";
import { Kernel } from "./kernel.js";
import { doneWords, inShort, loadingWords, runningWords } from "./status.js";

/** @typedef {import("./cells.js").Cell} Cell */
/**
 * @typedef {{ cell: Cell, words: string, answer: Cell | null, asked: boolean, all: boolean, quietly: boolean, tells: boolean, isLetGo: boolean, began: number, showing: ReturnType<Cell["shows"]> }} Job
 *   `answer`: what a check is about; `tells`: that all was stopped; `isLetGo`: the reader wants it no more
 */

const ENDED = "Ended in an error";
const STOPPED = "Stopped. Python starts afresh at the next run.";
const WAITS = "The cell above ended in an error; the check waits for it.";
const HIDDEN = "First some code that the page does not show";
const REFUSED =
  "This server does not let Python run in its pages; “Run the notebooks” says what it needs for that.";

export class Runs {
  /** @type {Kernel | null} */
  kernel = null;
  /** What was asked for and is not done, in its order. @type {Job[]} */
  jobs = [];
  progress = { loaded: 0, total: 0 };
  failure = "";
  failed = 0; // cells of "Run all" that ended in an error
  count = 0; // of the runs that have come to an end

  /** @param {Cell[]} cells all of the page @param {import("./status.js").Status} status */
  constructor(cells, status) {
    this.cells = cells;
    this.status = status;
    this.shown = cells.filter((cell) => cell.code);
  }

  /** Runs a cell, with what it builds on; while it runs or waits, stops it. */
  run(index) {
    const cell = this.shown[index];
    if (cell.state) this.#stop(cell);
    else this.#start(cell);
  }

  /** Lets a cell go that waits behind all that was asked for before; else ends Python. */
  #stop(cell) {
    const asked = this.jobs.filter((job) => job.asked);
    const [last, before] = [asked.at(-1), asked.at(-2)];
    if (before && last.cell === cell && before.cell !== cell && !last.all) return this.#letGo(before);
    if (this.#isNow(this.jobs[0]) && this.jobs[0].cell === cell) cell.stopped = this.jobs[0].words;
    this.#python().stop();
  }

  /** Takes back whatever was asked for after this job. */
  #letGo(job) {
    const left = this.jobs.splice(this.jobs.indexOf(job) + 1);
    for (const one of left) {
      one.isLetGo = true;
      one.cell.due = null;
      one.showing.leave();
      one.cell.tell("");
    }
    this.status.say(`${left.at(-1).cell.name}: stopped.`);
    this.#paint();
  }

  /** Runs a cell that the reader is in, unless these words of it will be run anyway. */
  again(cell) {
    const waits = this.jobs.some((one) => one.cell === cell && one.words === cell.words && !this.#isNow(one));
    if (!waits) this.#start(cell);
  }

  #isNow(job) {
    return job === this.jobs[0] && this.kernel.state !== "loading";
  }

  #start(cell) {
    if (!mayRun()) return this.#refuse(cell);
    cell.reveal();
    this.status.beginRun();
    for (const one of this.cells.slice(0, this.cells.indexOf(cell)))
      if (one.due !== one.words && one.stopped !== one.words) this.#queue(one, { asked: false });
    this.#queue(cell, { asked: true });
  }

  /** Runs all cells of the page; while they run, stops them. */
  all() {
    if (!mayRun()) return this.#refuse(this.shown[0]);
    if (this.jobs.some((job) => job.all)) return this.#python().stop();
    this.failed = 0;
    this.status.beginRun();
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
    const showing = cell.shows(kernel, words, quietly);
    const answer = cell.isCheck ? this.cells[this.cells.indexOf(cell) - 1] : null;
    const tells = asked && !all;
    const job = { cell, words, answer, asked, all, quietly, tells, isLetGo: false, began: 0, showing };
    cell.due = words;
    this.jobs.push(job);
    const running = kernel.run(words, {
      output: showing.take,
      cell: cell.id,
      unless: () => !this.#begins(job),
    });
    this.#paint();
    const { ok, stopped, left, names } = await running;
    if (job.isLetGo) return;
    this.jobs.splice(this.jobs.indexOf(job), 1);
    if (!ok && cell.due === words) cell.due = null;
    if (stopped) this.#stopped(job);
    else if (left) this.#left(job);
    else {
      this.count += 1;
      cell.ran(words, names, { asked, quietly: (quietly && ok) || showing.isOver(), count: this.count });
      this.#done(job, ok);
      this.paintAges();
    }
    this.#paint();
  }

  /** Its turn has come: whether it has to be run. */
  #begins(job) {
    if (job.isLetGo || this.#isNeedless(job) || job.answer?.hasFailed) return false;
    job.cell.error = job.cell.stopped = null;
    return true;
  }

  /** Whether the reader has put other words in its place, with nothing between that may want those that it has. */
  #isNeedless(job) {
    const next = this.jobs[this.jobs.indexOf(job) + 1];
    return next ? next.cell === job.cell && next.words !== job.words : job.showing.isOver();
  }

  #stopped({ cell, tells, showing }) {
    showing.leave();
    const words = this.failure || STOPPED;
    cell.tell(tells ? words : "");
    if (tells) this.status.say(words);
  }

  /** Python has ended: it knows of no cell any more, and which were to run is told at the first of them. */
  #forget() {
    for (const cell of this.cells) {
      cell.due = null;
      if (!cell.names) continue;
      cell.isForgotten = true;
      cell.tell("");
    }
    const first = this.jobs.find(({ cell, all }) => all && cell.bar);
    if (first) first.tells = true;
    this.paintAges();
  }

  /** Not run: other words have come in its place, or a check's answer has ended in an error, and there is nothing to judge. */
  #left({ cell, answer, asked, all, showing }) {
    const waits = Boolean(answer?.hasFailed) && !showing.isOver();
    if (waits) showing.leave(true);
    cell.tell(waits ? WAITS : "");
    if (waits && asked && !all) this.status.say(`${cell.name}: ${WAITS}`);
    this.#sayIfAllDone(all);
  }

  #done({ cell, words, asked, all, began, showing }, ok) {
    showing.end(ok);
    if (!ok) this.failed += 1;
    const stands = cell.words === words && !showing.isOver();
    const cause = ok ? null : causeOf(cell, this.shown);
    const why = cause ? `. So did ${cause.name.toLowerCase()} above, on which it builds.` : "";
    const done = asked ? doneWords(performance.now() - began) : "";
    if (stands) cell.tell(ok ? done : ENDED + why, { cause });
    else cell.tell("");
    const name = stands ? cell.name : `${cell.name}, as it stood before`;
    if (asked && !all)
      this.status.say(`${name}: ${ok ? "done" : "error"}. ${inShort(showing.messages)}${why}`);
    else if (!all && !ok) this.status.say(`Above, ${cell.name.toLowerCase()} ended in an error.`);
    this.#sayIfAllDone(all);
  }

  #sayIfAllDone(all) {
    if (all && !this.jobs.some((job) => job.all)) this.status.say(allDone(this.failed));
  }

  /** The reader has changed some code. */
  onChange() {
    this.paintAges();
    if (this.jobs.length) this.#paint();
  }

  /** Lets each cell know which of those above it builds on, by the names that they bound last. */
  paintAges() {
    const givers = new Map();
    for (const cell of this.cells) {
      if (!cell.names) continue;
      const found = cell.names.reads.flatMap((name) => givers.get(name) ?? []);
      cell.buildsOn(new Set(found.flatMap((one) => [...one.sources, one])));
      for (const name of cell.names.binds) givers.set(name, cell);
    }
  }

  #python() {
    if (this.kernel) return this.kernel;
    const { python } = document.documentElement.dataset;
    const worker = new URL("./worker.js", import.meta.url).href;
    this.kernel = new Kernel({ python: new URL(python, location.href).href, worker });
    this.kernel.addEventListener("state", () => this.#onState());
    this.kernel.addEventListener("progress", (/** @type {any} */ { detail }) => {
      this.progress = detail;
      if (this.kernel.state === "loading") this.status.sayProgress(detail);
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
    if (state === "off" || state === "failed") this.#forget();
    this.#paint();
  }

  /** Lets the button that runs all say how many have run, while it stops the others. */
  #paintAll() {
    const count = this.shown.length;
    const left = this.jobs.filter(({ cell, all }) => all && cell.bar).length;
    const button = this.shown[0].bar.querySelector(".all");
    const words = left ? `Stop all: ${count - left} of ${count}` : "Run all";
    if (button.textContent !== words) button.textContent = words;
  }

  /** Lets each cell say how it stands, and the one that was asked for, what goes on for its sake. */
  #paint() {
    this.#paintAll();
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
    if (!loading && asked === now) this.status.sayOnce("Running.");
    for (const job of this.jobs)
      if (job.asked || (job === now && !loading))
        job.cell.tell(job.cell === now.cell ? runningWords(now, this.jobs) : "Waiting");
    const { loaded, total } = this.progress;
    if (loading) asked.cell.tell(loadingWords(this.progress), { share: total ? loaded / total : 0 });
    else if (asked !== now) {
      const shown = this.jobs.slice(0, this.jobs.indexOf(asked)).filter(({ cell }) => cell.bar);
      const which = now.cell.bar ? `${now.cell.name.toLowerCase()} runs, ` : "";
      const words = shown.length ? `First what stands above: ${which}${shown.length} to go` : HIDDEN;
      asked.cell.tell(words);
      this.status.sayOnce("First what stands above", words);
    }
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
