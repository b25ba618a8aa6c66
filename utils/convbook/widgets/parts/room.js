// The height of what shows now this and now that: what is below must not jump while the pointer moves.
import { h } from "./dom.js";

/** Keeps an element as tall as the tallest of what may come, if that is known, and of what has come. */
export class Room {
  /**
   * @param {HTMLElement} el
   * @param {AbortSignal} signal
   * @param {() => void} then is called when it has another size
   */
  constructor(el, signal, then) {
    this.el = el;
    this.about = "";
    /** @type {() => ((el: HTMLElement) => void)[]} */
    this.contents = () => [];
    this.tallest = 0;
    this.width = 0;
    const asItIs = (double) => double.append(...el.cloneNode(true).childNodes);
    const resized = new ResizeObserver(() => {
      then(); // what only looks comes first, while the page is laid out
      tellWhatItCovers(el);
      if (el.offsetWidth === this.width) this.keep(heightOf(el));
      else this.measure(el.offsetWidth, [asItIs]);
    });
    resized.observe(el, { box: "border-box" });
    signal.addEventListener("abort", () => resized.disconnect());
  }

  /**
   * Measures what may come, as soon as that changes.
   * @param {string} about what it depends on
   * @param {() => ((el: HTMLElement) => void)[]} contents each fills an element that stands in for ours
   */
  reserve(about, contents) {
    this.contents = contents;
    if (about === this.about) return;
    this.about = about;
    this.measure(this.width);
  }

  // All that may come at once, and `more`: so the page is laid out but once.
  measure(width, more = []) {
    const { el } = this;
    this.width = width;
    this.tallest = 0;
    if (!width || !isPointedInPassing()) {
      el.style.minHeight = "";
      return;
    }
    const style = `position: absolute; visibility: hidden; width: ${width}px`;
    const doubles = [...this.contents(), ...more].map((fill) => {
      const double = h("div", { class: el.className, "aria-hidden": "true", style });
      fill(double);
      return double;
    });
    el.before(...doubles); // where the same rules hold
    this.tallest = Math.max(0, ...doubles.map(heightOf));
    for (const double of doubles) double.remove();
    // Not sooner: were it lower meanwhile, a page that is scrolled to its end would move.
    el.style.minHeight = this.tallest ? `${this.tallest}px` : "";
  }

  keep(height) {
    if (height <= this.tallest || !isPointedInPassing()) return;
    this.tallest = height;
    this.el.style.minHeight = `${height}px`;
  }
}

/**
 * Tells the card how much of the window's lower edge this may cover: what scrolls in itself is what sticks there, too.
 * Not in vain, for with it all of the card is styled anew.
 */
function tellWhatItCovers(el) {
  const covered = getComputedStyle(el).overflowY === "auto" ? `${el.offsetHeight}px` : "";
  const { style } = el.parentElement ?? el;
  if (style.getPropertyValue("--strip") !== covered) style.setProperty("--strip", covered);
}

/** A finger shows nothing in passing: there, what is below may follow the text. */
const isPointedInPassing = () => matchMedia("(hover: hover)").matches;
const heightOf = (el) => el.getBoundingClientRect().height;

/** The one of these that takes the most letters in words: most likely the tallest. */
export const longest = (all, inWords) =>
  all.reduce((best, one) => (inWords(one).length > inWords(best).length ? one : best), all[0]);
