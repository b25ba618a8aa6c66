// The settings of DrawAndTrace: { el, paint } each.
import { INK, SIDE } from "../arithmetic/digits.js";
import { choice, slider } from "../parts/controls.js";
import { h } from "../parts/dom.js";
import { answerTo, digits, LARGEST_PATCH, subjectOfAnswers } from "./state.js";
import { exampleInWords } from "./words.js";

/** @param {any} view */
export function settingsOf(view) {
  const { card } = view;
  return [heldOut(view), pen(card), meant(card), epochs(view), patches(card)];
}

const key = JSON.stringify;

/** The menu of drawings; what the network makes of them is told once it is not asked for. */
function heldOut(view) {
  const { card } = view;
  const all = Object.entries(card.model.get("examples"));
  const answers = remembered((now) => all.map(([, { input }]) => answerTo(now, input)));
  const here = () => all.findIndex(([, { input }]) => key(input) === key(card.get("input")));
  const blank = () =>
    card
      .get("input")
      .flat()
      .every((ink) => ink === 0);
  const show = (n) => n >= 0 && card.change({ ...all[n][1] });
  const text = (name, { label }, n) => exampleInWords(name, label, answers(view.now)[n], view.isSecret());
  return {
    ...choice("drawing", {
      options: () => [
        ...all.map(([name, one], n) => [n, text(name, one, n)]),
        ...(here() < 0 ? [[-1, blank() ? "blank" : "your own"]] : []),
      ],
      get: here,
      set: show,
    }),
    next: () => show((here() + 1) % all.length),
  };
}

/** The last answer of a computation, for as long as the network stays as it is. */
function remembered(compute) {
  let about = "";
  let answer = null;
  return (now) => {
    const next = key(subjectOfAnswers(now));
    if (next !== about) answer = compute(now);
    about = next;
    return answer;
  };
}

const pen = (card) =>
  slider("pen", {
    least: 0,
    most: INK,
    get: () => card.get("pen"),
    set: (pen, by) => card.change({ pen }, { by }),
  });

function meant(card) {
  return choice("meant to be", {
    options: () => [[null, "–"], ...digits().map((digit) => [digit, String(digit)])],
    get: () => card.get("label"),
    set: (label) => card.change({ label }),
  });
}

/** The epochs that were kept; a reader's own network has none. */
function epochs({ card, shelf }) {
  const track = slider("epoch", {
    least: 0,
    most: shelf.epochs.length - 1,
    get: () => shelf.epochs.indexOf(card.get("epoch")),
    set: (index, by) => card.change({ epoch: shelf.epochs[index] }, { by }),
    text: (index) => String(shelf.epochs[index]),
  });
  const own = h("span", { class: "cb-setting" }, "your own network");
  const paint = () => {
    track.paint();
    track.el.hidden = Boolean(card.get("own_weights"));
    own.hidden = !track.el.hidden;
  };
  return { el: h("span", { class: "cb-setting cb-epochs" }, track.el, own), paint };
}

function patches(card) {
  const sizes = digits().filter((size) => size <= LARGEST_PATCH);
  return choice("patch", {
    options: () => sizes.map((size) => [size, size ? `${size}×${size}` : "none"]),
    get: () => card.get("patch"),
    set: (patch) =>
      card.change({ patch, patch_at: card.get("patch_at").map((index) => Math.min(index, SIDE - patch)) }),
  });
}
