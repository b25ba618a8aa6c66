// What is seen of DrawAndTrace: the drawing and the scores, the maps of all layers, one of them large, and the patch.
import { INK, SHAPES } from "../arithmetic/digits.js";
import { same } from "../arithmetic/links.js";
import { format, percent } from "../arithmetic/numbers.js";
import { notANumber } from "../parts/controls.js";
import { button, h, setText } from "../parts/dom.js";
import { grid, largest } from "../parts/grid.js";
import { pad } from "../parts/pad.js";
import { Shelf } from "./shelf.js";
import { digits, isUnder, LAYERS, mapOf, OFF, sees, termsOf, valueAt, wayBack } from "./state.js";
import { brieflyInWords, fallsTitle, TITLES, verdict } from "./words.js";

const STRONGEST = 4; // terms of a score that are lit: it has 256
const SWITCHED = { conv1: "conv1", pool: "conv1", conv2: "conv2" };

export class Stage {
  /** @param {any} view what is shown (`now`), and what the reader does with it */
  constructor(view) {
    this.view = view;
    const { card } = view;
    this.drawing = this.makeDrawing();
    this.scores = this.makeGrid("score", "answer", {
      onPreview: (at) => view.preview.set(at && { role: "score", at: [at[0]] }),
      onPin: (at) => view.pin(at && { role: "score", at: [at[0]] }),
    });
    this.shelves = LAYERS.map((role) => this.makeShelf(role));
    this.opened = this.makeGrid("opened", "map", {
      onPreview: (at) => view.preview.set(at && view.unitInOpened(at)),
      onPin: (at) => view.pin(at && view.unitInOpened(at)),
    });
    this.falls = this.makeGrid("falls", "falls", {
      onPreview: () => {},
      onPin: (at) => at && view.putPatch(at),
    });
    this.verdict = h("p", { class: "cb-reading", role: "status" });
    this.passing = h("p", { class: "cb-note cb-passing" });
    card.stage.classList.add("cb-reader");
    card.stage.append(...this.layout());
  }

  layout() {
    const { view } = this;
    this.shift = pad("move the drawing", (by) => view.shift(by));
    this.patchPad = pad("move the patch", (by) => view.movePatch(by));
    const tools = h(
      "div",
      { class: "cb-draw-tools" },
      this.byFinger(),
      button("Clear", () => view.clear()),
      this.shift,
    );
    this.patchTools = h("div", { class: "cb-patch" }, this.falls.el, this.patchPad);
    this.isOn = h("input", { type: "checkbox", onchange: () => view.switchOpened(this.isOn.checked) });
    this.isOnText = h("span", {});
    this.allOn = button("All channels on", () => view.allOn());
    const switches = h(
      "div",
      { class: "cb-switches" },
      h("label", { class: "cb-setting" }, this.isOn, this.isOnText),
      this.allOn,
    );
    return [
      h("div", { class: "cb-reader-main" }, this.drawing.el, this.scores.el, this.verdict, tools),
      h("div", { class: "cb-reader-open" }, this.opened.el, switches, this.passing),
      h("div", { class: "cb-shelves" }, ...this.shelves.map(({ el }) => el)),
      this.patchTools,
    ];
  }

  /** A finger scrolls the page; while this is on it draws. */
  byFinger() {
    const box = h("input", { type: "checkbox", onchange: () => this.drawing.draw(box.checked) });
    return h("label", { class: "cb-setting cb-by-finger" }, box, "draw");
  }

  makeGrid(name, label, more) {
    const made = grid({ role: "output", label, signal: this.view.card.signal, ...more });
    made.el.dataset.role = name;
    made.el.classList.add("cb-map");
    return made;
  }

  makeDrawing() {
    const { view } = this;
    const drawing = grid({
      role: "input",
      label: "drawing",
      signal: view.card.signal,
      onPreview: (at) => view.preview.set(at && { role: "input", at }),
      onPin: (at) => (at ? view.draw(at, {}) : view.pin(null)),
      onEdit: view.edit,
      onStroke: (from, to, stroke) => view.stroke(from, to, stroke),
      onReject: (text) => view.card.warn(notANumber(text)),
    });
    drawing.el.classList.add("cb-map", "cb-dense");
    return drawing;
  }

  makeShelf(role) {
    const { view } = this;
    return new Shelf(role, {
      onPoint: (at) => view.point(at && { role, at }),
      onOpen: (channel, at) => view.open(role, channel, at),
      signal: view.card.signal,
    });
  }

  // ---- painting ----------------------------------------------------------------------------------------------------

  /** @param {{ lit: any, opened: { role: string, channel: number }, hides: (unit: any) => boolean, secret: boolean }} shown */
  paint(shown) {
    const { now } = this.view;
    this.paintDrawing(shown);
    this.paintScores(shown);
    this.paintShelves(shown);
    this.paintOpened(shown);
    this.paintPatch(shown);
    setText(this.verdict, verdict(now, shown.secret));
    const unit = shown.lit;
    setText(this.passing, unit && !shown.hides(unit) ? brieflyInWords(now, unit) : "");
  }

  paintDrawing({ lit }) {
    const { now } = this.view;
    this.drawing.paint(now.input, {
      max: INK,
      marks: (i, j) => {
        const under = now.patch > 0 && isUnder(now, [i, j]);
        return {
          on: Boolean(lit) && lit.role !== "score" && sees(lit, [i, j]),
          here: lit?.role === "input" && same(lit.at, [i, j]),
          dropped: under,
          label: under ? `${format(now.input[i][j])}, under the patch` : undefined,
        };
      },
    });
  }

  paintScores({ lit, secret }) {
    const { now } = this.view;
    const { score, probabilities } = now.values;
    this.scores.paint(
      digits().map((digit) => [score[digit], probabilities[digit]]),
      {
        extent: "",
        marks: (digit, column) => {
          const isHere = lit?.role === "score" && lit.at[0] === digit;
          const text = column ? percent(probabilities[digit]) : score[digit].toFixed(1).replace("-", "−");
          return {
            place: `${column ? "probability" : "score"} of ${digit}`,
            text: secret ? "?" : text,
            label: secret ? "hidden until you predict it" : column ? text : format(score[digit]),
            weight: secret || !column ? 0 : probabilities[digit],
            ticks: column ? undefined : { left: String(digit) },
            here: isHere,
            pinned: now.pin?.role === "score" && now.pin.at[0] === digit,
            kept: !secret && digit === now.answer,
          };
        },
      },
    );
  }

  paintShelves({ lit, opened, hides }) {
    const { now } = this.view;
    const marked = this.marked(lit);
    for (const shelf of this.shelves) {
      const { role } = shelf;
      shelf.paint(now.values[role], {
        opened: opened.role === role ? opened.channel : null,
        off: now[OFF[SWITCHED[role]]],
        markOf: (at) => {
          if (hides({ role, at })) return "cb-unseen";
          return marked.get(`${role},${at}`) ?? "";
        },
      });
    }
  }

  /** Which numbers of the maps are framed: what is lit, what it reads, and the way back from it. */
  marked(lit) {
    const { now } = this.view;
    const marked = new Map();
    if (!lit) return marked;
    const terms = termsOf(now, lit).slice(0, lit.role === "score" ? STRONGEST : undefined);
    for (const { unit } of terms) marked.set(`${unit.role},${unit.at}`, "cb-on");
    for (const unit of wayBack(now, lit)) marked.set(`${unit.role},${unit.at}`, "cb-on cb-way");
    marked.set(`${lit.role},${lit.at}`, "cb-here");
    return marked;
  }

  paintOpened({ lit, opened: { role, channel }, hides }) {
    const { now } = this.view;
    const values = mapOf(now, role, channel);
    const marked = this.marked(lit);
    this.opened.rename(`${TITLES[role]}, channel ${channel}`);
    this.opened.el.classList.toggle("cb-eight", SHAPES[role][1] === 8);
    this.opened.paint(values, {
      max: largest(Array.from(now.values[role])),
      marks: (i, j) => {
        const at = [channel, i, j];
        const mark = marked.get(`${role},${at}`) ?? "";
        const hidden = hides({ role, at });
        return {
          on: mark.includes("cb-on"),
          here: mark === "cb-here",
          pinned: now.pin?.role === role && same(now.pin.at, at),
          later: hidden,
          text: hidden ? "?" : short(valueAt(now, { role, at })),
          label: hidden ? "hidden until you predict it" : format(valueAt(now, { role, at })),
        };
      },
    });
    this.paintSwitches(SWITCHED[role], channel);
  }

  paintSwitches(role, channel) {
    const { now } = this.view;
    this.isOn.checked = !now[OFF[role]].includes(channel);
    setText(this.isOnText, `${role}, channel ${channel} is on`);
    this.allOn.disabled = !Object.values(OFF).some((trait) => now[trait].length);
  }

  paintPatch({ secret }) {
    const { now } = this.view;
    this.patchTools.hidden = !now.patch;
    if (!now.patch) return;
    this.falls.rename(secret ? "fall of the score" : fallsTitle(now));
    const hidden = (value) =>
      secret
        ? { text: "?", later: true, label: "hidden until you predict it" }
        : { text: short(value), label: format(value) };
    this.falls.paint(now.falls, {
      extent: "",
      marks: (i, j) => ({
        ...hidden(now.falls[i][j]),
        here: same(now.patch_at, [i, j]),
        pinned: same(now.patch_at, [i, j]),
      }),
    });
  }
}

/** Two digits have room in a cell. */
const short = (value) => format(Number(value.toPrecision(2)));
