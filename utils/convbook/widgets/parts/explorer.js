// The card around every widget: settings, stage, sum, player, actions; and what all widgets share: one state in the
// traits, undo, reset, share, a live sentence and a kind word when something does not fit.
import { codePanel, copy } from "./code.js";
import { h } from "./dom.js";

const clone = (value) => structuredClone(value);
const equal = (a, b) => JSON.stringify(a) === JSON.stringify(b);

// explorer("SlidingWindow", ["input", "kernel"], build): the view that anywidget and the page's host mount.
// build(card) fills the card and returns paint(), called after every change; it may be async (a picture to decode).
// kinds: { trait: examples }, where a trait may hold another kind of value than the author's, e.g. a name or numbers.
export function explorer(name, traits, build, kinds = {}) {
  async function render({ model, el }) {
    const scope = new AbortController();
    const card = makeCard(name, traits, model, scope.signal);
    el.classList.add("convbook");
    el.dataset.widget = name;
    // A letter typed into a grid is no command to the notebook around it: in JupyterLab, x would cut the cell.
    el.addEventListener(
      "keydown",
      (event) => {
        if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
      },
      { signal: scope.signal },
    );
    const paint = await build(card);
    card.check(card.state()); // a state that came with the address may not fit: then the author's is shown
    let waiting = false;
    const soon = () => {
      // many traits may change at once; one painting is enough, before the next frame
      if (waiting) return;
      waiting = true;
      queueMicrotask(() => {
        waiting = false;
        if (!scope.signal.aborted) paintAll();
      });
    };
    const paintAll = () => {
      paint();
      card.paintShared();
    };
    traits.forEach((trait) => model.on(`change:${trait}`, soon));
    card.repaint = soon;
    paintAll();
    el.replaceChildren(card.el);
    el.dataset.live = "true";
    return () => {
      scope.abort();
      traits.forEach((trait) => model.off(`change:${trait}`, soon));
    };
  }
  return { render, kinds };
}

function makeCard(name, traits, model, signal) {
  const get = (trait) => model.get(trait);
  const snapshot = () => Object.fromEntries(traits.map((trait) => [trait, clone(get(trait))]));
  const author = model.author ?? snapshot();
  const history = [];
  let gesture = null;

  function write(state) {
    for (const [trait, value] of Object.entries(state)) model.set(trait, value);
    model.save_changes();
  }

  // All changes by the reader come through here. `check(next)` may throw: the reader is told why, and the last good state stays.
  const card = {
    name,
    model,
    signal,
    get,
    author,
    state: snapshot,
    settings: h("div", { class: "cb-settings" }),
    stage: h("div", { class: "cb-stage" }),
    repaint() {},
    check() {},
    change(state, { undoable = true, by = {} } = {}) {
      const before = Object.fromEntries(Object.keys(state).map((trait) => [trait, clone(get(trait))]));
      if (equal(before, state)) return true;
      try {
        card.check({ ...snapshot(), ...state });
      } catch (error) {
        card.warn(error.message);
        card.repaint();
        return false;
      }
      if (undoable && gesture !== by) history.push(before);
      if (undoable) gesture = by;
      card.warn("");
      write(state);
      return true;
    },
    undo() {
      gesture = null;
      if (history.length) write(history.pop());
      card.repaint();
    },
    reset() {
      history.push(snapshot());
      gesture = null;
      card.warn("");
      write(clone(author));
      card.onReset?.();
      card.repaint();
    },
  };

  const sentence = h("p", { class: "cb-sentence", role: "status", "aria-live": "polite" });
  const warning = h("p", { class: "cb-warning", role: "alert" });
  const setText = (element, text) => {
    if (element.textContent !== text) element.textContent = text;
  };
  card.say = (text) => setText(sentence, text);
  card.warn = (text) => {
    setText(warning, text);
    warning.hidden = !text;
  };
  card.warn("");

  const panels = h("div", { class: "cb-panels" });
  const actions = h("div", { class: "cb-actions", role: "group", "aria-label": "actions" });
  const action = (label, onclick) => {
    const element = h("button", { type: "button", class: "cb-button", onclick }, label);
    actions.append(element);
    return element;
  };
  const painters = [];
  const formula = h("span", { class: "cb-formula" });
  card.formula = (text) => setText(formula, text);

  // A panel that opens below the actions, e.g. the code.
  card.panel = (label, { el, paint }) => {
    el.hidden = true;
    panels.append(el);
    const toggle = action(label, () => {
      el.hidden = !el.hidden;
      toggle.setAttribute("aria-expanded", String(!el.hidden));
      if (!el.hidden) paint();
    });
    toggle.setAttribute("aria-expanded", "false");
    painters.push(() => el.hidden || paint());
  };
  card.code = (versions) => card.panel("Code", codePanel({ versions, say: card.say }));
  // A switch among the actions that is a trait of the widget, e.g. "Predict".
  card.toggle = (label, trait) => {
    const button = action(label, () => card.change({ [trait]: !get(trait) }));
    painters.push(() => button.setAttribute("aria-pressed", String(Boolean(get(trait)))));
  };
  card.paintShared = () => {
    painters.forEach((paint) => paint());
    undo.disabled = !history.length;
  };

  card.finish = (...parts) => {
    if (model.link)
      action("Share", async () =>
        card.say(
          (await copy(model.link(), address))
            ? "Link copied: it opens this page in this state."
            : "The address of this page now holds this state: copy it from the address bar.",
        ),
      );
    actions.append(undo, reset, formula);
    const rows = [card.settings, warning, card.stage, ...parts, sentence, actions, panels];
    card.el = h("div", { class: "cb-card", role: "group", "aria-label": words(name) }, ...rows, address);
    card.el.addEventListener(
      "keydown",
      (event) => {
        const typing = event.target.matches("input[type=text], input.cb-editor, textarea");
        if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z" && !typing) {
          event.preventDefault();
          card.undo();
        }
      },
      { signal },
    );
  };
  const address = h("span", { class: "cb-hidden" });
  const undo = h("button", { type: "button", class: "cb-button", onclick: card.undo }, "Undo");
  const reset = h("button", { type: "button", class: "cb-button", onclick: card.reset }, "Reset");
  return card;
}

// "SlidingWindow" -> "Sliding window"
const words = (name) => name.replace(/(?<=[a-z])[A-Z]/g, (letter) => " " + letter.toLowerCase());
