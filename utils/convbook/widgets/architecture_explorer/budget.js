// The budgets to design under: a bar for what is used of each, by each network.
import { h, setText } from "../parts/dom.js";
import { MEASURES } from "./state.js";
import { budgetInWords } from "./words.js";

export class Budgets {
  constructor() {
    this.el = h("div", { class: "cb-budgets", role: "group", "aria-label": "budgets" });
  }

  /** @param {import("./state.js").Meaning} now @param {boolean} secret */
  paint({ shown, budgets }, secret) {
    const kinds = ["weights", "MACs"].filter((kind) => budgets[kind] > 0);
    this.el.hidden = secret || !kinds.length;
    const lines = kinds.flatMap((kind) =>
      shown.map((one) => line(one, kind, budgets[kind], shown.length > 1)),
    );
    while (this.el.children.length > lines.length) this.el.lastChild.remove();
    while (this.el.children.length < lines.length) this.el.append(made());
    lines.forEach((one, n) => {
      const { children, dataset, style } = /** @type {HTMLElement} */ (this.el.children[n]);
      setText(children[0], one.words);
      style.setProperty("--used", String(Math.min(1, one.used)));
      dataset.over = String(one.used > 1);
      dataset.kind = one.kind;
    });
  }
}

const made = () => h("div", { class: "cb-budget-line" }, h("span"), h("i", { "aria-hidden": "true" }));

function line({ name, cost }, kind, budget, isNamed) {
  const used = cost[MEASURES[kind]];
  const words = budgetInWords(used, budget, kind);
  return { kind, used: used / budget, words: isNamed ? `${name}: ${words}` : words };
}
