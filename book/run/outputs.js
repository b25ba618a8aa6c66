// What a cell shows, in its place on the page: drawn as the book draws what is committed, at most once a frame.
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { NotHere, WIDGET } from "./models.js";
import { Printed, withoutColours } from "./text.js";

/** @typedef {import("./kernel.js").Kernel} Kernel */
/** @typedef {{ output_type: string, name?: string, text?: string, data?: any, metadata?: any, transient?: any,
 *   ename?: string, evalue?: string, traceback?: string[], wait?: boolean }} Message of nbformat's */

/** @typedef {{ name: string, printed: Printed, el: Element, letters: number, lines: number }} Stream text that is being printed */

const PICTURES = ["image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp"];
const DRAWN = "What this code has drawn"; // more cannot be said of a picture that nobody has seen yet
const HIDDEN = 200; // ms: a page that nobody sees has no frames
const CARETS = /^([ |]*[~^]+ *\n)/m;
const LONG = { letters: 8_000, lines: 100 }; // after which a text scrolls in itself

// A text that is wider or higher than its place scrolls in itself: the keyboard reaches it.
const reach = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    const scrolls = target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight + 1;
    const attributes = { tabindex: "0", role: "group", "aria-label": "Output, scrolls" };
    for (const [name, value] of Object.entries(attributes)) {
      if (scrolls) target.setAttribute(name, value);
      else target.removeAttribute(name);
    }
  }
});

/** Text in the manner of the book. */
function textPlace(/** @type {string} */ kind) {
  const pre = h("pre");
  const el = h(
    "div",
    { class: `output ${kind} highlight-myst-ansi notranslate` },
    h("div", { class: "highlight" }, pre),
  );
  reach.observe(pre);
  return { el, pre };
}

function textBlock(/** @type {string} */ kind, /** @type {string} */ text) {
  const { el, pre } = textPlace(kind);
  if (kind === "traceback") pre.append(...withCarets(withoutColours(text)));
  else pre.textContent = withoutColours(text);
  el.classList.toggle("long", isLong(text.length, linesIn(text)));
  return el;
}

/** An error in parts: the lines of carets, which point to nothing where the line above them is wrapped, have their own. */
const withCarets = (/** @type {string} */ text) =>
  text.split(CARETS).map((part) => (CARETS.test(part) ? h("span", { class: "carets" }, part) : part));

const linesIn = (/** @type {string} */ text) => text.split("\n").length;

const isLong = (/** @type {number} */ letters, /** @type {number} */ lines) =>
  letters > LONG.letters || lines > LONG.lines;

const source = (/** @type {string} */ mime, /** @type {any} */ content) =>
  mime === "image/svg+xml"
    ? `data:${mime},${encodeURIComponent(content)}`
    : `data:${mime};base64,${String(content).trim()}`;

/** A picture at its size; a size that its metadata tells is that of the page, not of its pixels. */
function picture(
  /** @type {Message} */ { data, metadata },
  /** @type {string} */ mime,
  /** @type {string} */ alt,
) {
  const { width, height, alt: own } = { ...metadata, ...metadata?.[mime] };
  const img = h("img", { src: source(mime, data[mime]), alt: own ?? alt });
  if (width) img.style.width = `${width}px`;
  if (height) img.style.height = `${height}px`;
  return img;
}

/** A widget's own picture, which stands in its place until it lives, and stays if it does not. */
function stillOf(/** @type {string} */ html) {
  const page = new DOMParser().parseFromString(html, "text/html");
  return page.querySelector("img.convbook-static");
}

export class Outputs {
  /** What its pictures show, in words, one after the other: the author's, where the code is the author's. @type {string[]} */
  words = [];
  /** What has made all that stands here. @type {Message[]} */
  messages = [];
  /** @type {Message[]} */
  #waiting = [];
  #frame = 0;
  #patience = 0;
  #clearFirst = false;
  /** @type {Stream | null} */
  #stream = null;
  /** What ends the widgets that live here, and forgets what has a display_id. @type {(() => void)[]} */
  #ends = [];
  #pictures = 0;
  #adopted = 0;
  /** How often a widget had moved when its message came. @type {WeakMap<Message, number>} */
  #moves = new WeakMap();

  /**
   * @param {HTMLElement} place
   * @param {Kernel} kernel
   */
  constructor(place, kernel) {
    this.place = place;
    this.kernel = kernel;
  }

  /** Shows a message of the kernel's, with the next frame. */
  add(/** @type {Message} */ message) {
    this.#waiting.push(message);
    this.#moves.set(message, this.#movesOf(message));
    if (this.#frame) return;
    this.#frame = requestAnimationFrame(() => this.#draw());
    this.#patience = setTimeout(() => this.#draw(), HIDDEN);
  }

  /** Takes away what is shown; with `wait`, as soon as something else is. */
  clear({ wait = false } = {}) {
    if (!wait) this.#waiting = [];
    this.#clearFirst = wait;
    if (!wait) this.#empty();
  }

  /** Draws what waits, if it cannot wait any longer. */
  flush() {
    if (this.#frame) this.#draw();
  }

  /** Takes the widgets of a cell that ran without being shown for those that its place shows: they change together. */
  async adopt(/** @type {Message} */ { data }) {
    if (!data?.[WIDGET]) return;
    const shown = this.place.querySelectorAll("[data-widget]")[this.#adopted++];
    const model = shown && (await modelIn(/** @type {HTMLElement} */ (shown)));
    if (model) await this.kernel.models.adopt(data[WIDGET].model_id, model);
  }

  #empty() {
    for (const end of this.#ends) end();
    this.#ends = [];
    this.messages = [];
    this.#stream = null;
    this.#clearFirst = false;
    this.#pictures = this.#adopted = 0;
    this.place.replaceChildren();
  }

  #draw() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#patience);
    this.#frame = 0;
    const messages = this.#waiting;
    this.#waiting = [];
    const isGone = (/** @type {Message} */ { output_type, wait }, /** @type {number} */ i) =>
      output_type === "clear_output" && (!wait || i < messages.length - 1);
    const cleared = messages.findLastIndex(isGone); // nobody needs to see what is taken back at once
    if (cleared >= 0) this.#empty();
    for (const message of messages.slice(cleared + 1)) this.#show(message);
  }

  #show(/** @type {Message} */ message) {
    if (message.output_type === "clear_output") {
      this.#clearFirst = true;
      return;
    }
    const id = message.transient?.display_id;
    if (message.output_type === "update_display_data") {
      for (const redraw of this.kernel.displays.get(id) ?? []) redraw(message);
      return;
    }
    if (this.#clearFirst) this.#empty();
    const standing = { ...message };
    this.messages.push(standing);
    this.#moves.set(standing, this.#moves.get(message) ?? 0);
    if (message.output_type === "stream") return this.#print(message);
    this.#stream = null;
    let el = this.#element(message, this.#nextWords(message));
    this.place.append(el);
    if (!id) return;
    const redraw = (/** @type {Message} */ next) => {
      const other = this.#element(next, DRAWN);
      el.replaceWith(other);
      el = other;
      Object.assign(standing, { data: next.data, metadata: next.metadata });
      this.#moves.set(standing, this.#movesOf(next));
    };
    const all = this.kernel.displays.get(id) ?? new Set();
    this.kernel.displays.set(id, all.add(redraw));
    this.#ends.push(() => all.delete(redraw));
  }

  #movesOf(/** @type {Message} */ { data }) {
    return data?.[WIDGET] ? this.kernel.models.movesOf(data[WIDGET].model_id) : 0;
  }

  /** What has made what stands here, but for the still pictures of widgets that show something else by now. */
  get lasting() {
    return this.messages.filter((message) => this.#moves.get(message) === this.#movesOf(message));
  }

  #print(/** @type {Message} */ { name = "stdout", text = "" }) {
    if (this.#stream?.name !== name) {
      const { el, pre } = textPlace(name === "stderr" ? "stderr" : "stream");
      this.#stream = { name, printed: new Printed(pre), el, letters: 0, lines: 0 };
      this.place.append(el);
    }
    const stream = /** @type {Stream} */ (this.#stream);
    stream.printed.write(text);
    stream.letters += text.length;
    stream.lines += linesIn(text) - 1;
    stream.el.classList.toggle("long", isLong(stream.letters, stream.lines));
  }

  #nextWords(/** @type {Message} */ { data }) {
    const isPicture = data && !data["text/html"] && PICTURES.some((mime) => data[mime]);
    return (isPicture && this.words[this.#pictures++]) || DRAWN;
  }

  /** The richest form of an output that the page can show, as the book chooses it. */
  #element(/** @type {Message} */ message, /** @type {string} */ alt) {
    if (message.output_type === "error") return textBlock("traceback", message.traceback?.join("\n") ?? "");
    const { data } = message;
    if (data[WIDGET]) return this.#widget(message);
    if (data["text/html"])
      return Object.assign(h("div", { class: "output text_html" }), { innerHTML: data["text/html"] });
    const mime = PICTURES.find((one) => data[one]);
    if (mime) return picture(message, mime, alt);
    return textBlock("text_plain", String(data["text/plain"] ?? ""));
  }

  #widget(/** @type {Message} */ { data }) {
    const el = h("div");
    const place = h("div", { class: "output text_html" }, el);
    const still = data["text/html"] && stillOf(data["text/html"]);
    if (still) place.append(still);
    const tell = (/** @type {Message} */ message) => this.add(message);
    this.kernel.models.mount(data[WIDGET].model_id, el, tell).then(
      ({ model, end }) => {
        still?.remove();
        models.set(el, model);
        if (place.isConnected) this.#ends.push(end);
        else end();
      },
      (error) => place.append(...whyStill(error, data["text/plain"])),
    );
    return place;
  }
}

/** The models of the widgets that Python has shown. @type {WeakMap<Element, any>} */
const models = new WeakMap();

/** The model of a widget that the page shows: Python's, or the page's own, which comes to life if it has not yet. */
async function modelIn(/** @type {HTMLElement} */ shown) {
  if (models.has(shown)) return models.get(shown);
  const { LiveWidgets } = /** @type {any} */ (window);
  if (shown.matches(".convbook-mount")) await LiveWidgets.modules.live_mounting.mount(shown);
  return LiveWidgets.models[shown.dataset.key ?? ""];
}

/** What a reader is told in the place of a widget that does not live: why, and what Python says of it. */
function whyStill(/** @type {any} */ error, /** @type {string} */ plain) {
  const words =
    error instanceof NotHere
      ? error.message
      : `This widget does not come to life: ${error?.message ?? error}`;
  return [h("p", { class: "convbook-still" }, words), ...(plain ? [textBlock("text_plain", plain)] : [])];
}
