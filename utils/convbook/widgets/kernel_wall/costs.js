// The table of shapes and costs: a row for each layer, their sum, and a standard convolution to compare with.
import { thousands } from "../arithmetic/numbers.js";
import { h, setText } from "../parts/dom.js";
import { total } from "./state.js";
import { comparison, written } from "./words.js";

export class Costs {
  constructor() {
    this.caption = h("caption", { class: "cb-hidden" }, "shapes and costs");
    this.body = h("tbody");
    this.head = h("tr");
    this.note = h("p", { class: "cb-note" });
    this.el = h(
      "div",
      { class: "cb-costs" },
      h("table", {}, this.caption, h("thead", {}, this.head), this.body),
      this.note,
    );
    this.shown = "";
  }

  /** `secret` says what is still to be predicted: { shape, weights, macs }. */
  paint(now, secret) {
    const rows = rowsOf(now, secret);
    const heads = [
      "layer",
      "weight (O, I/g, k, k)",
      "weights",
      ...(now.bias ? ["biases"] : []),
      `MACs at ${now.size}×${now.size}`,
    ];
    setText(this.note, isSecret(secret) ? "" : comparison(now));
    const next = JSON.stringify([rows, heads]);
    if (next === this.shown) return; // a screen reader that reads it is not disturbed
    this.shown = next;
    this.head.replaceChildren(...heads.map((text) => h("th", { scope: "col" }, text)));
    this.body.replaceChildren(
      ...rows.map(({ kind, cells: [name, ...cells], share }) =>
        h(
          "tr",
          { class: kind },
          h("th", { scope: "row" }, name),
          ...cells.map((text, n) => cell(text, n === 1 ? share : null)),
        ),
      ),
    );
  }
}

const isSecret = (secret) => secret.shape || secret.weights || secret.macs;

/** `share` of the standard's weights is drawn as a bar below the number. */
function cell(text, share) {
  const el = h("td", share === null ? {} : { class: "cb-share" }, text);
  if (share !== null) el.style.setProperty("--share", String(share));
  return el;
}

function rowsOf(now, secret) {
  const { layers, costs, cost, standard, bias } = now;
  const hidden = (count, unknown) => (unknown ? "?" : thousands(count));
  const share = (weights) => (secret.weights ? 0 : Math.min(1, weights / standard.weights));
  const cellsOf = (name, shape, all, known) => [
    name,
    shape,
    hidden(all.weights, !known && secret.weights),
    ...(bias ? [hidden(all.biases, !known && secret.weights)] : []),
    hidden(all.macs, !known && secret.macs),
  ];
  const rows = costs.map((one, n) => ({
    kind: "cb-layer-row",
    cells: cellsOf(layers[n].name, secret.shape ? "?" : written(one.shape), one, false),
    share: share(one.weights),
  }));
  if (costs.length > 1)
    rows.push({
      kind: "cb-total",
      cells: cellsOf("together", "", total(costs), false),
      share: share(cost.weights),
    });
  if (isSecret(secret)) return rows;
  return [...rows, { kind: "cb-standard", cells: cellsOf("standard", "", standard, true), share: 1 }];
}
