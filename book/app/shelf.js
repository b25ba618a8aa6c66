// What the browser keeps, and what the reader may have it keep: the small control in the text.
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { recallForGood, rememberForGood } from "../assets/memory.js";
import { ask, hello, installed, ROOT, UNWANTED, workers } from "./registration.js";

const AT_A_TIME = 3;

/** Has the worker keep these files, [path, bytes]; `progress` hears of the bytes. @returns {Promise<string>} why not all of them */
export async function keepMissing(active, missing, progress = (_bytes) => {}) {
  const [left, faults] = [[...missing], []];
  let done = 0;
  const next = async () => {
    for (let one = left.shift(); one && !faults.length; one = left.shift()) {
      const { fault } = await ask(active, { ask: "keep", path: one[0] });
      if (fault) faults.push(fault);
      else done += one[1];
      progress(done);
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, next));
  return faults[0] ?? "";
}

const mb = (bytes) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

const FAULTS = {
  full: "Your browser has no more room for it. What it has stays.",
  connection: "The connection broke. What has come stays.",
  another: "The server has another edition by now: reload the page, then go on.",
};

const button = (text, onclick) => h("button", { type: "button", onclick }, text);

/** The control, in its place in the text. */
class Shelf {
  constructor(place) {
    this.place = place;
    this.words = h("p", { role: "status" });
    this.bar = h("progress", { "aria-label": "Kept so far", hidden: true });
    this.buttons = h("p", { class: "keeping-buttons" });
    place.replaceChildren(this.words, this.bar, this.buttons);
    place.hidden = false;
  }

  say(text, ...buttons) {
    this.words.textContent = text;
    this.bar.hidden = true;
    this.buttons.replaceChildren(...buttons);
  }

  sayNothingIsKept() {
    const why = recallForGood(UNWANTED) === null ? "Your browser saves data, so it" : "Your browser";
    this.say(
      `${why} does not keep the book.`,
      button("Keep the book", () => this.begin()),
    );
  }

  /** The reader wants it kept, whatever the browser saves. */
  async begin() {
    rememberForGood(UNWANTED, null);
    this.say("Your browser is keeping the book …");
    await workers.register(`${ROOT}sw.js`, { scope: ROOT, updateViaCache: "none" });
    const { active } = await workers.ready;
    await this.keep(active, (await hello(active)).book);
  }

  async show(registration) {
    this.say("Your browser is keeping the book …");
    if (registration.installing && !registration.active && !(await installed(registration.installing)))
      return this.say(
        "Your browser could not keep the book yet. It tries again with the next page that you open.",
      );
    const { active } = await workers.ready;
    this.sayWhatIsKept(active, await hello(active));
  }

  sayWhatIsKept(active, { book, python }) {
    const leave = button("Keep nothing", () => this.leave(active));
    const size = mb(book.kept + python.kept);
    if (book.missing.length)
      return this.say(
        `Your browser keeps a part of the book, ${size}.`,
        this.more(active, book, "the rest"),
        leave,
      );
    if (!python.total) return this.say(`Your browser keeps the book, ${size}.`, leave);
    if (!python.missing.length) return this.say(`Your browser keeps the book and Python, ${size}.`, leave);
    const part = python.kept ? " and a part of Python" : "";
    this.say(`Your browser keeps the book${part}, ${size}.`, this.more(active, python, "Python too"), leave);
  }

  more(active, files, name) {
    return button(`Keep ${name} (${mb(files.total - files.kept)})`, () => this.keep(active, files));
  }

  async keep(active, files) {
    navigator.storage?.persist?.(); // the reader has asked for it: so no browser shall drop it without a word
    const tell = (bytes) => {
      this.bar.value = files.kept + bytes;
      this.words.textContent = `${mb(files.kept + bytes)} of ${mb(files.total)} …`;
    };
    this.say("");
    Object.assign(this.bar, { max: files.total, value: files.kept, hidden: false });
    tell(0);
    const fault = await keepMissing(active, files.missing, tell);
    const now = await hello(active);
    this.sayWhatIsKept(active, now);
    if (fault) this.words.textContent = `${FAULTS[fault]} ${this.words.textContent}`;
    this.place.querySelector("button")?.focus({ preventScroll: true });
  }

  async leave(active) {
    rememberForGood(UNWANTED, "");
    await ask(active, { ask: "leave" });
    location.reload();
  }
}

/** Shows the control, if the page has a place for it. */
export function showKeeping(registration) {
  const place = document.querySelector(".keeping");
  if (!place) return;
  const shelf = new Shelf(place);
  if (registration) shelf.show(registration);
  else shelf.sayNothingIsKept();
}
