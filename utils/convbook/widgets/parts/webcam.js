// The webcam: off, asked for, or live. Whatever happens meanwhile, no track stays on that nobody sees.
import { button, h, setText } from "./dom.js";

const REFUSED = {
  NotAllowedError: "The webcam stays off: it was not allowed. The picture stays as it is.",
  none: "No webcam answered. The picture stays as it is.",
};

/**
 * @typedef {object} WebcamOptions
 * @property {() => void} onStart the reader asks for the webcam
 * @property {(video: HTMLVideoElement, first: boolean) => void} onFrame
 * @property {() => void} onState it is off, asked for or live now
 * @property {(text: string) => void} warn
 * @property {AbortSignal} signal
 */

/** @param {WebcamOptions} options */
export const webcam = (options) => new Webcam(options);

class Webcam {
  /** @param {WebcamOptions} options */
  constructor({ onStart, onFrame, onState, warn, signal }) {
    this.onStart = onStart;
    this.onFrame = onFrame;
    this.onState = onState;
    this.warn = warn;
    /** @type {"off" | "asking" | "live"} */
    this.state = "off";
    this.turn = 0; // what belongs to an earlier turn comes too late
    this.stream = null;
    this.el = button("Webcam", () => (this.state === "off" ? this.start() : this.stop()));
    this.paint();
    signal.addEventListener("abort", () => this.stop());
  }

  get live() {
    return this.state === "live";
  }

  async start() {
    if (!navigator.mediaDevices)
      return this.warn(
        "Here the browser gives no page the webcam. It does so over https, and to a page opened from the disk.",
      );
    const turn = ++this.turn;
    this.onStart();
    this.become("asking");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
      if (turn !== this.turn) return release(stream); // stopped while the browser asked
      this.stream = stream;
      await this.play(stream, turn);
    } catch (error) {
      if (turn !== this.turn) return;
      this.stop();
      this.warn(REFUSED[/** @type {Error} */ (error).name] ?? REFUSED.none);
    }
  }

  async play(stream, turn) {
    const video = Object.assign(h("video", { playsinline: true }), { muted: true, srcObject: stream });
    for (const track of stream.getTracks())
      track.addEventListener("ended", () => turn === this.turn && this.onEnded());
    await video.play();
    if (turn !== this.turn) return;
    this.become("live");
    let first = true;
    const frame = () => {
      if (turn !== this.turn) return;
      if (video.videoWidth) {
        this.onFrame(video, first);
        first = false;
      }
      requestAnimationFrame(frame);
    };
    frame();
  }

  onEnded() {
    this.stop();
    this.warn("The webcam has ended. Its last picture stays.");
  }

  stop() {
    this.turn++;
    if (this.stream) release(this.stream);
    this.stream = null;
    this.become("off");
  }

  become(state) {
    if (this.state === state) return;
    this.state = state;
    this.paint();
    this.onState();
  }

  paint() {
    setText(this.el, { off: "Webcam", asking: "Cancel webcam", live: "Stop webcam" }[this.state]);
    this.el.setAttribute("aria-pressed", String(this.state !== "off"));
  }
}

const release = (/** @type {MediaStream} */ stream) => {
  for (const track of stream.getTracks()) track.stop();
};
