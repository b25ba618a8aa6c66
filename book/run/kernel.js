// Python for a page: a worker that runs one cell after the other, and tells what they show.
import { ROOT } from "../app/registration.js";
import { Models } from "./models.js";

/** @typedef {{ binds: string[], reads: string[] }} Names what a cell has bound, and what it reads */
/** @typedef {{ ok: boolean, stopped: boolean, left?: boolean, names?: Names }} How `left`: it was not run at all */
/** @typedef {{ id: number, code: string, cell: string, output: (message: any) => void, unless: () => boolean, names?: Names, resolve: (how: How) => void }} Job */

const STOPPED = { ok: false, stopped: true };
const LEFT = { ok: false, stopped: false, left: true };
const PATIENCE = 5_000; // ms that a server may take to say that it is there

/** What went wrong, for a reader. @type {Record<string, (told: string) => string>} */
const WORDS = {
  offline: () =>
    "Python is not in your browser yet, and there is no connection. It needs one, once: run the code again when you are connected.",
  memory: () => "There is not enough memory for Python. Close other pages, and run the code again.",
  file: (told) =>
    `Python could not be loaded: ${told} did not come. Run the code again; if that does not help, reload the page.`,
  part: (told) =>
    `Python could not be loaded: ${told} did not come whole. Reload the page; it is then fetched again.`,
  other: (told) =>
    `Python did not start: ${told}. Run the code again; if that does not help, reload the page.`,
  ended: () => "Python has ended with this cell. The next run starts afresh.",
  broken: () => "Python broke down, and what it had computed is gone. The next run starts afresh.",
};

/**
 * `state` is "off", "loading", "idle", "busy" or "failed". Events: `state`; `progress` with { loaded, total } in bytes;
 * `failed` with { message }.
 */
export class Kernel extends EventTarget {
  state = "off";
  /** @type {Worker | null} */
  #worker = null;
  #ready = false;
  /** @type {Job[]} */
  #waiting = [];
  /** @type {Job | null} */
  #current = null;
  /** @type {Job | null} What comes late, from a task that goes on, belongs to the cell that ran last. */
  #last = null;
  #runs = 0;

  /** @param {{ python: string, worker: string }} addresses of Pyodide's folder and of worker.js */
  constructor({ python, worker }) {
    super();
    this.python = new URL(python, location.href).href;
    this.worker = new URL(worker, location.href).href;
    this.models = new Models((message) => this.#worker?.postMessage(message));
    /** Where what has a display_id is shown. @type {Map<string, Set<(message: any) => void>>} */
    this.displays = new Map();
  }

  /**
   * Runs a cell after those that were asked for before; `output` is called with each message, in nbformat's words. `cell`
   * is its place in the page: what its earlier words have bound is forgotten. `unless` is asked when its turn has come.
   * @param {string} code
   * @param {{ output?: (message: any) => void, cell?: string, unless?: () => boolean }} options
   * @returns {Promise<How>}
   */
  run(code, { output = () => {}, cell = "", unless = () => false } = {}) {
    return new Promise((resolve) => {
      this.#runs += 1;
      this.#waiting.push({ id: this.#runs, code, cell, output, unless, resolve });
      if (!this.#worker) this.#start();
      this.#next();
    });
  }

  /** Ends Python, whatever it is doing; the next run starts afresh. */
  stop() {
    this.#end("off");
  }

  #start() {
    this.#worker = new Worker(this.worker);
    this.#worker.onmessage = ({ data }) => this.#hear[data.kind](data);
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#fail("file", this.worker.split("/").pop() ?? "");
    };
    this.#become("loading");
    // All cells that are asked for at once say which packages will be needed.
    const worker = this.#worker;
    queueMicrotask(() => {
      const code = this.#waiting.map((job) => job.code).join("\n");
      worker.postMessage({ kind: "start", python: this.python, code });
    });
  }

  #next() {
    if (!this.#ready || this.#current) return;
    while (this.#waiting[0]?.unless()) this.#waiting.shift()?.resolve(LEFT);
    this.#current = this.#waiting.shift() ?? null;
    this.#become(this.#current ? "busy" : "idle");
    if (!this.#current) return;
    this.#last = this.#current;
    const { id, code, cell } = this.#current;
    this.#worker?.postMessage({ kind: "run", id, code, cell });
  }

  #become(/** @type {string} */ state) {
    if (this.state === state) return;
    this.state = state;
    this.dispatchEvent(new CustomEvent("state"));
  }

  #end(/** @type {string} */ state) {
    const left = [...(this.#current ? [this.#current] : []), ...this.#waiting];
    this.#worker?.terminate();
    this.#worker = this.#current = this.#last = null;
    this.#ready = false;
    this.#waiting = [];
    this.models.clear();
    this.displays.clear();
    for (const { resolve } of left) resolve(STOPPED);
    this.#become(state);
  }

  async #fail(/** @type {string} */ reason, told = "") {
    const worker = this.#worker;
    const isLost = reason === "file" && !(await isConnected());
    if (this.#worker !== worker) return; // the reader has stopped it meanwhile
    const message = WORDS[isLost ? "offline" : reason](told);
    this.#end("failed");
    this.dispatchEvent(new CustomEvent("failed", { detail: { message } }));
  }

  /** What the worker tells, by kind. @type {Record<string, (data: any) => void>} */
  #hear = {
    progress: ({ loaded, total }) =>
      this.dispatchEvent(new CustomEvent("progress", { detail: { loaded, total } })),
    ready: () => {
      this.#ready = true;
      this.#next();
    },
    failed: ({ reason, told }) => this.#fail(reason, told),
    broken: () => this.#fail("broken"),
    ended: () => this.#fail("ended"),
    output: ({ parent, message }) => {
      if (typeof parent === "string") this.models.show(parent, message);
      else if (this.#last?.id === parent) this.#last.output(message);
    },
    comm_open: (message) => this.models.open(message),
    comm_msg: (message) => this.models.hear(message),
    comm_close: ({ model }) => this.models.close(model),
    names: ({ binds, reads }) => {
      if (this.#current) this.#current.names = { binds, reads };
    },
    done: ({ ok }) => {
      const job = this.#current;
      this.#current = null;
      job?.resolve({ ok, stopped: false, names: job.names });
      this.#next();
    },
  };
}

/**
 * Whether the server answers, whatever it says. The browser itself knows only of its own net, and of the book it has kept
 * every file but this.
 */
const isConnected = () =>
  fetch(`${ROOT}sw.js`, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(PATIENCE) }).then(
    () => true,
    () => false,
  );
