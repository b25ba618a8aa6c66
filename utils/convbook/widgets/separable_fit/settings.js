// The settings of SeparableFit: { el, paint } each.
import { choice, presets, stepper } from "../parts/controls.js";
import { h, setText } from "../parts/dom.js";
import { pictureMenu } from "../parts/picture_menu.js";
import { sizeMenu } from "../parts/size_menu.js";
import { READINGS } from "./words.js";

const SIZES = [2, 3, 4, 5, 6, 7];

/** @param {any} room */
export function makeSettings(room) {
  const { card } = room;
  const rankName = h("span");
  const rank = stepper(card, rankName, {
    name: "rank",
    get: () => room.now.rank,
    set: (value) =>
      card.change({
        rank: Number.isInteger(value) ? Math.max(1, Math.min(room.now.fit.most, value)) : value,
      }),
  });
  const size = sizeMenu({
    sizes: SIZES,
    get: () => card.get("bank")[0][0],
    set: (kernel) => card.change({ bank: [[kernel]], pinned: [] }),
  });
  return [
    presets(card, "bank", {
      trait: "bank",
      named: () => card.model.get("presets"),
      set: (bank) => card.change({ bank, kernel: [0, 0] }),
    }),
    choice("fit", {
      options: () => Object.entries(READINGS),
      get: () => card.get("reading"),
      set: (reading) => card.change({ reading }),
    }),
    {
      el: rank.el,
      paint() {
        rank.paint();
        hide(rank, room.isSecret());
        setText(rankName, room.now.spatial ? "rank" : "multiplier");
      },
    },
    { el: size.el, paint: () => [size.paint(), hide(size, room.now.outputs * room.now.inputs > 1)] },
    pictureMenu(card, { leave() {} }),
  ];
}

function hide({ el }, hidden) {
  el.hidden = hidden;
}
