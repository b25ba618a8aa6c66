// Play, pause, step back and forward, speed, and a scrubber. The state is the caller's: a step from 1 to length(),
// or null when nothing is being played and everything is shown.
import { button, h } from "./dom.js";

const FRAME = 450; // ms for one step at normal speed
const SPEEDS = [0.5, 1, 2, 4, 8];

/**
 * @typedef {object} PlayerOptions
 * @property {() => number} length how many steps there are
 * @property {() => number | null} get the step that is shown
 * @property {(step: number) => void} set
 * @property {(step: number | null) => string} describe where the player is, in words
 * @property {() => number} [stride] how many steps one press, or one tick, moves: a whole window, or one product
 * @property {() => boolean} [fresh] whether nothing is being played, so that play begins at the first step
 * @property {HTMLElement} [detail] a setting of the player's own
 */

/** @type {(card: import("./card.js").Card, options: PlayerOptions) => Player} */
export const player = (card, options) => new Player(card, options);

class Player {
  /**
   * @param {import("./card.js").Card} card
   * @param {PlayerOptions} options
   */
  constructor(card, { length, get, set, describe, stride = () => 1, fresh = () => false, detail = null }) {
    this.card = card;
    this.length = length;
    this.get = get;
    this.set = set;
    this.describe = describe;
    this.stride = stride;
    this.fresh = fresh;
    this.timer = null;
    this.play = button("", () => (this.playing ? this.pause() : this.start()));
    this.play.classList.add("cb-play");
    this.scrubber = h("input", {
      type: "range",
      min: 1,
      class: "cb-scrubber",
      "aria-label": "position",
      oninput: () => this.scrub(Number(this.scrubber.value)),
    });
    const speeds = SPEEDS.map((speed) => h("option", { value: speed }, `${speed}×`));
    const restart = () => this.playing && this.start();
    this.speed = h("select", { "aria-label": "speed", onchange: restart }, ...speeds);
    this.speed.value = 1;
    this.count = h("span", { class: "cb-count" });
    this.el = h(
      "div",
      { class: "cb-player", role: "group", "aria-label": "player" },
      this.step("step back", "◂", -1),
      this.play,
      this.step("step forward", "▸", 1),
      this.scrubber,
      this.count,
      h("label", { class: "cb-speed" }, "speed", this.speed),
      detail,
    );
    card.signal.addEventListener("abort", () => clearInterval(this.timer));
    card.whenReset(() => this.stop());
  }

  get playing() {
    return this.timer !== null;
  }

  step(label, sign, by) {
    const go = () => {
      this.pause();
      this.move(by);
    };
    return button(sign, go, { "aria-label": label, title: label });
  }

  scrub(wanted) {
    this.pause();
    this.set(this.snap(wanted));
  }

  // Whole windows, or single products.
  snap(step) {
    const stride = this.stride();
    return Math.min(this.length(), Math.max(stride, Math.ceil(step / stride) * stride));
  }

  move(by) {
    const here = this.get() ?? (by > 0 ? 0 : this.length());
    this.set(this.snap(Math.max(0, here + by * this.stride())));
  }

  start() {
    clearInterval(this.timer);
    const here = this.get();
    if (this.fresh() || here === null || here >= this.length()) this.set(this.snap(1));
    this.timer = setInterval(() => this.tick(), FRAME / Number(this.speed.value));
    this.paint();
  }

  tick() {
    if ((this.get() ?? 0) >= this.length()) this.pause();
    else this.move(1);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
  }

  pause() {
    this.stop();
    this.paint();
    this.card.repaint(); // what is said now is what is shown now
  }

  paint() {
    this.play.textContent = this.playing ? "❚❚ pause" : "▶ play";
    this.scrubber.max = this.length();
    this.scrubber.value = this.get() ?? this.length();
    const text = this.describe(this.get());
    this.scrubber.setAttribute("aria-valuetext", text);
    this.count.textContent = text;
  }
}
