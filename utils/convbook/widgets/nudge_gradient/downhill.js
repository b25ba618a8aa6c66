// The descent: the loss after every step, as far as it has been gone and as it will go on.
import { format } from "../arithmetic/numbers.js";
import { h } from "../parts/dom.js";
import { plotted } from "./plot.js";

const LEAST = 1e-6; // of the first loss: below it a curve says nothing more

export class Downhill {
  constructor() {
    this.picture = h("div", { class: "cb-track" });
    this.el = h(
      "figure",
      { class: "cb-downhill" },
      this.picture,
      h(
        "figcaption",
        { class: "cb-note" },
        "The loss after each step. From line to line it is ten times as large.",
      ),
    );
    this.shown = "";
  }

  paint(now) {
    this.el.hidden = now.predict;
    const { path, done, enough } = now;
    const next = JSON.stringify([path[0], path[enough], enough, done]);
    if (next === this.shown) return;
    this.shown = next;
    const floor = Math.max(path[0].loss, 1e-9) * LEAST;
    const points = path.slice(0, enough + 1).map(({ loss }, n) => [n, Math.log10(Math.max(loss, floor))]);
    this.picture.innerHTML = this.drawing(points, done);
    this.picture.setAttribute("role", "img");
    this.picture.setAttribute(
      "aria-label",
      `The loss is ${format(path[0].loss)} at first, ${format(path[done].loss)} after ${done} steps, ${format(path[enough].loss)} after ${enough}.`,
    );
  }

  drawing(points, done) {
    const heights = points.map(([, y]) => y);
    const [low, high] = [Math.floor(Math.min(...heights)), Math.ceil(Math.max(...heights) + 1e-9)];
    const last = Math.max(1, points.length - 1);
    const decades = Array.from({ length: high - low + 1 }, (_, n) => low + n);
    return plotted({
      x: [0, last],
      y: [low, Math.max(high, low + 1)],
      scale: (value) => 10 ** value,
      lines: [
        ...decades.map(
          (y) =>
            /** @type {[string, number[][]]} */ ([
              "decade",
              [
                [0, y],
                [last, y],
              ],
            ]),
        ),
        ["rest", points],
        ["curve", points.slice(0, done + 1)],
      ],
      dots: [["start", points[done]]],
      ticks: [
        [0, "0"],
        [last, `${points.length - 1} steps`],
      ],
    });
  }
}
