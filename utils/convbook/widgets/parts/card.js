// The card around every widget: settings, stage, sum, player, actions; and what all widgets share: one state in the
// traits, undo, reset, share, a live sentence and a kind word when something does not fit.
import { misfit } from "../arithmetic/schema.js";
import { codePanel } from "./code.js";
import { button, h, setText } from "./dom.js";
import { sharePanel } from "./share.js";

const clone = (value) => structuredClone(value);
const equal = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** "SlidingWindow" -> "Sliding window" */
const inWords = (name) => name.replace(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);

export class Card {
  /**
   * @param {{ name: string, traits: string[], check: (state: any) => void, admits: Record<string, any>, model: any,
   *   signal: AbortSignal }} all
   */
  constructor({ name, traits, check, admits, model, signal }) {
    this.title = inWords(name);
    this.traits = traits;
    this.check = check;
    this.admits = admits;
    this.model = model;
    if ("accept" in model) model.accept = this.accept; // a page hands over what a link says
    this.signal = signal;
    this.settings = h("div", { class: "cb-settings" });
    this.stage = h("div", { class: "cb-stage" });
    this.panels = h("div", { class: "cb-panels" });
    this.actions = h("div", { class: "cb-actions", role: "group", "aria-label": "actions" });
    this.sentence = h("p", { class: "cb-hidden cb-spoken", role: "status", "aria-live": "polite" });
    this.explanation = h("p", { class: "cb-sentence", hidden: true });
    this.note = h("p", { class: "cb-told", role: "status", hidden: true });
    this.warning = h("p", { class: "cb-warning", role: "alert", hidden: true });
    this.formulaText = h("span", { class: "cb-formula" });
    this.author = model.author ?? this.state();
    this.lead = 1; // so many settings stay in sight on a phone; the others fold behind a button
    this.past = []; // what Undo brings back, and Redo
    this.future = [];
    this.gesture = null;
    this.painters = [];
    this.resetters = [];
    this.repaint = () => {};
    this.onReset = () => {};
    this.warn(model.unfit ?? "");
  }

  // ---- the state: all changes by the reader come through here ----------------------------------------------------

  get = (trait) => this.model.get(trait) ?? null; // some kernels have nothing where Python has None

  state = () => Object.fromEntries(this.traits.map((trait) => [trait, clone(this.get(trait))]));

  /** Changes some traits, if they fit; else the reader is told why, and the last good state stays. Edits of one gesture, `by`, undo together. */
  change = (state, { undoable = true, by = {} } = {}) => {
    const before = Object.fromEntries(Object.keys(state).map((trait) => [trait, clone(this.get(trait))]));
    if (equal(before, state)) return true;
    if (!this.fits(state)) return false;
    if (undoable) this.record(before, by);
    this.warn("");
    this.tell("");
    this.write(state);
    return true;
  };

  record(before, by) {
    if (this.gesture !== by) this.past.push(before);
    this.gesture = by;
    this.future = [];
  }

  /** Whether Python would take these changes; if not, the reader is told why. */
  fits(changes) {
    try {
      this.check({ ...this.state(), ...changes });
      for (const [trait, value] of Object.entries(changes)) {
        const wanted = misfit(this.admits[trait] ?? {}, value);
        if (wanted)
          throw new RangeError(`${trait.replaceAll("_", " ")} must be ${wanted}, so nothing changed.`);
      }
      return true;
    } catch (error) {
      this.warn(/** @type {Error} */ (error).message);
      this.repaint();
      return false;
    }
  }

  accept = (state, unfit = "") => {
    this.dropEdit();
    const isDone = this.change(state);
    if (unfit) this.warn(unfit);
    return isDone;
  };

  /** What is half typed into a cell belongs to the state that was shown. */
  dropEdit() {
    this.el?.querySelector("input.cb-editor")?.dispatchEvent(new Event("drop-edit"));
  }

  write(state) {
    for (const [trait, value] of Object.entries(state)) this.model.set(trait, value);
    this.model.save_changes();
  }

  undo = () => this.travel(this.past, this.future);

  redo = () => this.travel(this.future, this.past);

  /** Goes to the last state of `from`; the way back is through `to`. */
  travel(from, to) {
    const there = from.pop();
    if (!there || !this.fits(there)) return;
    to.push(Object.fromEntries(Object.keys(there).map((trait) => [trait, clone(this.get(trait))])));
    this.startOver(there);
  }

  reset = () => {
    const before = this.state();
    this.startOver(clone(this.author));
    if (!equal(before, this.author)) this.record(before, {}); // a step of its own
  };

  startOver(state) {
    this.dropEdit();
    this.gesture = null;
    this.warn("");
    this.tell("");
    for (const resetter of this.resetters) resetter();
    this.write(state);
    this.onReset();
    this.repaint();
  }

  /** Calls `then` before Undo, Redo or Reset put another state in place: what runs stops, what was answered is asked again. */
  whenReset(then) {
    this.resetters.push(then);
  }

  /** What `keep` was given before a Reload, or null: a page keeps it beside the state, and no link carries it. */
  kept = () => this.model.answers ?? null;

  keep(answers) {
    if ("answers" in this.model) this.model.answers = answers; // a notebook keeps nothing
  }

  // ---- words -----------------------------------------------------------------------------------------------------

  /** What is shown, for those who do not see it. */
  say = (text) => setText(this.sentence, text);

  /** What is shown, where no strip of the card says it: for everyone. */
  explain = (text) => {
    this.explanation.hidden = false;
    setText(this.explanation, text);
    this.say(text);
  };

  /** What has just happened, until the next change. */
  tell = (text) => {
    setText(this.note, text);
    this.note.hidden = !text;
  };

  /** Why something did not happen, until the next change. */
  warn = (text) => {
    setText(this.warning, text);
    this.warning.hidden = !text;
  };

  /** A formula with the numbers of this state, in the corner. */
  formula = (text) => setText(this.formulaText, text);

  // ---- the parts of the card -------------------------------------------------------------------------------------

  action(label, onclick) {
    const element = button(label, onclick);
    this.actions.append(element);
    return element;
  }

  /** A panel that opens below the actions, e.g. the code. */
  panel(label, { el, paint }) {
    el.hidden = true;
    this.panels.append(el);
    const toggle = this.action(label, () => {
      el.hidden = !el.hidden;
      toggle.setAttribute("aria-expanded", String(!el.hidden));
      if (!el.hidden) paint();
    });
    toggle.setAttribute("aria-expanded", "false");
    this.painters.push(() => el.hidden || paint());
  }

  /** versions(): { NumPy: the lines, PyTorch: the lines } of what is shown. */
  code(versions) {
    this.panel("Code", codePanel({ versions, say: this.tell }));
  }

  /** A switch among the actions that is a trait of the widget, e.g. "Predict". */
  toggle(label, trait) {
    const element = this.action(label, () => {
      const { top } = element.getBoundingClientRect();
      this.change({ [trait]: !this.get(trait) });
      // What appears above, or goes, must not take the button away from under the thumb.
      requestAnimationFrame(() => {
        scrollBy({ top: element.getBoundingClientRect().top - top, behavior: "instant" });
      });
    });
    this.painters.push(() => element.setAttribute("aria-pressed", String(Boolean(this.get(trait)))));
  }

  /** Puts the card together: `parts` stand between the stage and the actions. */
  finish(...parts) {
    if (this.model.link) this.panel("Share", sharePanel(this));
    const [undo, redo] = [button("Undo", this.undo), button("Redo", this.redo)];
    this.painters.push(() => {
      undo.disabled = !this.past.length;
      redo.disabled = !this.future.length;
    });
    this.actions.append(undo, redo, button("Reset", this.reset), this.formulaText);
    foldSettings(this.settings, this.lead);
    const rows = [this.settings, this.stage, ...parts, this.explanation, this.actions, this.panels];
    const words = [this.note, this.warning, this.sentence]; // below: what comes and goes moves nothing
    this.el = h("div", { class: "cb-card", role: "group", "aria-label": this.title }, ...rows, ...words);
    this.el.addEventListener("keydown", (event) => this.onKey(event), { signal: this.signal });
  }

  onKey(event) {
    const typing = event.target.matches("input[type=text], input.cb-editor, textarea");
    const travel = travelOf(event);
    if (typing || !travel) return;
    event.preventDefault();
    this[travel]();
  }

  paint() {
    for (const painter of this.painters) painter();
  }
}

/** @returns {"undo" | "redo" | null} what these keys ask for */
function travelOf({ ctrlKey, metaKey, shiftKey, key }) {
  const letter = ctrlKey || metaKey ? key.toLowerCase() : "";
  if (letter === "y" || (letter === "z" && shiftKey)) return "redo";
  return letter === "z" ? "undo" : null;
}

// On a phone the picture comes first: of the settings only the first ones are in sight, the others open on demand.
function foldSettings(settings, lead) {
  const rest = [...settings.children].slice(lead);
  if (!rest.length) return;
  const more = h("div", { class: "cb-more" }, ...rest);
  const toggle = button("Settings", () => {
    const open = more.classList.toggle("cb-open");
    toggle.setAttribute("aria-expanded", String(open));
  });
  toggle.classList.add("cb-fold");
  toggle.setAttribute("aria-expanded", "false");
  settings.append(toggle, more);
}
