// What the kernel and its approximation make of the picture, and their difference, drawn alike.
import { upTo } from "../arithmetic/tensor.js";
import { legend } from "../parts/canvas.js";
import { h } from "../parts/dom.js";
import { pictureView } from "../parts/picture.js";
import { filtered } from "./state.js";
import { picturesOf } from "./words.js";

export class Pictures {
  /**
   * @param {{ signal: AbortSignal, onPreview: (at: any) => void, onPin: (at: any) => void, here: () => number[] | null,
   *   onDrawn: () => void }} options
   */
  constructor({ onDrawn, ...options }) {
    this.signal = options.signal;
    this.onDrawn = onDrawn;
    this.views = upTo(3).map(() => pictureView({ role: "output", ...options }));
    this.legends = upTo(3).map(legend);
    const parts = this.views.map(({ el }, n) => h("div", {}, el, this.legends[n].el));
    this.el = h("div", { class: "cb-triple cb-pictures" }, ...parts);
    this.made = null; // what came of the picture, once it is computed
    this.wanted = "";
    this.drawing = 0;
  }

  /** `at` is the pixel below the lens; of what is secret only the kernel's own picture is shown. */
  paint(now, name, at, secret) {
    this.now = now;
    this.secret = secret;
    this.drawSoon(name);
    const names = secret ? ["kernel", "?", "difference"] : picturesOf(now);
    const box = at && { top: at[0], left: at[1], rows: 1, columns: 1, span: Math.max(now.kh, now.kw) };
    this.views.forEach((view, n) => {
      const hide = secret && n > 0;
      const label = `${names[n]}, ${now.rows} by ${now.columns} pixels: the arrow keys move the lens, Enter pins it`;
      view.rename(names[n], "", label, hide);
      view.look(hide ? null : box);
      this.legends[n].el.classList.toggle("cb-secret", hide);
    });
  }

  /** At most one drawing a frame, however fast the rank changes; the first one at once. */
  drawSoon(name) {
    const wanted = JSON.stringify([name, this.now.kernels.slice(0, 2), this.secret]);
    if (wanted === this.wanted) return;
    if (!this.wanted) this.draw();
    else this.drawing ||= requestAnimationFrame(() => this.draw());
    this.wanted = wanted;
  }

  draw() {
    this.drawing = 0;
    if (this.signal.aborted) return;
    const { now, secret } = this;
    const first = !this.made;
    this.made = filtered(now, this.made);
    const { sums, drawn, ends } = this.made;
    for (const [n, view] of this.views.entries()) {
      if (secret && n > 0) view.blank(now.rows, now.columns);
      else view.draw(sums[n], now.rows, now.columns, drawn[n]);
      this.legends[n].paint(drawn[n], ends[n]);
    }
    if (!first) this.onDrawn();
  }
}
