/// <reference path="python.d.ts" />
// Python for one page, in a worker: Pyodide, with JupyterLite's own Python side (pyodide_kernel) and our kernel.py.
// In:  start { python, code }, run { id, code, cell }, comm { parent, model, data, buffers }: one after the other, as they come.
// Out: progress { loaded, total }, ready, failed { reason, told }, what kernel.py tells, done { id, ok }, broken { message }, ended.

const BASE = ["pyodide-kernel"]; // what any cell needs
const FROM = /^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]+(\([^)]*\)|[^\n#]*)/gm;
const IMPORT = /^[ \t]*import[ \t]+([\w., \t]+)/gm;
const MAGIC = /^[ \t]*%(matplotlib)\b/gm; // IPython's line magic that imports what it is called after

const say = (/** @type {any} */ message, /** @type {Transferable[]} */ moved = []) =>
  postMessage(message, { transfer: moved });

// ---- what is loaded, counted where it arrives ----------------------------------------------------------------------

/** Bytes of each file, by name; what nobody has told beforehand is added as its head arrives. @type {Record<string, number>} */
const sizes = Object.create(null);
let loaded = 0;
let lastMissing = "";

const fileOf = (/** @type {string} */ address) =>
  new URL(address, location.href).pathname.split("/").pop() ?? "";
const plainFetch = self.fetch;

// Pyodide waits for ever for the one file that it cannot do without, so whoever waits for Pyodide hears of it from here.
/** @type {(error: unknown) => void} */
let giveUp;
const lost = new Promise((_, reject) => {
  giveUp = reject;
});
lost.catch(() => {});

self.fetch = async (address, options) => {
  const url = address instanceof Request ? address.url : String(address);
  const response = await plainFetch(address, options).catch((error) => miss(url, error));
  if (!response.ok) return miss(url, new Error(`${url}: ${response.status}`));
  return response.body ? counted(response, fileOf(url)) : response;
};

/** @returns {never} */
function miss(/** @type {string} */ url, /** @type {unknown} */ error) {
  lastMissing = fileOf(url);
  giveUp(error);
  throw error;
}

for (const way of /** @type {const} */ (["instantiate", "instantiateStreaming"])) {
  const plain = /** @type {any} */ (WebAssembly[way]);
  WebAssembly[way] = (/** @type {any} */ ...all) => {
    const made = plain(...all);
    made.catch(giveUp); // there is too little memory, or the file is not whole
    return made;
  };
}

/** The same response, but what arrives of it is told; of a type that WebAssembly takes, whatever the server calls it. */
function counted(/** @type {Response} */ response, /** @type {string} */ file) {
  const headers = new Headers(response.headers);
  if (file.endsWith(".wasm")) headers.set("Content-Type", "application/wasm");
  if (!response.headers.get("Content-Encoding"))
    sizes[file] ??= Number(response.headers.get("Content-Length"));
  const count = new TransformStream({
    transform(chunk, controller) {
      loaded += chunk.byteLength;
      controller.enqueue(chunk);
      tellProgress();
    },
    flush: () => tellProgress(true),
  });
  const { status, statusText } = response;
  const body = /** @type {ReadableStream} */ (response.body).pipeThrough(count);
  return new Response(body, { status, statusText, headers });
}

let told = 0;
let isWeighed = false; // before the lock is read, nobody knows how much will come

function tellProgress(atOnce = false) {
  if (!isWeighed || (!atOnce && performance.now() - told < 50)) return; // ms: nobody reads faster
  told = performance.now();
  const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  say({ kind: "progress", loaded, total: Math.max(loaded, total) });
}

// ---- packages ------------------------------------------------------------------------------------------------------

/** @type {Record<string, LockedPackage>} */
let packages = {};
/** Pyodide's own files. @type {Record<string, { size: number, sha256: string }>} */
let core = {};

const keyOf = (/** @type {string} */ name) => name.toLowerCase().replace(/[-_.]+/g, "-");

/** These packages of the lock, by name, with all that they build on. */
function closure(/** @type {string[]} */ names) {
  /** @type {Set<LockedPackage>} */
  const all = new Set();
  const visit = (/** @type {string} */ name) => {
    const found = packages[keyOf(name)];
    if (!found || all.has(found)) return;
    all.add(found);
    found.depends.forEach(visit);
  };
  names.forEach(visit);
  return all;
}

/** The modules that this code names: "import a.b" names a and a.b, "from a import b" names a, and perhaps a.b. */
function modulesIn(/** @type {string} */ code) {
  const firsts = (/** @type {string} */ list) =>
    list.split(/[(),]/).map((part) => part.trim().split(/\s/)[0]);
  const taken = [...code.matchAll(FROM)].flatMap(([, from, list]) =>
    firsts(list).map((name) => `${from}.${name}`),
  );
  const whole = [IMPORT, MAGIC].flatMap((way) => [...code.matchAll(way)].flatMap(([, list]) => firsts(list)));
  const parts = [...taken, ...whole].map((name) => name.split("."));
  return new Set(parts.flatMap((path) => path.map((_, i) => path.slice(0, i + 1).join("."))));
}

/** The packages that this code imports by name. What stands in a text by chance is loaded in vain, and does no harm. */
function importedBy(/** @type {string} */ code) {
  const modules = modulesIn(code);
  const found = Object.values(packages).filter(({ imports }) =>
    imports.some((module) => modules.has(module)),
  );
  return found.map(({ name }) => name);
}

const missing = (/** @type {string[]} */ names) =>
  [...closure(names)].filter(
    ({ name }) => !Object.keys(pyodide.loadedPackages).some((one) => keyOf(one) === keyOf(name)),
  );

/** Loads what is not there yet; throws if something did not come. */
async function load(/** @type {string[]} */ names) {
  const quiet = { messageCallback() {}, errorCallback() {} };
  if (missing(names).length) await pyodide.loadPackage(names, quiet);
  refuse(names);
}

function refuse(/** @type {string[]} */ names) {
  const [first] = missing(names);
  if (!first) return;
  lastMissing ||= first.file_name;
  throw new Error(`${first.name} did not come`);
}

// ---- Python --------------------------------------------------------------------------------------------------------

/** @type {Pyodide} */
let pyodide;
/** @type {PythonNames} */
let python;

/** Where the file stands that nobody could read although it came, or "". */
let unreadable = "";

/** Does something with the content of a file; if that fails, the file has not come whole, or something else came for it. */
function understand(/** @type {string} */ address, /** @type {() => void} */ act) {
  try {
    act();
  } catch (error) {
    unreadable = address;
    throw error;
  }
}

function readLock(/** @type {any} */ lock) {
  core = lock.core;
  const all = /** @type {LockedPackage[]} */ (Object.values(lock.packages));
  packages = Object.fromEntries(all.map((one) => [keyOf(one.name), one]));
  for (const file of ["pyodide.asm.wasm", "python_stdlib.zip"]) sizes[file] = core[file].size;
}

const KERNEL = new URL("./kernel.py", location.href).href;

async function start(/** @type {{ python: string, code: string }} */ { python: folder, code }) {
  const [lock, kernel] = await Promise.all([read(`${folder}pyodide-lock.json`), read(KERNEL)]);
  understand(`${folder}pyodide-lock.json`, () => readLock(JSON.parse(lock)));
  const names = [...BASE, ...importedBy(code)];
  for (const { file_name, size } of closure(names)) if (size) sizes[file_name] = size;
  isWeighed = true;
  importScripts(`${folder}pyodide.js`);
  pyodide = /** @type {Pyodide} */ (
    await Promise.race([loadPyodide({ indexURL: folder, packages: names }), lost])
  );
  pyodide._api.on_fatal = (error) => (error.name === "Exit" ? end() : fail(error));
  refuse(names);
  tellProgress(true);
  python = pyodide.toPy({ __name__: "page_kernel" });
  python.set("post", (/** @type {string} */ text, /** @type {any} */ buffers) =>
    post(JSON.parse(text), buffers),
  );
  // Not a file of the reader's, nor one that a traceback could quote.
  understand(KERNEL, () => pyodide.runPython(kernel, { globals: python, filename: "<page_kernel>" }));
  say({ kind: "ready" });
}

// Wheels of ours change their names with their content, what is read here does not: an old copy would ask for others.
async function read(/** @type {string} */ address) {
  const response = await fetch(address, { cache: "no-cache" });
  if (!response.ok) throw new Error(`${address} did not come`);
  return response.text();
}

function post(/** @type {any} */ message, /** @type {Uint8Array[]} */ buffers = []) {
  say(
    { ...message, buffers },
    buffers.map(({ buffer }) => buffer),
  );
}

async function run(/** @type {{ id: number, code: string, cell: string }} */ { id, code, cell }) {
  const names = importedBy(code);
  const fault = await load(names).then(() => "", whyNot);
  const ok = await (fault ? python.get("refuse")(id, fault) : python.get("run")(id, code, cell));
  say({ kind: "done", id, ok });
}

/** Why something could not be loaded: "memory", "offline", "file", or "other", for which there are only its own words. */
function whyNot(/** @type {any} */ error) {
  if (/out of memory|allocation failed|could not allocate/i.test(String(error))) return "memory";
  if (!lastMissing) return "other";
  return navigator.onLine ? "file" : "offline";
}

// ---- when it does not start ----------------------------------------------------------------------------------------

/** Whether a file has come as it was published; where a browser counts no sha256, its length has to do. */
async function isWhole(
  /** @type {string} */ address,
  /** @type {{ size: number, sha256: string }} */ wanted,
) {
  const bytes = await plainFetch(address).then((response) => response.arrayBuffer());
  if (bytes.byteLength !== wanted.size || !self.crypto.subtle) return bytes.byteLength === wanted.size;
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("") === wanted.sha256;
}

/** The address of the first of Pyodide's own files that is not whole, or "". */
async function firstBroken(/** @type {string} */ folder) {
  for (const [file, wanted] of Object.entries(core))
    if (!(await isWhole(folder + file, wanted).catch(() => false))) return folder + file;
  return "";
}

/** Fetches a file anew, so that no broken copy stays in the browser. */
const renew = (/** @type {string} */ address) =>
  plainFetch(address, { cache: "reload" })
    .then((response) => response.arrayBuffer())
    .catch(() => {});

/** What was thrown, in its own words; not all that Emscripten throws is an error. */
const wordsOf = (/** @type {any} */ thrown) =>
  thrown instanceof Object && !(thrown instanceof Error)
    ? String(thrown.message ?? "no reason was given")
    : String(thrown);

async function tellWhyNot(/** @type {string} */ folder, /** @type {unknown} */ error) {
  const reason = whyNot(error);
  const broken = reason === "other" && (unreadable || (await firstBroken(folder)));
  if (!broken) return say({ kind: "failed", reason, told: lastMissing || wordsOf(error) });
  await renew(broken);
  say({ kind: "failed", reason: "part", told: fileOf(broken) });
}

// ---- when it ends --------------------------------------------------------------------------------------------------

const end = () => say({ kind: "ended" });
const fail = (/** @type {unknown} */ error) => say({ kind: "broken", message: String(error) });

self.close = end; // a cell may call it: nobody outside would ever hear of that

/** What to do with each kind of message. @type {Record<string, (data: any) => any>} */
const todo = {
  start: (data) => start(data).catch((error) => tellWhyNot(data.python, error)),
  run,
  comm: ({ parent, model, data, buffers }) =>
    python.get("hear")(parent, model, JSON.stringify(data), buffers),
};

let queue = Promise.resolve(); // one thing after the other, in the order of asking

addEventListener("message", ({ data }) => {
  queue = queue.then(() => todo[data.kind](data)).catch(fail);
});
