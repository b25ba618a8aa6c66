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

// A letter typed into a grid is no command to the notebook around it: x would cut the cell. JupyterLab hears a key after
// the widget; Notebook 7 hears it before, at the document, but passes by an element with this mark: only the window is
// asked still earlier.
function keepLettersInside(el, signal) {
  const isLetter = (event) => !event.ctrlKey && !event.metaKey && !event.altKey;
  const mark = (event) => {
    if (el.contains(event.target))
      event.target.toggleAttribute("data-lm-suppress-shortcuts", isLetter(event));
  };
  const keep = (event) => {
    if (isLetter(event)) event.stopPropagation();
  };
  addEventListener("keydown", mark, { signal, capture: true });
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
