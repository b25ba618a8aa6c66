// The model of a widget in a page.
import { asset } from "./assets.js";

const equal = (/** @type {any} */ a, /** @type {any} */ b) => JSON.stringify(a) === JSON.stringify(b);

/** Whether this is a picture of the reader's own, which never leaves the browser and is gone with the page. */
export const isOwn = (/** @type {any} */ value) => typeof value === "string" && value.startsWith("own:");

/**
 * The part of anywidget's model that a page without a kernel can honour, and beyond it: the `author`'s state, the `link`
 * to the reader's, the author's pictures, `accept`, through which a state comes in from outside, and what the reader has
 * answered.
 */
export class Model {
  /**
   * @param {string} key
   * @param {Record<string, any>} author
   * @param {{ link: (model: Model) => string, embedding: (model: Model) => string | null, remember: () => void }} page
   */
  constructor(key, author, page) {
    this.key = key;
    this.author = structuredClone(author);
    this.state = author;
    this.page = page;
    /** @type {[string, Function][]} */
    this.handlers = [];
    /** The view puts its own way of changing the state here: it refuses what does not fit, and can be undone. It says
     * what of it did not fit before. @type {((state: Record<string, any>, unfit?: string) => boolean) | null} */
    this.accept = null;
    /** What the view says at the beginning: of the link that brought its state. */
    this.unfit = "";
    /** What the view wants to find again after a Reload, but in no link. @type {any} */
    this.answers = null;
  }

  get(/** @type {string} */ name) {
    return this.state[name];
  }

  set(/** @type {string} */ name, /** @type {any} */ value) {
    if (equal(this.state[name], value)) return;
    this.state[name] = value;
    this.trigger(`change:${name}`, this, value);
    this.trigger("change", this);
  }

  save_changes() {
    this.page.remember();
  }

  send() {}

  on(/** @type {string} */ event, /** @type {Function} */ handler) {
    this.handlers.push([event, handler]);
  }

  off(/** @type {string=} */ event, /** @type {Function=} */ handler) {
    this.handlers = this.handlers.filter(([e, h]) => (event && e !== event) || (handler && h !== handler));
  }

  trigger(/** @type {string} */ event, /** @type {any[]} */ ...values) {
    for (const [e, handler] of [...this.handlers]) if (e === event) handler(...values);
  }

  /** What differs from the author's state, or another one, and can be written down. */
  changes(from = this.author) {
    return Object.fromEntries(
      Object.entries(this.state).filter(([name, value]) => !isOwn(value) && !equal(value, from[name])),
    );
  }

  link() {
    return this.page.link(this);
  }

  /** The address of a page that holds this widget alone, in its state. */
  embedding() {
    return this.page.embedding(this);
  }

  asset(/** @type {string} */ name) {
    return asset(name, this.author.pictures ?? []);
  }
}
