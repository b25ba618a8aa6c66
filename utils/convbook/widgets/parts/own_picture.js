// The reader's own pictures: from a file, dropped, pasted, or from the webcam. They stay in the browser.
import { decodeStrange, keepOwn, readPixels, replaceOwn } from "./album.js";
import { button, h } from "./dom.js";
import { webcam } from "./webcam.js";

/**
 * @typedef {object} OwnPictureOptions
 * @property {(name: string, live: boolean) => void} onPicture a picture was kept under this name, or its next frame has come in
 * @property {() => void} onState the webcam is off, asked for or live now
 * @property {(text: string) => void} warn
 * @property {AbortSignal} signal
 */

/**
 * Buttons for a file and for the webcam, asked for only on click; accept(target) lets a picture be dropped or pasted there.
 * @param {OwnPictureOptions} options
 */
export const ownPicture = (options) => new OwnPicture(options);

class OwnPicture {
  /** @param {OwnPictureOptions} options */
  constructor({ onPicture, onState, warn, signal }) {
    this.onPicture = onPicture;
    this.warn = warn;
    this.signal = signal;
    this.latest = null; // the file that was chosen last
    this.frameName = "";
    this.webcam = webcam({
      onStart: () => this.forget(),
      onFrame: (video, first) => this.takeFrame(video, first),
      onState,
      warn,
      signal,
    });
    this.chooser = h("input", {
      type: "file",
      accept: "image/*",
      class: "cb-hidden",
      tabindex: -1,
      "aria-hidden": "true",
      onchange: () => this.onChosen(),
    });
    const open = button("Your picture…", () => this.chooser.click(), {
      title: "or drop a picture here, or paste one",
    });
    const where = h("small", {}, "stays in your browser");
    this.el = h("span", { class: "cb-setting cb-own" }, open, this.webcam.el, this.chooser, where);
  }

  get live() {
    return this.webcam.live;
  }

  stop = () => this.webcam.stop();

  // A file that is still being read comes too late: another picture was chosen since.
  forget() {
    this.latest = null;
  }

  /** Another picture is shown: nothing of here may replace it. */
  leave() {
    this.forget();
    this.stop();
  }

  onChosen() {
    this.take(this.chooser.files[0]);
    this.chooser.value = "";
  }

  async take(file) {
    if (!file) return;
    this.leave();
    this.latest = file;
    const isLatest = () => this.latest === file && !this.signal.aborted;
    try {
      const picture = await decodeStrange(file);
      if (isLatest()) this.onPicture(keepOwn(picture, file.name || "pasted picture"), false);
    } catch (error) {
      if (isLatest()) this.warn(refusal(file, error));
    }
  }

  takeFrame(video, first) {
    const picture = readPixels(video, video.videoWidth, video.videoHeight);
    if (first) this.frameName = keepOwn(picture, "webcam");
    else replaceOwn(this.frameName, picture);
    this.onPicture(this.frameName, true);
  }

  accept(target) {
    const listen = (type, handler) => target.addEventListener(type, handler, { signal: this.signal });
    const over = (on) => target.classList.toggle("cb-drop", on);
    listen("dragover", (event) => {
      if (!event.dataTransfer.types.includes("Files")) return;
      event.preventDefault();
      over(true);
    });
    listen("dragleave", () => over(false));
    listen("drop", (event) => {
      over(false);
      this.onHanded(event, event.dataTransfer);
    });
    listen("paste", (event) => this.onHanded(event, event.clipboardData));
  }

  onHanded(event, { files }) {
    if (!files.length) return;
    event.preventDefault();
    this.take(files[0]);
  }
}

function refusal(file, error) {
  const name = `“${file.name || "pasted picture"}”`;
  if (error instanceof RangeError) return `${name} ${error.message}, so the last one stays.`;
  return `${name} could not be read as a picture, so the last one stays. A whole PNG or JPEG will do.`;
}
