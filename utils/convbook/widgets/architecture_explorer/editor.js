// The reader's own network: a text that one can type, and what is wrong with it.

import { stepper } from "../parts/controls.js";
import { button, h, setText } from "../parts/dom.js";
import { NONE, OWN } from "./state.js";

const KEYS = "Write layers as in Python; Ctrl and Enter count them. ";
const KINDS =
  'Conv(out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True), ConvTranspose, Pool, AdaptivePool, Linear, Flatten, Activation, BatchNorm, LayerNorm, Scale, Attention, Tokens, FirstToken; Block(name, [...]) and Branches([[...], []], join="add", "concat" or "multiply").';

export class Editor {
  /** @param {import("../parts/card.js").Card} card @param {() => import("./state.js").Meaning} now */
  constructor(card, now) {
    this.card = card;
    this.now = now;
    this.typing = false;
    this.replaced = ""; // a text that may go
    this.text = h("textarea", {
      class: "cb-network-text",
      "aria-label": "layers of your own network",
      rows: 12,
      spellcheck: "false",
      autocapitalize: "off",
      oninput: () => {
        this.typing = true;
      },
      onkeydown: (event) => this.onKey(event),
    });
    this.error = h("p", { class: "cb-warning", role: "alert", hidden: true });
    this.channels = stepper(card, "channels of the picture", {
      get: () => card.get("own_channels"),
      set: (own_channels) => card.change({ own_channels }),
    });
    this.start = button("", () => this.copy());
    const buttons = h(
      "div",
      { class: "cb-editor-row" },
      button("Count it", () => this.count()),
      this.start,
      this.channels.el,
    );
    const hint = h("p", { class: "cb-note" }, KEYS, KINDS);
    this.el = h("div", { class: "cb-network-editor" }, this.text, this.error, buttons, hint);
    card.whenReset(() => {
      this.typing = false;
      this.say("");
    });
  }

  say(words) {
    setText(this.error, words);
    this.error.hidden = !words;
  }

  onKey(event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.count();
  }

  /** Shows the network of the text; one that is shown beside another stays there. What does not fit is said here, too. */
  count() {
    const { network, other } = this.now();
    const place = network === OWN || other === OWN ? {} : { network: OWN };
    const done = this.card.change({ own: this.text.value, ...place, pinned: [] });
    if (done) this.typing = false;
    this.say(done ? "" : this.card.warning.textContent);
    if (done) this.card.tell("Your own network is counted and shown.");
  }

  /** Takes the first network that is shown as a start. What was typed goes to Undo; what no Undo can hold, only if asked twice. */
  copy() {
    const [{ name, text, channels }] = this.now().shown;
    const typed = this.typing ? this.text.value : this.card.get("own");
    if (typed !== this.replaced && !this.card.change({ own: typed })) {
      this.replaced = typed;
      return this.say(
        `What you have typed is no network yet, and would be lost. Press again to replace it all the same.`,
      );
    }
    this.replaced = "";
    const kept = {
      own: text,
      own_channels: channels,
      network: OWN,
      other: name === OWN ? NONE : name,
      pinned: [],
    };
    this.typing = false;
    this.say("");
    if (this.card.change(kept)) this.card.tell(`Your own network is now as ${name}, which stands beside it.`);
    this.paint();
  }

  paint = () => {
    const [{ name }] = this.now().shown;
    this.start.hidden = name === OWN;
    setText(this.start, `Start from ${name}`);
    if (!this.typing && this.text.value !== this.card.get("own")) this.text.value = this.card.get("own");
    this.channels.paint();
  };
}
