// What is seen of Checkerboard: the ways, the picture before and after, one colour, and the numbers behind it.
import { same } from "../arithmetic/links.js";
import { format } from "../arithmetic/numbers.js";
import { extremes } from "../arithmetic/pixels.js";
import { bars } from "../parts/bars.js";
import { greyCanvas, legend, photo } from "../parts/canvas.js";
import { notANumber } from "../parts/controls.js";
import { h, setText } from "../parts/dom.js";
import { grid } from "../parts/grid.js";
import { pictureView } from "../parts/picture.js";
import { titleOf } from "../parts/picture_menu.js";
import { colourPatch, enlargedPicture, placesOf, rangeOf, sumAt, sumOfTile } from "./state.js";
import { waysOf } from "./ways.js";
import { COLOUR_NAME, kernelName, lossInWords, reason, verdict } from "./words.js";

export class Stage {
  /** @param {any} view what is shown (`now`), and what the reader does with it */
  constructor(view) {
    this.view = view;
    const { stage, signal } = view.card;
    this.drawn = "";
    this.ways = waysOf(view);
    this.input = this.makePicture("input");
    this.output = this.makePicture("output");
    this.bars = [legend(), legend()];
    this.bars[0].paint(photo);
    this.patch = greyCanvas();
    this.patch.el.classList.add("cb-pattern");
    this.kernel = grid({
      role: "kernel",
      signal,
      onPreview: (at) => view.preview.set(at && { role: "kernel", at }),
      onPin: (at) => view.keep(at && { role: "kernel", at }),
      onEdit: (at, number, by) => view.edit(at, number, by),
      onReject: (text) => view.card.warn(notANumber(text)),
    });
    this.tile = grid({
      role: "output",
      label: "1 becomes",
      signal,
      onPreview: (at) => view.preview.set(at && { role: "tile", at }),
      onPin: (at) => view.keep(at && { role: "tile", at }),
    });
    this.tile.el.dataset.role = "tile";
    this.path = bars({ label: "", unit: "step" });
    this.loss = h("p", { class: "cb-note" });
    this.words = h("p", { class: "cb-note cb-key" });
    this.layOut(stage);
  }

  layOut(stage) {
    const caption = h("figcaption", {}, h("b", {}, "one colour"), " ", COLOUR_NAME);
    this.colour = h("figure", { class: "cb-photo cb-output" }, caption, this.patch.el);
    const lane = (...parts) => h("div", { class: "cb-board-lane" }, ...parts);
    this.unknown = h("p", { class: "cb-unknown" }, "?");
    this.results = h(
      "div",
      { class: "cb-board-numbers" },
      this.kernel.el,
      this.tile.el,
      lane(this.path.el, this.loss),
    );
    stage.classList.add("cb-board");
    stage.append(
      this.ways.el,
      lane(this.colour, this.unknown),
      lane(this.output.el, this.bars[1].el),
      lane(this.input.el, this.bars[0].el),
      this.results,
      this.words,
    );
  }

  makePicture(role) {
    const { view } = this;
    const toOutput = (at) => (role === "output" || !at ? at : at.map((index) => index * view.now.stride));
    return pictureView({
      role,
      signal: view.card.signal,
      onPreview: (at) => view.preview.set(at && { role: "output", at: toOutput(at) }),
      onPin: (at) => view.pin(toOutput(at)),
      here: () => {
        const at = view.outputAt();
        return role === "output" || !at ? at : at.map((index) => Math.floor(index / view.now.stride));
      },
    });
  }

  // ---- painting ----------------------------------------------------------------------------------------------------

  /** @param {any} cell what is explained @param {boolean} secret what one colour becomes is still to be predicted */
  paint(cell, secret) {
    const { now } = this.view;
    this.ways.paint(now, secret);
    this.unknown.hidden = !secret;
    this.colour.hidden = this.tile.el.hidden = this.path.el.hidden = secret;
    this.drawSoon(secret);
    this.paintNames(secret);
    this.paintLenses(cell, secret);
    this.paintNumbers(cell);
    if (!secret) this.paintPath();
    setText(this.words, secret ? "" : `${verdict(now)} ${reason(now)}`);
  }

  paintNames(secret) {
    const { large, small } = this.view.now;
    const title = titleOf(this.view.shown.name);
    const help = "the arrow keys move the lens, Enter pins it";
    this.input.rename(
      "input",
      `${title} ${small.side}×${small.side}`,
      `input, ${small.side} by ${small.side} pixels: ${help}`,
    );
    this.output.rename(
      "output",
      `${large.side}×${large.side}`,
      `output, ${large.side} by ${large.side} pixels: ${help}`,
      secret,
    );
    this.bars[1].el.classList.toggle("cb-secret", secret);
  }

  paintLenses(cell, secret) {
    const { now } = this.view;
    const at = cell?.role === "output" && !secret ? cell.at : null;
    const box = at && { top: at[0], left: at[1], rows: 1, columns: 1, span: 3 };
    this.output.look(box);
    const [top, left] = (at ?? [0, 0]).map((index) => Math.floor(index / now.stride));
    this.input.look(at && { top, left, rows: 1, columns: 1, span: 1 });
  }

  /** The weights, those that take part framed, and the block that one colour becomes. */
  paintNumbers(cell) {
    const { now, kept } = this.view;
    const meeting = meetingAt(now, cell);
    const filter = meeting[0]?.weight[0] ?? 0;
    const isCell = (one, role, at) => one?.role === role && same(one.at, at);
    const places = blockPlaces(now, cell);
    this.kernel.rename(kernelName(now, filter));
    this.kernel.paint(now.filters[filter], {
      marks: (u, v) => ({
        on: meeting.some(({ weight }) => weight[1] === u && weight[2] === v),
        here: isCell(cell, "kernel", [u, v]),
        pinned: isCell(kept, "kernel", [u, v]),
      }),
    });
    this.tile.paint(now.tile, {
      marks: (a, b) => ({
        on: cell?.role === "kernel" && places.some((place) => same(place, [a, b])),
        here: cell?.role !== "kernel" && places.some((place) => same(place, [a, b])),
        pinned: isCell(kept, "tile", [a, b]),
        text: format(Number(now.tile[a][b].toFixed(3))),
      }),
    });
  }

  /** How strong the pattern is after each of the first steps of training. */
  paintPath() {
    const { now } = this.view;
    const path = now.path();
    this.path.rename("strength in % after steps of training");
    this.path.paint(
      path.strengths.map((share) => Number((100 * share).toFixed(2))),
      now.steps,
    );
    setText(this.loss, lossInWords(now, path));
  }

  /** Pictures are drawn anew only where something else has been computed. */
  drawSoon(secret) {
    const { now, drawing } = this.view;
    const wanted = JSON.stringify([drawing, now.stride, now.way, now.filters, secret]);
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    const { side, data } = now.small;
    this.input.draw(data, side, side, photo);
    if (secret) return this.output.blank(now.large.side, now.large.side);
    const output = enlargedPicture(now);
    const patch = colourPatch(now);
    const ends = extremes(output.data);
    const range = rangeOf(now.tile, Math.max(...[...ends, ...extremes(patch.data)].map(Math.abs)));
    this.output.draw(output.data, output.side, output.side, range);
    this.patch.draw(patch.data, patch.side, patch.side, range);
    this.bars[1].paint(range, ends);
  }
}

/** The products that are explained. */
function meetingAt(now, cell) {
  if (cell?.role === "tile") return sumOfTile(now, cell.at);
  return cell?.role === "output" ? sumAt(now, cell.at).products : [];
}

/** Where in the block what is explained lies. */
function blockPlaces(now, cell) {
  if (!cell) return [];
  if (cell.role === "kernel") return placesOf(now, 0, cell.at);
  return [cell.role === "output" ? cell.at.map((index) => index % now.stride) : cell.at];
}
