// The nudge: the loss as one number moves, its tangent, which the gradient says, and the chord that a nudge measures.
import { format } from "../arithmetic/numbers.js";
import { stepper } from "../parts/controls.js";
import { h, setText } from "../parts/dom.js";
import { plotted, shareAt } from "./plot.js";
import { curveOf, FARTHEST, gradientOf, slopesOf, valueAt } from "./state.js";
import { nameOf } from "./words.js";

const STEP = 0.1;
const KEYS = { ArrowLeft: -STEP, ArrowDown: -STEP, ArrowRight: STEP, ArrowUp: STEP };
const FIRM = 8; // px that a finger moves sideways before it nudges: it may be about to scroll

export class Nudge {
  /** @param {any} view */
  constructor(view) {
    this.view = view;
    this.gesture = null;
    const { card } = view;
    this.label = h("span");
    this.epsilon = stepper(card, "ε", {
      name: "ε",
      step: STEP,
      get: () => card.get("epsilon"),
      set: (epsilon) => card.change({ epsilon }),
    });
    this.track = h("div", {
      class: "cb-track",
      role: "slider",
      tabindex: 0,
      "aria-valuemin": -FARTHEST,
      "aria-valuemax": FARTHEST,
      title: "drag the dot: it nudges the number",
    });
    this.facts = h("dl", { class: "cb-slopes" });
    const head = h("p", { class: "cb-note cb-nudged" }, this.label, this.epsilon.el);
    this.el = h("div", { class: "cb-nudging" }, this.track, h("div", {}, head, this.facts));
    this.shown = "";
    this.listen(card.signal);
  }

  listen(signal) {
    const on = (type, handler) => this.track.addEventListener(type, handler, { signal });
    on("keydown", (event) => this.onKey(event));
    on("pointerdown", (event) => {
      if (event.button !== 0) return;
      this.gesture = { x: event.clientX, firm: event.pointerType === "mouse", by: {} };
      if (this.gesture.firm) this.track.setPointerCapture(event.pointerId);
      if (this.gesture.firm) this.drag(event);
    });
    on("pointermove", (event) => {
      if (!this.gesture) return;
      this.gesture.firm ||= Math.abs(event.clientX - this.gesture.x) > FIRM;
      if (this.gesture.firm) this.drag(event);
    });
    for (const end of ["pointerup", "pointercancel"])
      on(end, () => {
        this.gesture = null;
      });
  }

  drag(event) {
    const share = Math.max(0, Math.min(1, shareAt(event, this.track)));
    this.set(FARTHEST * (2 * share - 1), this.gesture.by);
  }

  set(value, by) {
    const epsilon = Math.max(-FARTHEST, Math.min(FARTHEST, Number(value.toFixed(1)))) || 0;
    this.view.card.change({ epsilon }, { by });
  }

  onKey(event) {
    const { key, ctrlKey, metaKey, altKey } = event;
    const { epsilon } = this.view.now;
    const next = { Home: -FARTHEST, End: FARTHEST }[key] ?? (KEYS[key] && epsilon + KEYS[key]);
    if (next === undefined || ctrlKey || metaKey || altKey) return;
    event.preventDefault();
    this.set(next, {});
  }

  paint() {
    const { now } = this.view;
    this.el.hidden = now.predict;
    if (now.predict) return;
    this.epsilon.paint();
    const slopes = slopesOf(now);
    const name = nameOf(now, now.nudged);
    setText(this.label, `Nudge ${name} = ${format(valueAt(now, now.nudged))} by`);
    const next = JSON.stringify([now.layer, now.settings, now.nudged, now.epsilon, now.dimensions]);
    if (next === this.shown) return;
    this.shown = next;
    this.track.setAttribute("aria-label", `ε, the nudge of ${name}`);
    this.track.setAttribute("aria-valuenow", String(now.epsilon));
    this.track.setAttribute("aria-valuetext", inWords(now, slopes));
    this.track.innerHTML = this.drawing(slopes);
    this.paintFacts(name, slopes);
  }

  drawing({ here, ahead, gradient }) {
    const { now } = this.view;
    const curve = curveOf(now);
    const losses = curve.map(([, loss]) => loss);
    const [least, most] = [Math.min(...losses), Math.max(...losses)];
    const value = valueAt(now, now.nudged);
    const ends = [-FARTHEST, FARTHEST];
    return plotted({
      x: ends,
      y: [least, most > least ? most : least + 1],
      lines: [
        ["curve", curve],
        ["tangent", ends.map((by) => [by, here + gradient * by])],
        [
          "chord",
          [
            [0, here],
            [now.epsilon, ahead],
          ],
        ],
      ],
      dots: [
        ["start", [0, here]],
        ["grip", [now.epsilon, ahead]],
      ],
      ticks: [-FARTHEST, 0, FARTHEST].map((by) => [by, format(value + by)]),
    });
  }

  paintFacts(name, { here, ahead, gradient, oneSided, central }) {
    const { now } = this.view;
    const row = (term, value, kind = "") => [h("dt", {}, term), h("dd", { class: kind }, format(value))];
    this.facts.replaceChildren(
      ...row("loss L here", here),
      ...row(`L with ${name} + ε`, ahead),
      ...row("slope (L(+ε) − L) / ε", oneSided),
      ...row("slope (L(+ε) − L(−ε)) / 2ε", central),
      ...row(nameOf(now, gradientOf(now.nudged)), gradient, "cb-gradient"),
    );
  }
}

const inWords = ({ epsilon }, { ahead, oneSided, central, gradient }) =>
  epsilon
    ? `${format(epsilon)}: the loss becomes ${format(ahead)}, the slope is ${format(oneSided)} to one side and ${format(central)} to both; the gradient says ${format(gradient)}`
    : `0: no nudge, no slope; the gradient says ${format(gradient)}`;
