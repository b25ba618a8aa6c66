// What the reader writes in the cells of a page: kept, put back, taken over from another tab, saved, and reset.
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { handOut } from "../assets/notebooks.js";
import { Drafts } from "./drafts.js";
import { fileName, savedNotebook } from "./saved.js";

/** @typedef {import("./cells.js").Cell} Cell */

const HELP = "run-help"; // the id of what a screen reader says of an editor
const HELP_WORDS =
  "Python. Shift and Enter run it. Once you write, Tab indents; Escape, and then Tab, leaves it.";
const NEWER = "The book has another code here since you changed it. This is yours.";
const OTHERS = "You have changed this in another tab, too. This is what stands here.";
const UNKEPT =
  "Your browser keeps nothing for this page, or has no room: what you write lasts as long as the page is open. Save it as a notebook before you leave.";
const UNCHANGED = "You have changed no code on this page.";
const GONE = (count) =>
  `What you wrote in ${count === 1 ? "a cell" : `${count} cells`} that this edition of the book does not have is still kept. You find it at the end of your version, saved as a notebook.`;

export class Written {
  isTaking = false; // what another tab has written, which is kept already

  /**
   * @param {{ notebook: string, address: string }} source the page's notebook: its name, and where it is fetched
   * @param {{ cells: Cell[], shown: Cell[], status: import("./status.js").Status, onrun: (cell: Cell) => void, onchange: () => void }} page
   *   all cells, those that show their code, and who hears of keys that run one, and of changes
   */
  constructor({ notebook, address }, { cells, shown, status, onrun, onchange }) {
    this.notebook = notebook;
    this.address = address;
    this.drafts = new Drafts(notebook);
    this.cells = cells;
    this.shown = shown;
    this.status = status;
    this.onrun = onrun;
    this.onchange = onchange;
    document.body.append(h("p", { id: HELP, hidden: true }, HELP_WORDS));
    this.drafts.listen((id) => this.#hearOther(this.shown.find((cell) => cell.id === id)));
    addEventListener("beforeunload", (event) => {
      if (this.drafts.hasUnkept) event.preventDefault();
    });
  }

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
      const onchange = () => {
        this.#keep(cell);
        if (!cell.isChanged && !this.drafts.isHeld(cell.id)) cell.offered?.remove();
        this.status.onChange();
        this.onchange();
      };
      cell.open(openEditor, HELP, onchange);
      return here;
    });
    return cell.opening;
  }

  /** Another tab has written in a cell: its words are taken, unless this one has words that would be lost by it. */
  async #hearOther(cell) {
    if (!cell) return;
    await this.#open(cell);
    const { words } = this.drafts.kept(cell.id) ?? { words: cell.book };
    if (words === cell.words) this.#settle(cell);
    else if (cell.isTypedIn || this.drafts.isOnlyHere(cell.id)) this.#offerOthers(cell, words);
    else this.#takeOthers(cell);
  }

  #takeOthers(cell) {
    const draft = this.drafts.kept(cell.id);
    this.drafts.release(cell.id);
    cell.over = draft?.book ?? cell.book;
    this.isTaking = true;
    cell.editor.replace(draft?.words ?? cell.book);
    this.isTaking = false;
  }

  #offerOthers(cell, words) {
    this.drafts.hold(cell.id, { words: cell.words, book: cell.over });
    const choices = {
      "Keep mine": () => this.#settle(cell),
      "Take the other’s": () => this.#takeOthers(cell),
    };
    cell.offer(OTHERS, choices, { title: "The other tab’s code", code: words });
  }

  /** What stands here is what is kept. */
  #settle(cell) {
    if (!this.drafts.isHeld(cell.id)) return;
    this.drafts.release(cell.id);
    cell.offered.remove();
    this.#keep(cell);
  }

  /** Runs a cell by its keys; those that come before its editor are kept until it is there. */
  async key(index) {
    const cell = this.shown[index];
    await this.#open(cell);
    this.onrun(cell);
  }

  /** Makes a cell's code one that can be changed, with the caret where the reader clicked, or came to by the keyboard. */
  async edit(index, event) {
    const cell = this.shown[index];
    if (cell.editor && cell.code.contains(document.activeElement)) return;
    const at = event ? placeOf(event, cell.code) : { anchor: 0, head: 0 };
    const here = await this.#open(cell);
    if (event || here) cell.editor.enter(at);
  }

  #keep(cell) {
    if (this.isTaking) return;
    const draft = cell.isChanged ? { words: cell.words, book: cell.over } : null;
    if (this.drafts.isHeld(cell.id)) return this.drafts.hold(cell.id, { words: cell.words, book: cell.over });
    if (this.drafts.keep(cell.id, draft) || !draft || this.warned) return;
    this.warned = true;
    this.status.tell(UNKEPT, { "Save my version": () => this.save() });
  }

  /** Hands out the page's notebook with the reader's code in it, and what that has shown. */
  async save() {
    try {
      const response = await fetch(this.address);
      if (!response.ok) throw new Error(response.statusText);
      const mine = savedNotebook(await response.json(), this.drafts.all(), this.cells);
      handOut(fileName(this.notebook), `${JSON.stringify(mine, null, 1)}\n`);
    } catch {
      this.status.tell("The notebook did not come. Is there a connection? Your code stays here.", {
        "Try again": () => this.save(),
      });
    }
  }

  /** The book's code in all cells; what the reader wrote comes back by Undo. */
  resetAll() {
    const before = this.drafts.all();
    if (!before.size) return this.status.tell(UNCHANGED, {}, { untilChange: true });
    const held = this.shown.filter(({ id }) => this.drafts.isHeld(id));
    const others = new Map(held.map((cell) => [cell, this.drafts.kept(cell.id)]));
    for (const { id, offered } of held) {
      this.drafts.release(id);
      offered.remove();
    }
    for (const cell of this.shown) if (cell.isChanged) cell.reset();
    for (const id of before.keys()) this.drafts.keep(id, null);
    this.status.tell("The book’s code stands everywhere again.", { Undo: () => this.#undo(before, others) });
  }

  /** What stood in the page and what another tab had for it, but nothing over what has been written since. */
  #undo(before, others) {
    const untouched = [...before].filter(([id]) => !this.drafts.of(id));
    for (const [id, draft] of untouched) {
      const cell = this.shown.find((one) => one.id === id);
      const kept = others.has(cell) ? others.get(cell) : draft;
      this.drafts.keep(id, kept);
      if (others.has(cell)) this.#offerOthers(cell, kept?.words ?? cell.book);
      cell?.editor.replace(draft.words);
    }
    if (untouched.length < before.size)
      this.status.tell("Your code is back. Where you have written something since, that stays.");
  }
}

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
