// The weights of the bottleneck for every R as a curve, the direct convolution as a line, and where they cross.
import { format, thousands } from "../arithmetic/numbers.js";
import { upTo } from "../arithmetic/tensor.js";
import { h } from "../parts/dom.js";
import { handleOn } from "./handle.js";
import { allowed, weightsAt } from "./state.js";

const [WIDE, HIGH] = [360, 200];
const FRAME = { left: 8, right: 352, top: 20, bottom: 172 };
const STEPS = 48;
const ROOM = 1.2; // above the highest

export class Curve {
  /** @param {any} counter */
  constructor(counter) {
    this.counter = counter;
    this.held = 0; // how many channels wide the curve is while it is dragged
    this.picture = h("div");
    this.area = h("div", { class: "cb-payoff cb-kernel" }, this.picture);
    this.handle = handleOn(this.area, {
      signal: counter.card.signal,
      name: "channels inside, on the curve",
      anywhere: true,
      read: () => counter.now.reduced,
      write: (reduced, by) => counter.change(reduced, by),
      pays: () => counter.now.lastThatPays,
      at: (share) => allowed(((share * WIDE - FRAME.left) / (FRAME.right - FRAME.left)) * this.widest()),
      begin: () => {
        this.held = this.widest();
      },
      end: () => {
        this.held = 0;
        counter.card.repaint();
      },
    });
    this.area.append(this.handle.el);
  }

  widest() {
    return this.held || Math.max(2, this.counter.now.widest);
  }

  /** @param {any} now @param {boolean} secret */
  paint(now, secret) {
    this.area.hidden = secret;
    if (secret) return;
    const widest = this.widest();
    const highest = ROOM * Math.max(now.direct.weights, weightsAt(now, widest) / ROOM);
    const x = (reduced) => FRAME.left + (reduced / widest) * (FRAME.right - FRAME.left);
    const y = (weights) => FRAME.bottom - (weights / highest) * (FRAME.bottom - FRAME.top);
    const points = upTo(STEPS + 1).map((n) => (n / STEPS) * widest);
    const path = points.map((r) => `${x(r).toFixed(1)} ${y(weightsAt(now, r)).toFixed(1)}`).join("L");
    const here = { x: x(now.reduced), y: y(now.together.weights) };
    const even = x(now.breakEven);
    const line = y(now.direct.weights);
    const words = `Weights of the bottleneck for every R: ${thousands(now.together.weights)} at R = ${now.reduced}; as many as the direct convolution, ${thousands(now.direct.weights)}, at R = ${format(now.breakEven)}.`;
    this.picture.innerHTML = `<svg role="img" aria-label="${words}" viewBox="0 0 ${WIDE} ${HIGH}">
<path class="cb-waste" d="M${even} ${FRAME.top}H${FRAME.right}V${FRAME.bottom}H${even}Z"/>
<path class="cb-axis" d="M${FRAME.left} ${FRAME.top}V${FRAME.bottom}H${FRAME.right}"/>
<path class="cb-as-direct" d="M${FRAME.left} ${line}H${FRAME.right}"/><path class="cb-even" d="M${even} ${FRAME.top}V${FRAME.bottom}"/>
<path class="cb-cost" d="M${path}"/><circle cx="${here.x}" cy="${here.y}" r="5"/>
<text x="${FRAME.left + 6}" y="${line - 6}">direct</text>
<text x="${FRAME.left + 6}" y="${FRAME.top - 6}">weights</text>
<text class="cb-end" x="${Math.min(even, FRAME.right - 4)}" y="${HIGH - 12}">R = ${format(Number(now.breakEven.toFixed(1)))}</text>
<text class="cb-end" x="${FRAME.right}" y="${FRAME.top - 6}">does not pay →</text></svg>`;
    this.handle.place(here.x / WIDE, here.y / HIGH);
  }
}
