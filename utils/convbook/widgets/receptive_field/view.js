// ReceptiveField: a stack of layers that can be rebuilt, and what one unit of its last map sees of the picture.
import { format } from "../arithmetic/numbers.js";
import { openPicture } from "../parts/album.js";
import { choice, examples, stepper } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { explorer } from "../parts/explorer.js";
import { pointer } from "../parts/pointer.js";
import { Answers, predictPanel } from "../parts/predict.js";
import { Builder } from "./builder.js";
import { code } from "./code.js";
import { legend } from "./legend.js";
import { Sight } from "./sight.js";
import { check, derive, endsOf, middleUnit, sightOf, TRAITS, unitAt, unitOf } from "./state.js";
import { UnitMap } from "./unit_map.js";
import { formula, legend as legendWords, question, sightInWords } from "./words.js";

export default explorer("ReceptiveField", { traits: TRAITS, check }, (card) => new ReceptiveField(card));

class ReceptiveField {
  /** @param {import("../parts/card.js").Card} card */
  constructor(card) {
    this.card = card;
    this.answers = new Answers(card);
    this.photo = { name: "", picture: null, asked: "" };
    this.now = derive(card.state());
    this.seen = { key: "", sight: null };
    this.preview = pointer(card, (unit) => unitOf(unit, this.now.side) !== null);
    this.settings = this.makeSettings();
    card.settings.append(...this.settings.map(({ el }) => el));
    this.fillStage();
    this.predict = predictPanel({
      question: () => this.question(),
      onReveal: () => this.reveal(),
      onNext: () => this.example.next(),
    });
    card.toggle("Predict", "predict");
    card.code(() => code(this.now, this.unit()));
    card.finish(this.predict.el);
    card.whenReset(() => this.startOver());
  }

  // ---- the parts of the card -----------------------------------------------------------------------------------------

  makeSettings() {
    const { card } = this;
    this.example = examples(card);
    return [
      this.example,
      stepper(card, "input size", { get: () => card.get("size"), set: (size) => card.change({ size }) }),
      choice("picture", {
        options: () => card.model.get("pictures").map((name) => [name, name]),
        get: () => card.get("picture"),
        set: (picture) => card.change({ picture }),
      }),
    ];
  }

  /** On the left what is built, on the right what is seen; on a phone, the picture first. */
  fillStage() {
    const { card } = this;
    this.builder = new Builder(card, { now: () => this.now, numbersOf: (n) => this.numbersOf(n) });
    this.sight = new Sight();
    this.map = new UnitMap({
      onLook: (unit) => this.look(unit),
      onPin: (unit) => this.pin(unit),
      signal: card.signal,
    });
    this.map.listenOn(this.sight.frame, (share) => this.unitBelow(share));
    this.legend = legend();
    card.stage.classList.add("cb-seer");
    card.stage.append(
      h("div", { class: "cb-side" }, this.builder.el, this.map.el, this.legend.el),
      h("div", { class: "cb-side" }, this.sight.el, this.sight.cone),
    );
  }

  // ---- what the reader does ------------------------------------------------------------------------------------------

  look(unit) {
    const before = this.preview.get();
    if (String(unit) !== String(before)) this.preview.set(unit);
  }

  pin(unit) {
    this.preview.set(null);
    this.card.change({ pinned: unit ? ["output", ...unit] : [] }, { undoable: false });
  }

  /** The row, or column, of the unit at this share of the picture's height, or width. */
  unitBelow(share) {
    const { size, margin } = this.now;
    return unitAt(this.now, share * (size + 2 * margin) - margin - 0.5);
  }

  startOver() {
    this.answers.clear();
    this.photo.asked = ""; // one that did not come is asked for again
  }

  // ---- predict -------------------------------------------------------------------------------------------------------

  get secret() {
    return this.now.predict && !this.answers.has("field");
  }

  question() {
    return this.now.predict ? { ...question(this.now), settled: !this.secret } : null;
  }

  reveal() {
    this.answers.add("field");
    this.card.repaint();
  }

  // ---- the photograph ------------------------------------------------------------------------------------------------

  /** It takes its time to come, or never comes; meanwhile the last one stays, and everything else lives. */
  async openPhoto() {
    const name = this.card.get("picture");
    if (this.photo.asked === name) return;
    this.photo.asked = name;
    try {
      const picture = await openPicture(this.card.model, name);
      if (this.card.get("picture") === name) Object.assign(this.photo, { name, picture });
    } catch (error) {
      this.card.warn(/** @type {Error} */ (error).message);
    }
    this.card.repaint();
  }

  // ---- painting ------------------------------------------------------------------------------------------------------

  unit = () => this.preview.get() ?? this.now.pin ?? middleUnit(this.now);

  paint() {
    this.now = derive(this.card.state());
    const { layers, predict } = this.now;
    this.answers.begin(layers, predict);
    if (this.secret) this.now.margin = 0; // the room around the picture would tell
    this.openPhoto();
    const unit = this.unit();
    const sight = this.secret ? null : this.see(unit);
    this.builder.paint();
    for (const setting of this.settings) setting.paint();
    this.sight.paintPhoto(this.photo.name, this.photo.picture, this.now.size);
    this.sight.paint(this.now, sight, this.builder.chosen);
    this.map.paint(this.now.side, unit);
    this.legend.paint(legendWords(this.now, sight));
    this.predict.el.hidden = !predict;
    this.predict.paint();
    this.card.formula(sight ? formula(this.now) : "r = ?");
    this.card.say(sight ? sightInWords(this.now, sight) : "");
  }

  /** What a unit sees; the last answer is kept, since a gradient takes its time. */
  see(unit) {
    const { layers, size } = this.now;
    const key = JSON.stringify([layers, size, unit]);
    if (key !== this.seen.key) this.seen = { key, sight: sightOf(this.now, unit) };
    return this.seen.sight;
  }

  numbersOf(n) {
    if (this.now.layers[n].kind === "skip") return [];
    const { size, field } = this.now.table[n];
    return [size, ...(this.secret ? ["?", "?", "?"] : [field.size, field.jump, format(endsOf(field, 0)[0])])];
  }
}
