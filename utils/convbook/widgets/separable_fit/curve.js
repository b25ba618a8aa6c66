// The share that is missed at every rank, as bars; the rank is chosen on them, by pointer or arrow keys.
import { percent } from "../arithmetic/numbers.js";
import { h, setText } from "../parts/dom.js";

const FEW = 7; // ranks whose numbers all have room
const KEYS = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1 };

export class Curve {
  /** @param {{ signal: AbortSignal, onRank: (rank: number, by: object) => void }} options */
  constructor({ signal, onRank }) {
    this.onRank = onRank;
    this.signal = signal;
    this.most = 1;
    this.rank = 1;
    this.shown = "";
    this.caption = h("figcaption", { class: "cb-note" });
    this.bars = h("div", { class: "cb-ranks", role: "slider", tabindex: 0, "aria-valuemin": 1 });
    this.el = h("figure", { class: "cb-curve cb-output" }, this.caption, this.bars);
    this.listenForPointers();
    this.listen("keydown", (event) => this.onKey(event));
  }

  listen(type, handler) {
    this.bars.addEventListener(type, handler, { signal: this.signal });
  }

  // A finger that comes down may be about to scroll: it chooses where it moves along, or leaves.
  listenForPointers() {
    let gesture = null;
    const choose = (event) => this.choose(this.rankAt(event), gesture);
    this.listen("pointerdown", (event) => {
      if (event.button !== 0) return;
      gesture = {};
      if (event.pointerType === "mouse") choose(event);
    });
    this.listen("pointermove", (event) => gesture && choose(event));
    this.listen("pointerup", (event) => {
      if (gesture) choose(event);
      gesture = null;
    });
    for (const end of ["pointercancel", "pointerleave"])
      this.listen(end, () => {
        gesture = null;
      });
  }

  rankAt({ clientX }) {
    const { left, width } = this.bars.getBoundingClientRect();
    return Math.floor(((clientX - left) / width) * (this.most + 1));
  }

  choose(rank, by) {
    const next = Math.max(1, Math.min(this.most, rank));
    if (next !== this.rank) this.onRank(next, by);
  }

  onKey(event) {
    const { key, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    const next = { Home: 1, End: this.most }[key] ?? (KEYS[key] && this.rank + KEYS[key]);
    if (next === undefined) return;
    event.preventDefault();
    this.choose(next, {});
  }

  /** @param {{ title: string, name: string, errors: number[], rank: number, words: string, secret: boolean }} shown */
  paint(shown) {
    const next = JSON.stringify(shown);
    if (next === this.shown) return;
    this.shown = next;
    const { title, name, errors, rank, words, secret } = shown;
    this.most = errors.length - 1;
    this.rank = rank;
    setText(this.caption, title);
    this.bars.setAttribute("aria-label", name);
    this.bars.setAttribute("aria-valuemax", String(this.most));
    this.bars.setAttribute("aria-valuenow", String(rank));
    this.bars.setAttribute("aria-valuetext", words);
    this.bars.classList.toggle("cb-dense", this.most > FEW);
    this.bars.replaceChildren(...errors.map((error, n) => bar(error, n, { rank, secret })));
  }
}

function bar(error, n, { rank, secret }) {
  const level = h("i");
  if (!secret) level.style.setProperty("--level", String(error));
  const value = h("small", { class: "cb-level" }, secret ? "?" : percent(error));
  return h("span", { class: n === rank ? "cb-chosen" : "" }, value, level, h("b", {}, String(n)));
}
