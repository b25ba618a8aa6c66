// The settings of KernelWall: { el, paint } each. The station comes first: it is what makes wires vanish.
import { choice, examples, stepper, toggle, wholeNumbers } from "../parts/controls.js";
import { h, setText } from "../parts/dom.js";
import { isDepthwise, stationOf, stations, withChannels } from "./state.js";
import { stationName } from "./words.js";

const KERNELS = [1, 2, 3, 4, 5, 6, 7];
const SIZES = [7, 14, 28, 56, 112, 224];

/** @param {import("../parts/card.js").Card} card */
export function settingsOf(card) {
  const { get, change } = card;
  const example = examples(card);
  const all = [
    stationSlider(card),
    example,
    channels(card, "channels in", "in_channels", (count) => ({ channels: count })),
    channels(card, "channels out", "out_channels", (count) => ({ filters: count })),
    choice("kernel", {
      options: () => KERNELS.map((size) => [size, `${size}×${size}`]),
      get: () => get("kernel"),
      set: (kernel) => change({ kernel }),
    }),
    multiplier(card),
    choice("maps", {
      options: () =>
        [...new Set([...SIZES, get("size")])].sort((a, b) => a - b).map((side) => [side, `${side}×${side}`]),
      get: () => get("size"),
      set: (size) => change({ size }),
    }),
    toggle(card, "biases", "bias"),
    onlyWhen(() => !get("separable"), toggle(card, "a second layer", "stacked")),
    onlyWhen(() => !get("separable") && get("stacked"), toggle(card, "channel shuffle between", "shuffle")),
  ];
  return { all, example };
}

const onlyWhen = (isThere, setting) => ({
  el: setting.el,
  paint() {
    setting.el.hidden = !isThere();
    setting.paint();
  },
});

/** From standard through every number of groups to depthwise, then to separable. */
function stationSlider(card) {
  let gesture = {};
  const name = h("output", { class: "cb-station" });
  const track = h("input", {
    type: "range",
    min: 0,
    "aria-label": "from standard to separable",
    oninput: () => card.change(stations(card.state())[track.value], { by: gesture }),
    onchange: () => {
      gesture = {};
    },
  });
  return {
    el: h("label", { class: "cb-setting cb-slider cb-stations" }, track, name),
    paint() {
      const state = card.state();
      track.max = stations(state).length - 1;
      track.value = stationOf(state);
      track.setAttribute("aria-valuetext", stationName(state));
      setText(name, stationName(state));
    },
  };
}

const channels = (card, label, trait, asChange) =>
  stepper(card, label, {
    get: () => card.get(trait),
    set: (count) => card.change(withChannels(card.state(), asChange(count))),
  });

/** The depth multiplier: of a separable layer its own, of a depthwise one as many outputs as that makes. */
function multiplier(card) {
  const { get, change } = card;
  const ofDepthwise = () => get("out_channels") / get("in_channels");
  const options = () => {
    const all = wholeNumbers(1, 4);
    const now = ofDepthwise();
    return get("separable") || now <= 4 ? all : [...all, [now, String(now)]];
  };
  const one = choice("depth multiplier", {
    options,
    get: () => (get("separable") ? get("multiplier") : ofDepthwise()),
    set: (times) =>
      change(get("separable") ? { multiplier: times } : { out_channels: get("in_channels") * times }),
  });
  return onlyWhen(() => get("separable") || isDepthwise(card.state()), one);
}
