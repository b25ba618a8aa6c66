// What ChannelMatrix draws: the picture before and after, each output channel alone, and the clouds of their colours.
import { BLACK, extremes, WHITE } from "../arithmetic/pixels.js";
import { greyCanvas, legend, photo } from "../parts/canvas.js";
import { h, setText } from "../parts/dom.js";
import { pictureView } from "../parts/picture.js";
import { Cloud, Turn } from "./cloud.js";
import { collapseResidual, DUST, planes, reaches, shuffleResidual, toOutput } from "./state.js";
import {
  COLOURS,
  captionOf,
  collapseInWords,
  greyInWords,
  outputName,
  partOf,
  rankInWords,
  shuffleInWords,
} from "./words.js";

const CHANNELS = 3;

export class Stage {
  /** @param {any} lab */
  constructor(lab) {
    this.lab = lab;
    const { card } = lab;
    const { signal } = card;
    this.drawn = "";
    this.drawing = 0;
    this.inputDrawn = null;
    const view = (role, from) =>
      pictureView({
        role,
        signal,
        onPreview: (at) => lab.preview.set(from(at)),
        onPin: (at) => lab.keep(from(at)),
        here: () => (role === "input" ? lab.now.at : toOutput(lab.now, lab.now.at)),
      });
    this.input = view("input", (at) => at);
    this.output = view("output", lab.fromOutput);
    this.channels = COLOURS.map(() => this.makeChannel());
    const strip = h("div", { class: "cb-strip-of-channels" }, ...this.channels.map(({ el }) => el));
    this.strip = strip;
    this.turn = new Turn(() => this.again());
    this.before = new Cloud({ role: "input", turn: this.turn, signal });
    this.after = new Cloud({ role: "output", turn: this.turn, signal });
    this.facts = h("div", { class: "cb-of-all" });
    card.stage.classList.add("cb-matrix-stage");
    card.stage.append(
      h("div", { class: "cb-photos" }, this.input.el, this.output.el, strip),
      lab.equation.el,
      h("div", { class: "cb-clouds" }, this.before.el, this.after.el, this.facts),
    );
  }

  makeChannel() {
    const canvas = greyCanvas();
    const name = h("figcaption", {});
    const bar = legend();
    return { canvas, name, bar, el: h("figure", { class: "cb-channel" }, name, canvas.el, bar.el) };
  }

  paint(now, key) {
    const { height, width } = now.photograph;
    const size = `${height} by ${width} pixels: the arrow keys move over it, Enter keeps a pixel`;
    const scrambled = now.scramble ? ", scrambled" : "";
    const caption = captionOf(this.lab.shown.name, now.photograph);
    const part = partOf(now.photograph, now.picture);
    this.input.rename(`input${scrambled}`, caption, `input${scrambled}${part}, ${size}`);
    const name = outputName(now);
    const single = now.y.length < CHANNELS ? (now.y.length > 1 ? ", channel 0" : "") : "";
    this.output.rename(name + single, `${now.y.length}×${height}×${width}`, `${name}, ${size}`);
    const look = ([top, left]) => ({ top, left, rows: 1, columns: 1, span: 1 });
    this.input.look(look(now.at));
    this.output.look(look(toOutput(now, now.at)));
    this.drawSoon(now, key);
  }

  /** At most one drawing a frame, however fast the pointer is; the first one at once. */
  drawSoon(now, key) {
    const { matrix, bias, second, second_bias, relu, window, scramble, unscramble, at } = now;
    const layers = JSON.stringify([
      key,
      matrix,
      bias,
      second,
      second_bias,
      relu,
      window,
      scramble,
      unscramble,
    ]);
    const wanted = `${layers} ${at}`;
    if (wanted === this.drawn) return;
    const onlyPixel = this.drawn.startsWith(`${layers} `);
    if (!this.drawn) this.draw(now);
    else if (onlyPixel) this.drawing ||= requestAnimationFrame(() => this.drawClouds());
    else {
      cancelAnimationFrame(this.drawing);
      this.drawing = requestAnimationFrame(() => this.draw(this.lab.now));
    }
    this.drawn = wanted;
  }

  draw(now) {
    this.drawing = 0;
    if (this.lab.card.signal.aborted) return;
    const all = planes(now);
    this.made = { now, ...all, ends: all.made.map(extremes) };
    const { input, output } = this.made;
    const [height, width] = now.full;
    if (this.inputDrawn !== input) this.input.draw(input, height, width, photo);
    this.inputDrawn = input;
    this.colours = new Uint32Array(this.input.picture.image.data.buffer);
    const shades = reaches(now).map((reach, o) => shadesOf(reach, this.made.ends[o]));
    if (output.length === CHANNELS) this.output.draw(output, height, width, [0, WHITE]);
    else this.output.draw(output[0], height, width, shades[0]);
    this.drawChannels(now, output, shades);
    this.drawClouds();
    this.tell(now);
  }

  drawChannels(now, output, shades) {
    const [height, width] = now.full;
    this.strip.hidden = output.length === 1;
    this.channels.forEach(({ canvas, name, bar, el }, o) => {
      el.hidden = o >= output.length;
      if (el.hidden) return;
      setText(name, `y[${o}]`);
      canvas.draw(output[o], height, width, shades[o]);
      bar.paint(shades[o].map(Math.round)); // there is no room for more
    });
  }

  /** The cube is turned: the same numbers again. */
  again() {
    this.drawing ||= requestAnimationFrame(() => this.drawClouds());
  }

  drawClouds() {
    this.drawing = 0;
    if (this.lab.card.signal.aborted || !this.made) return;
    const { now, input, made } = this.made;
    const [i, j] = this.lab.now.at;
    const chosen = Math.min(i * now.full[1] + j, this.colours.length - 1);
    this.before.draw(input, this.colours, {
      reach: [
        [0, 255],
        [0, 255],
        [0, 255],
      ],
      names: COLOURS,
      chosen,
    });
    const names = made.map((_, o) => `y${"₀₁₂"[o]}`);
    this.after.draw(made, this.colours, { reach: this.made.ends, names, chosen });
  }

  /** What is true of the whole picture. */
  tell(now) {
    const lines = [
      rankInWords(now),
      now.second && collapseInWords(now, collapseResidual(now, this.made)),
      now.scramble && shuffleInWords(now, shuffleResidual(now, this.made.made)),
      greyInWords(now),
    ].filter(Boolean);
    this.facts.replaceChildren(...lines.map((text) => h("p", { class: "cb-note" }, text)));
    this.before.rename("colours", "before", "the cloud of the input's colours");
    this.after.rename(
      "colours",
      `after${now.linear ? `, rank ${now.rank}` : ""}`,
      `the cloud of the output's colours. ${lines[0]}`,
    );
  }
}

/**
 * [What is drawn black, what is drawn white]: as a photograph where nothing can be negative; else zero is in the middle.
 * @param {number[]} reach
 * @param {number[]} ends
 */
function shadesOf([least], [lowest, highest]) {
  if (least > -DUST) return [BLACK, Math.max(WHITE, highest)];
  const strongest = Math.max(-lowest, highest) || 1;
  return [-strongest, strongest];
}
