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
  const ours = accepted(stateOf(waiting.get(key) ?? ""), view.admits);
  waiting.delete(key);
  if (models[key] || !Object.keys(ours).length) return render(place, view, key, author, {});
  try {
    return await render(place, view, key, author, ours);
  } catch {
    delete models[key]; // a state from the address that does not fit: once more with the author's
    return render(place, view, key, author, {});
  }
}

/**
 * @param {HTMLElement} place
 * @param {any} view
 * @param {string} key
 * @param {Record<string, any>} author
 * @param {Record<string, any>} ours
 */
async function render(place, view, key, author, ours) {
  const fresh = !models[key];
  if (fresh) {
    const { widget = "" } = place.dataset;
    const alone = (/** @type {Model} */ model) => embedding(model, widget, view.defaults);
    models[key] = new Model(key, structuredClone(author), { link, embedding: alone, remember });
    Object.assign(models[key].state, ours);
    models[key].answers = answered[key] ?? null;
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
  const above = !CSS.supports("overflow-anchor", "auto") && place.getBoundingClientRect().bottom < 0;
  const height = document.body.scrollHeight;
  place.remove();
  if (above) scrollBy({ top: document.body.scrollHeight - height, behavior: "instant" });
}

/**
 * What a widget may take from a stranger: values that Python would take too, of traits that the view itself changes.
 * @param {Record<string, any>} state
 * @param {Record<string, any>} admits
 */
export const accepted = (state, admits) =>
  Object.fromEntries(
    Object.entries(state).filter(
      ([trait, value]) => Object.hasOwn(admits, trait) && !isOwn(value) && !misfit(admits[trait], value),
    ),
  );
