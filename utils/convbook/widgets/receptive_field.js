// ReceptiveField: a stack of layers that can be rebuilt, and what one of its outputs sees of the picture.
import { examples } from "./lib/controls.js";
import { h } from "./lib/dom.js";
import { explorer } from "./lib/explorer.js";

const TRAITS = ["layers", "size", "picture", "pinned", "predict"];

export default explorer("ReceptiveField", TRAITS, (card) => {
  const { get } = card, example = examples(card), list = h("ol");
  card.settings.append(example.el);
  card.stage.append(list);
  card.toggle("Predict", "predict");
  card.finish();
  return () => {
    example.paint();
    list.replaceChildren(...get("layers").map((layer) => h("li", {}, Object.values(layer).join(" "))));
  };
}, { layers: [[]] });
