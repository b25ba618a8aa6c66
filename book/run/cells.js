// One code cell of a page: its words, its bar, its editor, and where it shows what it gives.
//
// An error stops no cell below it, as in a chapter one looks at the next thing all the same. One kind of cell waits: a check,
// which is one whose words call check(...) at the beginning of a line. If the cell directly above it, the answer, has ended
// in an error, there is nothing to judge, and the check says so. Every other answer that is no longer there, since it was
// renamed or emptied, Python has forgotten (kernel.py), so that the check meets a NameError.
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { note } from "./notes.js";
import { Outputs } from "./outputs.js";
import { tellIfSolved } from "./solved.js";

const CHECK = /^check\(/m;
const LONG = 20; // letters: more than that have no room beside the buttons on a phone
const LEFT_TO_THE_EDITOR = ["tabindex", "role", "aria-label"];

/** What was printed, and folded away behind its question: predictions.py. @returns {any} */
function answerAfter(cell) {
  const next = cell.nextElementSibling;
  const fold = next?.matches(".prediction") ? next.nextElementSibling : next;
  return fold?.matches("details.answer:has(> .cell:not([data-cell]) > .cell_output)") ? fold : null;
}

export class Cell {
  /** Words of the run that is asked for, or was the last that came to a good end; null if there is none. @type {string | null} */
  due = null;
  /** @type {any} */
  editor = null;
  /** Where it shows what it gives. @type {any} */
  output = null;
  /** What the book shows there, put by while the reader's own output stands there. @type {any[] | null} */
  books = null;
  /** What shows that. @type {Outputs | null} */
  outputs = null;
  /** What the book's pictures of it show, in words. @type {string[] | null} */
  pictures = null;
  /** What a reset has taken away. @type {string | null} */
  before = null;
  /** The words that the reader has stopped: for another cell's sake they do not run again. @type {string | null} */
  stopped = null;
  /** What it bound and read when it ran last. @type {{ binds: string[], reads: string[] } | null} */
  names = null;
  /** The cells above whose names it reads, and all that these build on. @type {Set<Cell>} */
  sources = new Set();
  /** The error in which it ended when it ran last. @type {any} */
  error = null;
  asked = 0; // the count of the run in which the reader last asked for it
  /** @type {string | null} */
  ranWords = null;
  /** What the output of the reader's own run was made of, and its count. @type {{ from: string | null, at: number }} */
  shown = { from: null, at: 0 };
  isForgotten = false; // Python has ended since it ran
  #waits = false; // for what is to be shown
  #isLeft = false; // the run that was to show something came to no end
  #resets = 0; // what began to run before the last one shows nothing any more

  constructor(el) {
    this.el = el;
    this.id = el.dataset.cell;
    this.code = el.querySelector(".cell_input pre"); // null where the page shows no code
    this.book = el.dataset.code ?? this.code.textContent.replace(/\n$/, "");
    this.words = this.book;
    this.over = this.book; // what the reader's words were written over
    this.standing = this.book; // the words whose output stands in the page
    this.name = this.code?.getAttribute("aria-label").replace(/ of .*/, "") ?? "The page";
    this.fold = answerAfter(el);
    this.bar = this.code && this.#complete(el.querySelector(".run-bar"));
  }

  get isChanged() {
    return this.words !== this.book;
  }

  get isCheck() {
    return CHECK.test(this.words);
  }

  /** Whether the caret stands in it, in the window that has the keys. */
  get isTypedIn() {
    return document.hasFocus() && Boolean(this.editor) && this.code.contains(document.activeElement);
  }

  get hasFailed() {
    return this.error !== null;
  }

  // ---- what its output was made of ----------------------------------------------------------------------------------

  get #made() {
    return [...this.sources].map(({ id, ranWords }) => `${id}\n${ranWords}`).join("\n\n");
  }

  /** Takes note of a run that has come to its end. */
  ran(words, names, { asked, quietly, count }) {
    this.names = names ?? this.names;
    this.ranWords = words;
    this.isForgotten = false;
    if (asked) this.asked = count;
    if (!quietly) this.shown = { from: null, at: count };
  }

  /** Takes note of what it builds on; of a new output, that it was made of this. */
  buildsOn(sources) {
    this.sources = sources;
    this.shown.from ??= this.#made;
    this.#paintAge();
  }

  /** Whether what it builds on is other than when this was shown: the book's output is made of the book's code. */
  get #isBehind() {
    const above = [...this.sources];
    if (!this.#isOwn) return above.some((one) => one.isChanged);
    if (this.isForgotten || this.shown.from !== this.#made) return true;
    return above.some(({ asked, words, ranWords }) => asked > this.shown.at || words !== ranWords);
  }

  // ---- the bar ------------------------------------------------------------------------------------------------------

  #complete(bar) {
    const button = bar.querySelector(".run");
    this.resetting = h("button", {
      type: "button",
      class: "reset",
      hidden: true,
      onclick: () => this.reset(),
    });
    this.said = h("span", { class: "run-said" });
    button.after(this.resetting, this.said);
    return bar;
  }

  /** "waiting", "running", or "" */
  set state(state) {
    this.el.dataset.state = state;
    if (!this.bar) return;
    const button = this.bar.querySelector(".run");
    button.textContent = state ? "Stop" : "Run";
    button.setAttribute("aria-label", `${button.textContent} ${this.name.toLowerCase()}`);
  }

  get state() {
    return this.el.dataset.state ?? "";
  }

  /** Says how it stands, beside the buttons; `share` of it is done, if that is known; `cause` is a cell to be shown. */
  tell(words, { share = 0, cause = null } = {}) {
    if (!this.bar) return;
    if (this.said.textContent !== words) this.said.textContent = words; // what stays is not laid out anew
    if (cause) this.said.append(" ", cause.#wayTo());
    this.said.toggleAttribute("data-share", share > 0);
    this.said.toggleAttribute("data-long", words.length > LONG);
    this.said.style.setProperty("--share", share.toFixed(2));
  }

  /** A button that leads to its output, and to the button that runs it. */
  #wayTo() {
    const show = () => {
      this.bar.scrollIntoView({ block: "center" });
      this.bar.querySelector(".run").focus({ preventScroll: true });
    };
    return h("button", { type: "button", onclick: show }, `Show ${this.name.toLowerCase()}`);
  }

  // ---- what the reader writes ---------------------------------------------------------------------------------------

  /** Puts the editor in the place of the printed code. `onchange` hears of every change. */
  open(openEditor, help, onchange) {
    const attributes = { "aria-label": this.code.getAttribute("aria-label"), "aria-describedby": help };
    for (const name of LEFT_TO_THE_EDITOR) this.code.removeAttribute(name);
    const changed = (words) => {
      this.words = words;
      if (this.isChanged) this.before = null;
      if (!this.state) this.tell(""); // what is said there was of other words
      this.#paintReset();
      this.#paintAge();
      onchange(this);
    };
    this.editor = openEditor(this.code, { words: this.words, attributes, onchange: changed });
  }

  #paintReset() {
    this.resetting.hidden = !this.isChanged && this.before === null;
    this.resetting.textContent = this.before === null ? "Reset" : "Undo";
    this.resetting.setAttribute("aria-label", `${this.resetting.textContent} ${this.name.toLowerCase()}`);
  }

  /** The book's code and what it shows, or, at once after that, the reader's again. */
  reset() {
    const before = this.before ?? this.words;
    const back = this.before === null;
    if (back) this.#showBooks();
    this.before = back ? before : null;
    this.editor.replace(back ? this.book : before);
    this.#paintReset();
  }

  /** Says below the code what the reader has to choose, shows the other code to who unfolds it, and lets them. */
  offer(words, choices, { title = "The book’s code", code = this.book } = {}) {
    this.offered?.remove();
    this.offered = note(words, choices, { title, code });
    this.bar.after(this.offered);
  }

  // ---- what it shows ------------------------------------------------------------------------------------------------

  get place() {
    const own = () => this.el.querySelector(".cell_output") ?? this.fold?.querySelector(".cell_output");
    this.output ??= own() ?? h("div", { class: "cell_output docutils container" });
    return this.output;
  }

  /** Whether what stands there comes from a run of the reader's. */
  get #isOwn() {
    return this.books !== null;
  }

  /** Says of what stands there whose it is, if it is not that of the code above it, or until there is something newer. */
  #paintAge() {
    const { place } = this;
    const isOther = this.words !== this.standing || this.#isLeft || this.#isBehind;
    if (this.#waits) place.dataset.age = "waits";
    else if (isOther) place.dataset.age = this.#isOwn ? "earlier" : "book";
    else delete place.dataset.age;
  }

  /** Empties the place for what these words give; what the book shows there is put by. */
  #begin(outputs, words) {
    const { place } = this;
    this.books ??= [...place.childNodes];
    this.outputs?.clear();
    place.replaceChildren();
    if (!place.isConnected) this.el.append(place);
    this.outputs = outputs;
    this.standing = words;
    this.#waits = this.#isLeft = false;
    this.#paintAge();
  }

  #showBooks() {
    this.#resets += 1;
    if (this.#isOwn) {
      this.outputs.clear();
      this.place.replaceChildren(...this.books);
      this.standing = this.book;
      this.books = this.outputs = null;
    }
    this.#waits = this.#isLeft = false;
    this.#paintAge();
  }

  /**
   * Takes what a run of these words gives. `quietly`, what stands there stays, with its widgets taken for the new ones,
   * unless there is an error to be shown. After a reset, nothing is shown any more. `leave` when the run has come to no
   * end; of the book's output that is no news, but where its code `isHeldUp` by other code.
   * @returns {{ take: (message: any) => void, end: (ok: boolean) => void, leave: (isHeldUp?: boolean) => void, isOver: () => boolean, messages: any[] }}
   */
  shows(kernel, words, quietly) {
    const outputs = new Outputs(this.place, kernel);
    this.pictures ??= [...this.place.querySelectorAll("img:not(.convbook-static)")].map(({ alt }) => alt);
    if (words === this.book) outputs.words = this.pictures;
    const messages = [];
    const resets = this.#resets;
    const isOver = () => this.#resets !== resets;
    let begun = false;
    this.#waits = !quietly;
    this.#paintAge();
    const begin = () => {
      this.#begin(outputs, words);
      for (const message of messages) outputs.add(message);
      begun = true;
    };
    const take = (message) => {
      tellIfSolved(message);
      if (message.output_type === "error") this.error = message;
      messages.push(message);
      if (isOver()) return;
      if (begun) outputs.add(message);
      else if (!quietly || message.output_type === "error") begin();
      else outputs.adopt(message);
    };
    const end = (ok) => {
      if (isOver()) return;
      if (ok && !begun && !quietly) begin(); // it has nothing to show any more
      outputs.flush();
    };
    const leave = (isHeldUp = false) => {
      if (isOver()) return;
      this.#waits = false;
      this.#isLeft = !begun && !quietly && (isHeldUp || this.#isOwn);
      this.#paintAge();
    };
    return { take, end, leave, isOver, messages };
  }

  /** Opens what its question hides, as the reader would. */
  reveal() {
    if (this.fold && !this.fold.open) this.fold.querySelector("summary").click();
  }
}
