// One filter of FilterLab: its output, the shades of that, its kernel below it, and the sum at the lens.
import { same } from "../arithmetic/links.js";
import { legend } from "../parts/canvas.js";
import { notANumber } from "../parts/controls.js";
import { h, setText } from "../parts/dom.js";
import { grid } from "../parts/grid.js";
import { pictureView } from "../parts/picture.js";
import { sumStrip } from "../parts/sum.js";
import { filtered, sumAt } from "./state.js";
import { kernelName, lensHelp, outputName, silence } from "./words.js";

export class Lane {
  /**
   * @param {any} lab
   * @param {number} index
   */
  constructor(lab, index) {
    const { signal } = lab.card;
    this.index = index;
    this.trait = ["kernel", "second"][index];
    this.made = null; // what the kernel makes of the picture, once it is computed
    this.view = pictureView({
      role: "output",
      signal,
      onPreview: (at) => lab.preview.set(at),
      onPin: (at) => lab.pin(at),
      here: () => lab.now.at,
    });
    this.weights = this.makeWeights(lab);
    this.sum = sumStrip({
      signal,
      onPreview: (term) => lab.pointAtTerm(term, index),
    });
    this.bar = legend();
    this.quiet = h("p", { class: "cb-note" });
    this.el = h("div", { class: "cb-lane" }, this.view.el, this.bar.el, this.quiet, this.weights.el);
  }

  makeWeights(lab) {
    const lane = this.index;
    const weights = grid({
      role: "kernel",
      signal: lab.card.signal,
      onReject: (text) => lab.card.warn(notANumber(text)),
      onPreview: (at) => {
        const focused = document.activeElement?.closest("table") === weights.el;
        if (at && focused) lab.chosen.set({ lane, at });
        lab.term.set(at && { lane, at });
      },
      onPin: (at) => (at ? lab.chosen.set({ lane, at }) : lab.pin(null)),
      onEdit: (at, weight, by) => lab.edit(this.trait, at, weight, by),
    });
    return weights;
  }

  /** Filters the picture and draws what comes of it; nothing while that is `secret`. */
  draw(now, secret) {
    const kernel = now.kernels[this.index];
    this.made = secret ? null : filtered(now.picture, { ...now, kernel }, this.made?.sums);
    if (!this.made) this.view.blank(now.rows, now.columns);
    else {
      const [rows, columns] = this.made.size;
      this.view.draw(this.made.sums, rows, columns, this.made.drawn);
      this.bar.paint(this.made.drawn, this.made.ends);
    }
    setText(this.quiet, silence(now, this.made));
  }

  /**
   * `box` is what the lens shows of the input.
   * @param {any} now
   * @param {{ secret: boolean, marks: (i: number, j: number) => any, box: any }} options
   */
  paint(now, { secret, marks, box }) {
    const kernel = now.kernels[this.index];
    this.el.hidden = this.sum.el.hidden = !kernel;
    if (!kernel) return;
    const name = outputName(now, this.index);
    this.view.rename(name, `${now.rows}×${now.columns}`, lensHelp(name, now.rows, now.columns), secret);
    this.view.look(secret ? null : box && { ...box, rows: 1, columns: 1 });
    this.bar.el.classList.toggle("cb-secret", secret);
    this.weights.rename(kernelName(now, this.index));
    this.weights.paint(kernel, { marks });
    if (now.at) this.paintSum(now, kernel, secret);
  }

  paintSum(now, kernel, hidden) {
    const { terms, result } = sumAt(now, kernel);
    this.sum.paint({
      name: `y${now.kernels.length > 1 ? "₁₂"[this.index] : ""}[${now.at}]`,
      terms,
      bias: now.bias,
      steps: now.relu ? [{ name: "ReLU", value: result }] : [],
      hidden,
    });
  }

  isChosen = (chosen, at) => chosen?.lane === this.index && same(chosen.at, at);
}
