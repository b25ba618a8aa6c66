// Puts a live widget in the place of each static picture.
import { misfit } from "../../utils/convbook/widgets/arithmetic/schema.js";
import { stateOf } from "./address.js";
import { answered, embedding, link, models, remember, waiting } from "./memory.js";
import { isOwn, Model } from "./model.js";

/** The views of this page, by the name of their widget. @type {Record<string, any>} */
export const views = Object.create(null);

/** Which places are being mounted, or were. @type {WeakMap<Element, Promise<HTMLElement | null>>} */
const mounted = new WeakMap();

export const isBegun = (/** @type {Element} */ place) => mounted.has(place);

/** The widget in this place, as soon as it lives; null if it stays a picture. */
export function mount(/** @type {HTMLElement} */ place) {
  const before = mounted.get(place);
  if (before) return before;
  const living = mountNow(place).catch((error) => {
    console.error(`${place.dataset.key} stays a picture:`, error);
    place.append(whyStill());
    return null;
  });
  mounted.set(place, living);
  return living;
}

/** What a reader is told below a picture that does not come to life. */
const whyStill = () =>
  Object.assign(document.createElement("p"), {
    className: "convbook-still",
    textContent:
      "This stays a still picture, for something that brings it to life did not come. Reloading the page may help.",
  });

/** Deferred scripts have run, too: `document.readyState` is no longer "loading" some time before. */
const parsed =
  document.readyState === "loading"
    ? new Promise((resolve) => document.addEventListener("DOMContentLoaded", resolve))
    : Promise.resolve();

async function mountNow(/** @type {HTMLElement} */ place) {
  const { widget = "", key = "" } = place.dataset;
  if (!views[widget]) await parsed; // its script is deferred
  const view = views[widget];
  if (!view) throw new Error(`there is no view “${widget}” in this page`);
  const author = JSON.parse(place.querySelector("script")?.textContent ?? "");
  const brought = broughtBy(waiting.get(key) ?? "", view.admits);
  waiting.delete(key);
  if (models[key] || !Object.keys(brought.state).length) return render(place, view, key, author, brought);
  try {
    return await render(place, view, key, author, brought);
  } catch {
    delete models[key]; // a state from the address that does not fit: once more with the author's
    return render(place, view, key, author, { state: {}, unfit: NOTHING_FITS });
  }
}

/**
 * @param {HTMLElement} place
 * @param {any} view
 * @param {string} key
 * @param {Record<string, any>} author
 * @param {{ state: Record<string, any>, unfit: string }} brought
 */
async function render(place, view, key, author, { state, unfit }) {
  const fresh = !models[key];
  if (fresh) {
    const { widget = "" } = place.dataset;
    const alone = (/** @type {Model} */ model) => embedding(model, widget, view.defaults);
    models[key] = new Model(key, structuredClone(author), { link, embedding: alone, remember });
    Object.assign(models[key].state, state);
    Object.assign(models[key], { unfit, answers: answered[key] ?? null });
  }
  const el = document.createElement("div");
  place.before(el);
  try {
    await view.render({ model: models[key], el });
  } catch (error) {
    el.remove();
    if (fresh) delete models[key];
    throw error;
  }
  el.dataset.key = key; // not before: a key stands for one place
  removePicture(place);
  return el;
}

// Safari does not hold its place when something above the window changes its height.
function removePicture(/** @type {HTMLElement} */ place) {
  if (CSS.supports("overflow-anchor", "auto")) return place.remove(); // and nothing need be measured
  const above = place.getBoundingClientRect().bottom < 0;
  const height = document.body.scrollHeight;
  place.remove();
  if (above) scrollBy({ top: document.body.scrollHeight - height, behavior: "instant" });
}

const NOTHING_FITS = "This link does not fit the widget, or has lost its end: you see it as it is at first.";
const LEFT_OUT = "A part of this link does not fit the widget, and was left out.";

/**
 * What a widget may take from a link, which may be a stranger's: values that Python would take too, of traits that the
 * view itself changes; and what to say of the rest.
 * @param {string} text
 * @param {Record<string, any>} admits
 */
export function broughtBy(text, admits) {
  const all = Object.entries(stateOf(text));
  const fitting = all.filter(
    ([trait, value]) => Object.hasOwn(admits, trait) && !isOwn(value) && !misfit(admits[trait], value),
  );
  const unfit = fitting.length ? LEFT_OUT : NOTHING_FITS;
  const isWhole = !text || (fitting.length > 0 && fitting.length === all.length);
  return { state: Object.fromEntries(fitting), unfit: isWhole ? "" : unfit };
}
