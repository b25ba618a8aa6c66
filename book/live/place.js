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

/** Keeps an element at this height of the window, px, until the reader moves: above it widgets and formulas appear. */
export function hold(/** @type {Element} */ element, /** @type {number} */ top) {
  const held = new AbortController();
  let ours = scrollY;
  const put = () => {
    scrollBy({ top: topOf(element) - top, behavior: "instant" });
    ours = scrollY;
  };
  const watch = new ResizeObserver(put);
  const release = () => {
    held.abort();
    watch.disconnect();
    history.scrollRestoration = "auto";
  };
  const moved = () => Math.abs(scrollY - ours) > NEAR && Math.abs(topOf(element) - top) > NEAR;
  for (const move of MOVES)
    addEventListener(move, release, { signal: held.signal, capture: true, passive: true });
  addEventListener("scroll", () => moved() && release(), { signal: held.signal });
  put();
  watch.observe(document.body);
}
