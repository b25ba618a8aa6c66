// KernelWall: channels and the wires between them, the wall of tiles, and the tensor that is kept of it.

import { same } from "../arithmetic/links.js";
import { h, setText } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { sumStrip } from "../parts/sum.js";
import { code } from "./code.js";
import { Costs } from "./costs.js";
import { COLOUR, fieldsOf } from "./layout.js";
import { question, topicsOf } from "./questions.js";
import { settingsOf } from "./settings.js";
import { check, cone, derive, isThere, layerOf, levelOf, litBlocks, roleOf, TRAITS } from "./state.js";
import { crossing } from "./wires.js";
import { channelName, formula, HELP, reachInWords, sentence, termsOf } from "./words.js";

const CHIPS = 6; // tiles that the strip names

const NOTHING_HIDDEN = { shape: false, weights: false, reach: false, macs: false };

export default explorer("KernelWall", { traits: TRAITS, check }, (card) => new KernelWall(card));

class KernelWall {
  /** @param {import("../parts/card.js").Card} card */
  constructor(card) {
    this.card = card;
    this.answers = new Answers(card);
    this.now = derive(card.state());
    this.topic = topicsOf(this.now)[0];
    this.built = "";
    this.preview = pointer(card, (cell) => isThere(this.now, cell));
    const { all, example } = settingsOf(card);
    this.settings = all;
    this.example = example;
    card.settings.append(...all.map(({ el }) => el));
    this.costs = new Costs();
    this.sum = sumStrip({ signal: card.signal });
    this.reach = h("p", { class: "cb-note cb-reach" });
    this.predict = predictPanel({
      question: () => this.question(),
      onReveal: () => this.reveal(),
      onNext: () => this.askAnother(),
    });
    card.stage.classList.add("cb-walls");
    card.toggle("Predict", "predict");
    card.code(() => code(this.now, this.hidesCosts(this.secrets())));
    card.finish(this.sum.el, this.costs.el, this.predict.el);
    card.whenReset(() => this.startOver());
  }

  // ---- the parts of the card -------------------------------------------------------------------------------------

  /** The stage is built anew only when layers come or go, or the channels become too many for tiles. */
  build() {
    const { isLarge, layers, isShuffled, separable } = this.now;
    const next = JSON.stringify([isLarge, layers.length, isShuffled, separable]);
    if (next === this.built) return;
    this.built = next; // noted first: what leaves the page may have had the focus, and losing it paints
    this.layout = fieldsOf(this.now, {
      signal: this.card.signal,
      onPreview: (cell) => this.preview.set(cell),
      onPin: (cell) => this.pin(cell),
    });
    this.card.stage.replaceChildren(...this.layout.parts, this.reach);
  }

  // ---- what the reader does --------------------------------------------------------------------------------------

  isPinned = (cell) => this.now.pin?.role === cell.role && same(this.now.pin.at, cell.at);

  pin(cell) {
    const keep = cell && isThere(this.now, cell) && !this.isPinned(cell);
    if (!keep) this.preview.set(null);
    this.card.change({ pinned: keep ? [cell.role, ...cell.at] : [] }, { undoable: false });
  }

  // ---- predict ---------------------------------------------------------------------------------------------------

  /** What is still to be predicted, by topic. */
  secrets() {
    const isSecret = (topic) => this.now.predict && !this.answers.has(topic);
    const [shape, weights, reach, macs] = ["shape", "weights", "reach", "macs"].map(isSecret);
    return { shape, weights, reach, macs };
  }

  hidesCosts = ({ shape, weights, macs }) => shape || weights || macs;

  question() {
    const { now } = this;
    if (!now.predict) return null;
    if (!topicsOf(now).includes(this.topic)) this.topic = topicsOf(now)[0];
    const asked = question(now, this.topic);
    return { ...asked, key: `${asked.key} ${this.about()}`, settled: this.answers.has(this.topic) };
  }

  about() {
    const { pinned, predict, ...rest } = this.card.state();
    return JSON.stringify(rest);
  }

  startOver() {
    this.answers.clear();
    this.topic = topicsOf(this.now)[0];
  }

  reveal() {
    this.answers.add(this.topic);
    this.card.repaint();
  }

  /** The next topic, or the first one of the next example. */
  askAnother() {
    const topics = topicsOf(this.now);
    const next = topics[topics.indexOf(this.topic) + 1];
    this.topic = next ?? topics[0];
    if (next) this.card.repaint();
    else this.example.next();
  }

  // ---- painting --------------------------------------------------------------------------------------------------

  paint() {
    this.now = derive(this.card.state());
    const { now, card } = this;
    this.answers.begin(this.about(), now.predict);
    this.build();
    const secret = this.secrets();
    const cell = this.preview.get() ?? now.pin;
    this.paintStage(cell, secret);
    this.paintStrip(cell, secret);
    this.costs.paint(now, secret);
    setText(this.reach, secret.reach ? "" : reachInWords(now));
    card.formula(this.hidesCosts(secret) ? "" : formula(now));
    card.say(sentence(now, cell, secret));
    for (const part of [...this.settings, this.predict]) part.paint();
    this.predict.el.hidden = !now.predict;
  }

  paintStage(cell, secret) {
    const { now, layout } = this;
    const lit = this.litBy(cell, secret);
    const isLit = lit.map((_, layer) => layer < now.layers.length && litBlocks(now, layer, lit));
    this.card.stage.style.setProperty("--widest", String(Math.max(...now.channels)));
    layout.paint(now, { cell, lit, blocks: isLit, pinned: this.isPinned, secret });
    if (now.isShuffled)
      layout.cross(
        now,
        crossing(now.order),
        crossing(now.order, (channel) => lit[1].has(channel)),
      );
  }

  /** What belongs to a cell; as long as it is asked which inputs reach an output, only one layer far. */
  litBy(cell, secret) {
    const { now } = this;
    if (!cell) return now.channels.map(() => new Set());
    const lit = cone(now, cell);
    const level = layerOf(cell) < 0 ? levelOf(now, cell) : layerOf(cell) + 0.5;
    return secret.reach && now.layers.length > 1
      ? lit.map((channels, at) => (Math.abs(at - level) > 1 ? new Set() : channels))
      : lit;
  }

  paintStrip(cell, secret) {
    const { layers, order, bias } = this.now;
    this.sum.reserve([layers, order, bias], () => this.tallest());
    if (!cell) return this.sum.message(HELP);
    this.show(this.sum, cell, secret);
  }

  /** What takes the most room in the strip: the last channels, whose names are long, with nothing hidden. */
  tallest() {
    const { now } = this;
    const last = now.channels.map((count, level) => ({ role: roleOf(now, level), at: [count - 1] }));
    return [
      (strip) => strip.message(HELP),
      ...last.map((cell) => (strip) => this.show(strip, cell, NOTHING_HIDDEN)),
    ];
  }

  show(sum, cell, secret) {
    const { now } = this;
    const n = layerOf(cell);
    const adds = n < 0 && cell.role !== "input" && !secret.shape;
    if (!adds) return sum.message(sentence(now, cell, secret));
    const { shown, more } = termsOf(now, cell, CHIPS);
    const to = channelName(now, levelOf(now, cell), cell.at[0]);
    sum.message(
      h("span", { class: `cb-${COLOUR[cell.role]} cb-name` }, to),
      "=",
      ...shown.flatMap((text, at) => [
        ...(at ? ["+"] : []),
        h("span", { class: "cb-term" }, h("span", { class: "cb-kernel" }, text)),
      ]),
      more ? `+ ${more} more` : "",
      now.bias ? "+ bias" : "",
      h("span", {}, sentence(now, cell, secret)),
    );
  }
}
