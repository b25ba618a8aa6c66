// The widgets that Python has made: their state, in step with Python both ways, and their views.
import { apart, together } from "./buffers.js";

/** @typedef {typeof import("../live/model.js").Model} ModelClass */
/** @typedef {{ kind: string, parent: string, model: string, data: any, buffers: any[] }} Told */

export const WIDGET = "application/vnd.jupyter.widget-view+json"; // the form of an output that is a widget
const LIVE = new URL("../live/", import.meta.url).href; // where the scripts of the book's own widgets are
const OURS = /^convbook\.widgets\.(?:\w+\.)*(\w+)$/;

/** Why a widget cannot be shown here: words for the reader. */
export class NotHere extends Error {}

// ---- the scripts of the page's own widgets --------------------------------------------------------------------------

/** @type {Record<string, Promise<void>>} */
const asked = {};

/** Runs one of the site's scripts, once. */
function script(/** @type {string} */ address) {
  asked[address] ??= new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement("script"), { src: address });
    element.onload = () => resolve();
    element.onerror = () => {
      delete asked[address]; // the next time may be luckier
      element.remove();
      reject(new NotHere("What draws this widget did not come. Running the code again may help."));
    };
    document.head.append(element);
  });
  return asked[address];
}

const live = () => /** @type {any} */ (window).LiveWidgets;

/** The modules of the page's host; a page without widgets has had no need of them yet. */
async function hostModules() {
  if (!live()) await script(`${LIVE}host.js`);
  return live().modules;
}

/** The view of a widget of the book, which many pages hold already. */
async function ourView(/** @type {string} */ name) {
  const { views } = (await hostModules()).live_mounting;
  if (!views[name]) await script(`${LIVE}shown/${name}.js`);
  return views[name];
}

// ---- a widget that a reader has written -----------------------------------------------------------------------------

/** @type {Map<string, Promise<any>>} */
const modules = new Map();

/** The view in a text that is a module, or in one at an address, as anywidget takes it. */
function readersView(/** @type {string} */ esm) {
  if (!modules.has(esm)) modules.set(esm, importText(esm));
  return /** @type {Promise<any>} */ (modules.get(esm));
}

async function importText(/** @type {string} */ esm) {
  let refused = false;
  const note = (/** @type {SecurityPolicyViolationEvent} */ event) => {
    refused ||= event.blockedURI.startsWith("blob");
  };
  document.addEventListener("securitypolicyviolation", note);
  const address = URL.createObjectURL(new Blob([esm], { type: "text/javascript" }));
  try {
    const { default: made, ...named } = await import(/^https?:/.test(esm) ? esm : address);
    return (typeof made === "function" ? await made() : made) ?? named;
  } catch (error) {
    await new Promise((resolve) => setTimeout(resolve)); // the word about the policy comes a moment later
    if (!refused) throw error;
    throw new NotHere(
      "The server of this page lets no script run but the book's own, so a widget of yours needs a notebook.",
    );
  } finally {
    document.removeEventListener("securitypolicyviolation", note);
    URL.revokeObjectURL(address);
  }
}

// ---- models ---------------------------------------------------------------------------------------------------------

/**
 * The model that a page's views know, in step with Python. As in a notebook, there is no link to it, and its pictures
 * come from Python.
 * @param {ModelClass} Model
 */
const syncedBy = (Model) =>
  class extends Model {
    /**
     * @param {string} id
     * @param {Record<string, any>} state
     * @param {(data: any, buffers: any[]) => void} tell
     */
    constructor(id, state, tell) {
      super(id, state, { link: () => "", embedding: () => null, remember() {} });
      Object.assign(this, { link: undefined, asset: undefined });
      this.tell = tell;
      this.changed = new Set();
    }

    set(/** @type {string} */ name, /** @type {any} */ value) {
      super.set(name, value);
      this.changed.add(name);
    }

    save_changes() {
      const changes = Object.fromEntries([...this.changed].map((name) => [name, this.state[name]]));
      this.changed.clear();
      if (!Object.keys(changes).length) return;
      const { state, paths, buffers } = apart(changes);
      this.tell({ method: "update", state, buffer_paths: paths }, buffers);
    }

    /** Takes what Python says: all of it, before anybody is told. */
    receive(/** @type {Record<string, any>} */ state) {
      Object.assign(this.state, state);
      for (const [name, value] of Object.entries(state)) this.trigger(`change:${name}`, this, value);
      this.trigger("change", this);
    }

    send(
      /** @type {any} */ content = {},
      /** @type {any} */ _ = undefined,
      /** @type {any[]} */ buffers = [],
    ) {
      this.tell({ method: "custom", content }, buffers);
    }
  };

/** @typedef {InstanceType<ReturnType<typeof syncedBy>>} Synced */
/** @typedef {{ id: string, state: Record<string, any>, model: Promise<Synced> | null, view: Promise<any> | null,
 *   show: (message: any) => void }} Entry */

/** All widgets of one Python. */
export class Models {
  /** @type {Map<string, Entry>} */
  #entries = new Map();
  /** How often each has changed, be it through Python or by hand. @type {Map<string, number>} */
  #moves = new Map();
  #post;

  /** @param {(message: Told) => void} post what hands a message to Python */
  constructor(post) {
    this.#post = post;
  }

  open(/** @type {Told} */ { model: id, data, buffers }) {
    const state = together(data.state ?? {}, data.buffer_paths, buffers);
    this.#entries.set(id, { id, state, model: null, view: null, show() {} });
  }

  async hear(/** @type {Told} */ { model: id, data, buffers }) {
    const entry = this.#entries.get(id);
    if (data.method === "custom")
      (await entry?.model)?.trigger("msg:custom", data.content, together(buffers, [], []));
    if (data.method !== "update" || !entry) return;
    this.#move(id);
    const state = together(data.state, data.buffer_paths, buffers);
    if (entry.model) (await entry.model).receive(state);
    else Object.assign(entry.state, state);
  }

  #move(/** @type {string} */ id) {
    this.#moves.set(id, this.movesOf(id) + 1);
  }

  movesOf(/** @type {string} */ id) {
    return this.#moves.get(id) ?? 0;
  }

  close(/** @type {string} */ id) {
    this.#entries.delete(id);
  }

  clear() {
    this.#entries.clear();
  }

  /** Shows what a change of this widget has made a function of the reader's say, where the widget is. */
  show(/** @type {string} */ id, /** @type {any} */ message) {
    this.#entries.get(id)?.show(message);
  }

  /**
   * Lets a widget live in `el`; `show` takes what its changes make Python say. Returns its model, and what ends it.
   * Throws NotHere, with words for the reader, if it cannot live here.
   * @param {string} id
   * @param {HTMLElement} el
   * @param {(message: any) => void} show
   * @returns {Promise<{ model: Synced, end: () => void }>}
   */
  async mount(id, el, show) {
    const entry = this.#entries.get(id);
    if (!entry) throw new NotHere("This widget is gone. Running the code again brings it back.");
    entry.show = show;
    const model = await this.#model(entry);
    entry.view ??= this.#view(entry, model).catch((error) => {
      entry.view = null;
      throw error;
    });
    const { render } = await entry.view;
    const end = await render({ model, el, experimental: {} });
    return { model, end: typeof end === "function" ? end : () => {} };
  }

  /**
   * Lets the widget that the page shows already, `shown`, be this one: from now on they change together. What the reader
   * has done with it comes first.
   * @param {string} id
   * @param {import("../live/model.js").Model} shown
   */
  async adopt(id, shown) {
    const entry = this.#entries.get(id);
    if (!entry) return;
    const model = await this.#model(entry);
    const names = Object.keys(shown.author).filter((name) => name in model.state);
    const tell = () => {
      const changes = Object.entries(shown.changes(model.state)).filter(([name]) => names.includes(name));
      for (const [name, value] of changes) model.set(name, structuredClone(value));
      model.save_changes();
    };
    const remember = shown.save_changes.bind(shown);
    shown.save_changes = () => {
      remember();
      if (this.#entries.get(id) === entry) tell();
    };
    tell();
    model.on("change", () => {
      for (const name of names) shown.set(name, structuredClone(model.get(name)));
      remember();
    });
  }

  #model(/** @type {Entry} */ entry) {
    entry.model ??= hostModules().then(({ live_model }) => {
      const tell = (/** @type {any} */ data, /** @type {any[]} */ buffers) => {
        this.#move(entry.id);
        this.#post({ kind: "comm", parent: entry.id, model: entry.id, data, buffers });
      };
      return new (syncedBy(live_model.Model))(entry.id, entry.state, tell);
    });
    entry.model.catch(() => {
      entry.model = null;
    });
    return entry.model;
  }

  async #view(/** @type {Entry} */ { state }, /** @type {Synced} */ model) {
    if (state._model_module !== "anywidget") {
      const name = String(state._model_name ?? "This widget").replace(/Model$/, "");
      throw new NotHere(
        `${name} lives in a notebook: in JupyterLab, VS Code or Colab. Here the book's own widgets do.`,
      );
    }
    const [, name] = String(state._anywidget_id).match(OURS) ?? [];
    const view = name ? await ourView(name) : await readersView(state._esm);
    if (!name && state._css) wear(state._css);
    await view.initialize?.({ model, experimental: {} });
    return view;
  }
}

/** @type {Set<string>} */
const worn = new Set();

/** Puts on a reader's style sheet, once. */
function wear(/** @type {string} */ css) {
  if (worn.has(css)) return;
  worn.add(css);
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
