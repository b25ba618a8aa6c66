// The line that the reader was at: found again when the page comes back, and held while the page around it grows.

const BLOCKS = "main :is(h1, h2, h3, p, li, pre, table, figure, [data-key]):not([data-key] *)";
const NEAR = 2; // px within which a line is where it was
const MOVES = ["wheel", "touchstart", "pointerdown", "keydown"];

const blocks = () => [...document.querySelectorAll(BLOCKS)];
const topOf = (/** @type {Element} */ element) => element.getBoundingClientRect().top;

/** The first block in the window and where its top is, { block, top }; null at the top of the page. */
export function readPlace() {
  if (scrollY < NEAR) return null;
  const block = blocks().findIndex((element) => element.getBoundingClientRect().bottom > 0);
  return block < 0 ? null : { block, top: topOf(blocks()[block]) };
}

/** Brings a place back that `readPlace` has read, as soon as the page is parsed. */
export function returnTo(/** @type {{ block: number, top: number } | null} */ place) {
  const element = place && blocks()[place.block];
  if (element) hold(element, place.top);
}

/** Where the reader was when the page last came to rest. @type {{ y: number, place: { block: number, top: number } | null }} */
let rest = { y: Number.NaN, place: null };

/** As `readPlace`; a page that is left may already be laid out for another screen, at the same number of pixels. */
export const lastPlace = () => (rest.y === scrollY ? rest.place : readPlace());

/** The line that is read stays in the window when a phone is turned: every line above it breaks elsewhere then. */
export function stayWhenTurned() {
  let wide = 0;
  requestAnimationFrame(() => {
    wide = innerWidth; // not at once: a page that is being parsed would be laid out for it
  });
  whenScrolled(() => {
    if (innerWidth === wide) rest = { y: scrollY, place: readPlace() };
  });
  addEventListener("resize", () => {
    if (innerWidth === wide) return;
    wide = innerWidth;
    returnTo(rest.place);
  });
}

// WebKit long knew only that a page scrolls, not that it has come to rest.
function whenScrolled(/** @type {() => void} */ then) {
  if ("onscrollend" in window) return addEventListener("scrollend", then);
  let waiting = 0;
  const wait = () => {
    clearTimeout(waiting);
    waiting = setTimeout(then, 100);
  };
  globalThis.addEventListener("scroll", wait);
}

const root = document.documentElement;
let held = new AbortController();

// A widget comes to life in the place of its picture, which is gone then.
function present(/** @type {Element} */ element) {
  if (element.isConnected || !(element instanceof HTMLElement)) return element;
  return document.querySelector(`[data-key="${CSS.escape(element.dataset.key ?? "")}"]`) ?? element;
}

/** Keeps an element at this height of the window, px, until the reader moves: above it widgets and formulas appear. */
export function hold(/** @type {Element} */ element, /** @type {number} */ top) {
  held.abort(); // one place at a time
  held = new AbortController();
  const { signal } = held;
  let [ours, tall] = [scrollY, 0];
  const away = () => (present(element).isConnected ? topOf(present(element)) - top : 0);
  const put = () => {
    scrollBy({ top: away(), behavior: "instant" });
    [ours, tall] = [scrollY, document.body.offsetHeight];
  };
  const watch = new ResizeObserver(put);
  root.style.overflowAnchor = "none"; // one hand on the page: what else moves it is the reader
  signal.addEventListener("abort", () => {
    watch.disconnect();
    root.style.overflowAnchor = "";
  });
  const release = () => {
    held.abort();
    history.scrollRestoration = "auto";
  };
  const moved = () => Math.abs(scrollY - ours) > NEAR && Math.abs(away()) > NEAR;
  for (const move of MOVES) addEventListener(move, release, { signal, capture: true, passive: true });
  // Where the page has grown meanwhile, it was the browser that moved it, to stay with a picture that is gone.
  const follow = () => (document.body.offsetHeight === tall ? release() : put());
  addEventListener("scroll", () => moved() && follow(), { signal });
  put();
  watch.observe(document.body);
}
