// Two bars of one cost: the direct convolution, and below it the three layers of the bottleneck, whose end can be dragged.
import { thousands } from "../arithmetic/numbers.js";
import { h } from "../parts/dom.js";
import { handleOn } from "./handle.js";
import { allowed, reducedAt } from "./state.js";

const BARS = [22, 74]; // px from the top
const TALL = 26;
const HEIGHT = 106;
const ROOM = 1.04; // of the longest bar: for the handle
const LETTERS = 26; // px that a part needs to be labelled

export class Tally {
  /** @param {any} counter @param {"weights" | "macs"} kind */
  constructor(counter, kind) {
    this.counter = counter;
    this.kind = kind;
    this.held = 0; // the scale while the bar is dragged: it must not change under the hand
    this.picture = h("div");
    this.area = h("div", { class: "cb-tally-bars" }, this.picture);
    this.handle = handleOn(this.area, {
      signal: counter.card.signal,
      name: `channels inside, by ${kind === "macs" ? "MACs" : kind}`,
      read: () => counter.now.reduced,
      write: (reduced, by) => counter.change(reduced, by),
      pays: () => counter.now.lastThatPays,
      at: (share) => allowed(reducedAt(counter.now, (share * this.scale()) / this.perWeight())),
      begin: () => {
        this.held = this.scale();
      },
      end: () => {
        this.held = 0;
        counter.card.repaint();
      },
    });
    this.area.append(this.handle.el);
    this.el = h(
      "div",
      { class: `cb-tally cb-${kind === "macs" ? "output" : "kernel"}`, "data-kind": kind },
      this.area,
    );
    const { signal } = counter.card;
    const resized = new ResizeObserver(() => this.label());
    resized.observe(this.area);
    signal.addEventListener("abort", () => resized.disconnect());
    this.area.addEventListener("pointerover", ({ target }) => counter.point(target.dataset.layer ?? null), {
      signal,
    });
    this.area.addEventListener(
      "click",
      ({ target }) => target.dataset.layer && counter.pin(target.dataset.layer),
      { signal },
    );
    this.area.addEventListener("pointerleave", () => counter.point(null), { signal });
  }

  perWeight() {
    const { direct } = this.counter.now;
    return direct[this.kind] / direct.weights;
  }

  scale() {
    const { direct, together } = this.counter.now;
    return this.held || ROOM * Math.max(direct[this.kind], together[this.kind]);
  }

  /** @param {any} now @param {string | null} lit the layer that is explained @param {boolean} secret */
  paint(now, lit, secret) {
    const scale = secret ? ROOM * now.direct[this.kind] : this.scale();
    const share = (count) => count / scale;
    const word = this.kind === "macs" ? "MACs" : "weights";
    const kernel = `${now.kernel}×${now.kernel}`;
    const total = now.together[this.kind];
    const heads = [
      `direct ${kernel}: ${thousands(now.direct[this.kind])} ${word}`,
      `1×1, ${kernel}, 1×1: ${secret ? "?" : thousands(total)} ${word}`,
    ];
    const end = share(now.direct[this.kind]);
    const layers = secret ? [] : now.layers;
    const parts = layers.map((layer, n) => {
      const before = layers.slice(0, n).reduce((sum, one) => sum + one[this.kind], 0);
      return part(layer, share(before), share(layer[this.kind]), BARS[1], lit);
    });
    this.picture.innerHTML = `<svg role="img" aria-label="${heads.join("; ")}" height="${HEIGHT}">${text(heads[0], BARS[0])}${part(now.direct, 0, end, BARS[0], lit)}${text(heads[1], BARS[1])}${parts.join("")}<line x1="${percent(end)}" x2="${percent(end)}" y1="${BARS[0]}" y2="${HEIGHT}"/></svg>`;
    this.handle.el.hidden = secret;
    this.handle.place(Math.min(1, share(total)), (BARS[1] + TALL / 2) / HEIGHT);
    this.label();
  }

  /** Names the kernel on every part that is wide enough. */
  label() {
    for (const group of this.picture.querySelectorAll("g")) {
      const wide = group.querySelector("rect").getBoundingClientRect().width;
      group.classList.toggle("cb-narrow", wide > 0 && wide < LETTERS + 4);
    }
  }
}

const percent = (share) => `${(100 * share).toFixed(3)}%`;
const text = (words, top) => `<text y="${top - 7}">${words}</text>`;

function part({ name, kernel }, from, wide, top, lit) {
  const middle = percent(from + wide / 2);
  return `<g class="cb-${name}${lit === name ? " cb-lit" : ""}"><rect data-layer="${name}" x="${percent(from)}" y="${top}" width="${percent(wide)}" height="${TALL}"/><text class="cb-in" x="${middle}" y="${top + 18}">${kernel}×${kernel}</text></g>`;
}
