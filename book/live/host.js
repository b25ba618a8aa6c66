// Mounts the widgets of a page that has no kernel: from http(s)://, an intranet or a double-clicked file:// alike.
// The first one at once, before the rest of the page is parsed; the others when the reader comes near, or has time.
import { placeOf } from "./address.js";
import { receive } from "./assets.js";
import { followed, models, place, waiting, watchAddress } from "./memory.js";
import { broughtBy, isBegun, mount, views } from "./mounting.js";
import { hold, returnTo, stayWhenTurned } from "./place.js";

const MARGIN = "100% 0px"; // how far from the window a widget comes to life: a screen above and below
const found = document.getElementsByClassName("convbook-mount"); // grows while the page is parsed
const parsed = () => document.readyState !== "loading";
const places = () => /** @type {HTMLElement[]} */ ([...found]);

const near = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries)
      if (isIntersecting) {
        near.unobserve(target);
        mount(/** @type {HTMLElement} */ (target));
      }
  },
  { rootMargin: MARGIN },
);

/** Mounts all that is left, e.g. for paper; resolves when everything lives that can. */
const mountAll = () => Promise.all(places().map(mount));

// The parser has gone past the end of a place when something follows it.
function look() {
  const complete = places().filter((element) => parsed() || element.nextSibling);
  for (const element of complete) near.observe(element);
  if (complete[0] && !Object.keys(models).length) mount(complete[0]);
}

function lookWhileParsing() {
  look();
  if (parsed()) return ready();
  const parsing = new MutationObserver(look);
  parsing.observe(document, { childList: true, subtree: true });
  document.addEventListener("DOMContentLoaded", () => {
    parsing.disconnect();
    look();
    ready();
  });
}

/** The page is parsed. */
function ready() {
  for (const key of waiting.keys()) if (!byKey(key)) waiting.delete(key);
  watchAddress(acceptLink);
  if (place) returnTo(place);
  else if (followed) showWhatWasLinked();
  stayWhenTurned();
  if (document.readyState === "complete") mountInSpareTime();
  else addEventListener("load", mountInSpareTime);
}

const byKey = (/** @type {string} */ key) =>
  /** @type {HTMLElement | null} */ (document.querySelector(`[data-key="${CSS.escape(key)}"]`));

function showWhatWasLinked() {
  const named = placeOf(location.hash);
  const key = [...linked.keys(), named].find(byKey);
  const heading = document.getElementById(named);
  if (key) show(key);
  else if (heading) hold(heading, Number.parseFloat(getComputedStyle(heading).scrollMarginTop));
}
const linked = new Map(waiting); // before the first widget took what is its own

/** Brings a widget into the middle of the window. */
async function show(/** @type {string} */ key) {
  const element = byKey(key);
  const el = element && (models[key] ? element : await mount(element));
  if (!el) return;
  const isTall = el.offsetHeight > innerHeight - 2 * Number.parseFloat(getComputedStyle(el).scrollMarginTop);
  el.scrollIntoView({ block: isTall ? "start" : "center", behavior: "instant" });
  hold(el, el.getBoundingClientRect().top);
}

async function acceptLink(/** @type {string} */ key, /** @type {string} */ text) {
  const element = byKey(key);
  if (!element) return;
  if (!models[key]) await mount(element);
  const model = models[key];
  if (!model) return;
  const { admits } = views[element.dataset.widget ?? ""];
  const { state, unfit } = broughtBy(text, admits);
  const author = Object.keys(admits).map((trait) => [trait, structuredClone(model.author[trait])]);
  const isNothing = text && !Object.keys(state).length;
  model.accept?.(isNothing ? {} : { ...Object.fromEntries(author), ...state }, unfit);
  show(key);
}

// What nobody has come near: one after the other, whenever the page has nothing else to do. None waits for another.
function mountInSpareTime() {
  const soon = window.requestIdleCallback ?? ((/** @type {() => void} */ then) => setTimeout(then, 1));
  soon(() => {
    const next = places().find((element) => !isBegun(element));
    if (!next) return;
    mount(next);
    mountInSpareTime();
  });
}

/** Takes views of this page, { name: view }, and what their style sheets say. */
function add(/** @type {Record<string, any>} */ ours, /** @type {string} */ css) {
  Object.assign(views, ours);
  const style = new CSSStyleSheet(); // unlike a <style>, no policy of a page's host forbids it
  style.replaceSync(css);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, style];
}

/**
 * Begins with the view of the first widget. The script of the others calls `add`, and shares the `modules` of this one.
 * @param {Record<string, any>} ours
 * @param {string} css
 * @param {Record<string, any>} modules
 */
export function start(ours, css, modules) {
  add(ours, css);
  addEventListener("beforeprint", mountAll);
  addEventListener("keydown", ({ key, ctrlKey, metaKey }) => {
    const searches = key === "F3" || ((ctrlKey || metaKey) && key.toLowerCase() === "f");
    if (searches || key === "Tab") mountAll(); // so that a search, or the next Tab, finds them
  });
  // What the other scripts call, and what tests look into.
  Object.assign(window, { LiveWidgets: { asset: receive, models, mountAll, add, modules } });
  lookWhileParsing();
}
