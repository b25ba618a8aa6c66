// Play, pause, step back and forward, speed, and a scrubber. The state is the caller's: a step from 1 to length(),
// or null when nothing is being played and everything is shown.
import { calm, h } from "./dom.js";

const FRAME = 450; // ms for one step at normal speed
const SPEEDS = [0.5, 1, 2, 4, 8];

// stride(): how many steps one press of step, or one tick, moves (a whole window, or one product).
export function player({ length, get, set, stride = () => 1, describe, detail, signal }) {
  let timer = null;
  const button = (label, text, onclick) =>
    h("button", { type: "button", class: "cb-button", "aria-label": label, title: label, onclick }, text);
  const play = h("button", {
    type: "button",
    class: "cb-button cb-play",
    onclick: () => (timer ? pause() : start()),
  });
  const scrubber = h("input", {
    type: "range",
    min: 1,
    class: "cb-scrubber",
    "aria-label": "position",
    oninput: () => {
      const wanted = Number(scrubber.value); // pausing paints, which moves the scrubber back
      pause();
      set(snap(wanted));
    },
  });
  const speed = h(
    "select",
    { "aria-label": "speed", onchange: () => timer && start() },
    ...SPEEDS.map((s) => h("option", { value: s }, `${s}×`)),
  );
  const count = h("span", { class: "cb-count" });
  speed.value = 1;

  const snap = (step) => Math.min(length(), Math.max(stride(), Math.ceil(step / stride()) * stride()));
  const move = (by) => {
    const now = get() ?? (by > 0 ? 0 : length());
    set(snap(Math.max(0, now + by * stride())));
  };
  const tick = () => {
    if ((get() ?? 0) >= length()) pause();
    else move(1);
  };

  function start() {
    clearInterval(timer);
    if (get() === null || get() >= length()) set(snap(1));
    timer = setInterval(tick, FRAME / Number(speed.value));
    paint();
  }
  function pause() {
    clearInterval(timer);
    timer = null;
    paint();
  }
  signal.addEventListener("abort", () => clearInterval(timer));

  function paint() {
    const still = calm();
    play.textContent = timer ? "❚❚ pause" : "▶ play";
    play.disabled = still;
    play.title = still ? "Your system asks for less motion: use the step buttons" : "";
    scrubber.max = length();
    scrubber.step = 1;
    scrubber.value = get() ?? length();
    const text = describe(get());
    scrubber.setAttribute("aria-valuetext", text);
    count.textContent = text;
  }

  const el = h(
    "div",
    { class: "cb-player", role: "group", "aria-label": "player" },
    button("step back", "◂", () => {
      pause();
      move(-1);
    }),
    play,
    button("step forward", "▸", () => {
      pause();
      move(1);
    }),
    scrubber,
    count,
    h("label", { class: "cb-speed" }, "speed", speed),
    detail ?? null,
  );
  return {
    el,
    paint,
    pause,
    get playing() {
      return timer !== null;
    },
  };
}
