// The view of a widget, for a notebook and for a page: a card whose state are the widget's traits.
import { Card } from "./card.js";

/**
 * The view that anywidget and the page's host mount. `build(card)` fills the card and returns what paints it, a function
 * or an object with a method `paint`; it may be async (a picture to decode).
 *
 * @param {string} name "SlidingWindow"
 * @param {string[] | { traits: string[], check?: (state: any) => void }} definition the traits that the reader changes,
 *   and `check`, which throws in words for the reader if some of them do not fit together
 * @param {(card: Card) => any} build
 */
export function explorer(name, definition, build) {
  const { traits, check = () => {} } = Array.isArray(definition) ? { traits: definition } : definition;

  async function render({ model, el }) {
    const scope = new AbortController();
    const card = new Card({ name, traits, check, admits: view.admits, model, signal: scope.signal });
    el.classList.add("convbook");
    el.dataset.widget = name;
    keepLettersInside(el, scope.signal);
    const built = await build(card);
    card.check(card.state()); // a state that came with the address may not fit: then the author's is shown
    const paint = () => {
      if (built.paint) built.paint();
      else built();
      card.paint();
    };
    card.repaint = onceBeforeTheFrame(paint, scope.signal);
    for (const trait of traits) model.on(`change:${trait}`, card.repaint);
    paint();
    el.replaceChildren(card.el);
    el.dataset.live = "true";
    return () => {
      scope.abort();
      for (const trait of traits) model.off(`change:${trait}`, card.repaint);
    };
  }
  /** Which values each trait admits, { trait: JSON Schema }: Python says it, where it makes the bundle. */
  const view = { render, admits: {} };
  return view;
}

// A letter typed into a grid is no command to the notebook around it: x would cut the cell. JupyterLab hears the key
// after the widget; Notebook 7 hears it before, and passes by what has this mark, which must be there before it looks.
function keepLettersInside(el, signal) {
  const mark = () => {
    el.dataset.lmSuppressShortcuts = "true";
  };
  const keep = (event) => {
    if (!event.ctrlKey && !event.metaKey && !event.altKey) event.stopPropagation();
  };
  el.addEventListener("focusin", mark, { signal, capture: true });
  el.addEventListener("keydown", mark, { signal, capture: true });
  el.addEventListener("keydown", keep, { signal });
}

// Many traits may change at once; one painting is enough, before the next frame.
function onceBeforeTheFrame(paint, signal) {
  let waiting = false;
  return () => {
    if (waiting) return;
    waiting = true;
    queueMicrotask(() => {
      waiting = false;
      if (!signal.aborted) paint();
    });
  };
}
