// Settings: small labelled controls bound to a card's traits. Each returns { el, paint }.
import { format, parse } from "../arithmetic/numbers.js";
import { ARROWS, h } from "./dom.js";

export function menu(name, { options, get, set }) {
  const select = h("select", { "aria-label": name, onchange: () => set(options()[select.selectedIndex][0]) });
  let shown = "";
  return {
    el: select,
    paint() {
      const all = options();
      const texts = all.map(([, text]) => text);
      if (shown !== texts.join()) select.replaceChildren(...texts.map((text) => h("option", {}, text)));
      shown = texts.join();
      select.selectedIndex = all.findIndex(([value]) => value === get());
    },
  };
}

// options(): [[value, text], ...]; get(): the chosen value; set(value).
export function choice(label, settings) {
  const { el, paint } = menu(label, settings);
  return { el: h("label", { class: "cb-setting" }, label, el), paint };
}

// The menu of the author's examples, { name: { trait: value, ... } }; what is none of them is the text's, or "your own". next() goes on to the next. `also` changes with it.
export function examples(card, also = {}) {
  const all = () => Object.entries(card.model.get("examples"));
  const key = JSON.stringify;
  const here = () =>
    all().findIndex(([, state]) =>
      Object.keys(state).every((trait) => key(state[trait]) === key(card.get(trait))),
    );
  const isTheText = () =>
    all().every(([, state]) =>
      Object.keys(state).every((trait) => key(card.get(trait)) === key(card.author[trait] ?? null)),
    );
  const other = () => [-1, isTheText() ? "as in the text" : "your own"];
  const show = (n) => n >= 0 && card.change({ ...all()[n][1], pinned: [], ...also });
  const one = choice("example", {
    options: () => [...all().map(([name], n) => [n, name]), ...(here() < 0 ? [other()] : [])],
    get: here,
    set: show,
  });
  return { ...one, next: () => show((here() + 1) % all().length) };
}

// [[1, "1"], [2, "2"], ...]: the whole numbers from `least` to `most` as options.
export const wholeNumbers = (least, most) =>
  Array.from({ length: most - least + 1 }, (_, n) => [least + n, String(least + n)]);

// A whole number on a track; text(number) is how it is written. Drags of one press undo together.
export function slider(label, { least, most, get, set, name = label, text = (number) => String(number) }) {
  let gesture = {};
  const now = h("output", { class: "cb-count" });
  const track = h("input", {
    type: "range",
    min: least,
    max: most,
    "aria-label": name,
    oninput: () => set(Number(track.value), gesture),
    onchange: () => {
      gesture = {};
    },
  });
  return {
    el: h("label", { class: "cb-setting cb-slider" }, h("span", {}, label), track, now),
    paint: () => {
      track.value = get();
      track.setAttribute("aria-valuetext", text(get()));
      now.textContent = text(get());
    },
  };
}

export function toggle(card, label, trait) {
  const box = h("input", { type: "checkbox", onchange: () => card.change({ [trait]: box.checked }) });
  return {
    el: h("label", { class: "cb-setting" }, box, label),
    paint: () => {
      box.checked = card.get(trait);
    },
  };
}

// A number that one types: what is half typed is not painted over, whatever else the pointer meets meanwhile, and something
// that is no number is refused kindly, and the last number stays.
function numberField(card, name, { get, set }) {
  let typing = false;
  const stop = () => {
    typing = false;
  };
  const keep = () => {
    stop();
    const value = parse(el.value);
    if (value !== null) return set(value);
    card.warn(notANumber(el.value));
    el.value = format(get());
  };
  const el = h("input", {
    type: "text",
    inputmode: "text",
    class: "cb-number",
    "aria-label": name,
    oninput: () => {
      typing = true;
    },
    onblur: stop,
    onchange: keep,
  });
  const paint = () => {
    if (!typing) el.value = format(get());
  };
  return { el, paint, stop, leave: () => typing && keep() };
}

// A number with − and +.
export function stepper(card, label, { get, set, step = 1, name = label }) {
  const field = numberField(card, name, { get, set });
  const nudge = (by) => {
    field.stop();
    set(Number((get() + by).toFixed(9)));
  };
  field.el.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowUp" && event.key !== "ArrowDown") return;
    event.preventDefault();
    nudge(event.key === "ArrowUp" ? step : -step);
  });
  const button = (text, by, word) =>
    h(
      "button",
      {
        type: "button",
        class: "cb-button cb-nudge",
        "aria-label": `${word} ${name}`,
        onclick: () => nudge(by),
      },
      text,
    );
  const [less, more] = [button("−", -step, "decrease"), button("+", step, "increase")];
  const el = h(
    "span",
    { class: "cb-setting" },
    label,
    h("span", { class: "cb-stepper" }, less, field.el, more),
  );
  return { el, paint: field.paint, leave: field.leave };
}

/**
 * The number of the pinned cell. What is typed is for the cell that was shown, whatever is pinned when the field is left.
 * @param {any} card
 * @param {{ isThere: (cell: any) => boolean, read: (cell: any) => number, write: (cell: any, number: number) => void }} cells
 */
export function pinnedStepper(card, { isThere, read, write }) {
  let shown = null;
  const there = () => shown !== null && isThere(shown);
  const { el, paint, leave } = stepper(card, "", {
    name: "pinned value",
    get: () => (there() ? read(shown) : 0),
    set: (number) => there() && write(shown, number),
  });
  return {
    el,
    paint(cell) {
      if (JSON.stringify(cell) !== JSON.stringify(shown)) leave();
      shown = cell;
      paint();
    },
  };
}

export const notANumber = (text) =>
  `“${text.trim()}” is not a number, so the last value stays. Write it like −3, 0.5 or 1/9.`;

// [-1, 2] -> "1 up, 2 right"
export function inDirections(move, none = "none") {
  const parts = [
    ["up", "down"],
    ["left", "right"],
  ].map(([less, more], axis) => move[axis] && `${Math.abs(move[axis])} ${move[axis] < 0 ? less : more}`);
  return parts.filter(Boolean).join(", ") || none;
}

// Four arrows, also by the arrow keys, that move something by whole steps [down, right]; the middle goes back to no move.
export function arrows(name, { get, set }) {
  const now = h("output", {});
  const move = (by) => set(get().map((steps, axis) => steps + by[axis]));
  const button = (label, text, onclick) =>
    h("button", { type: "button", class: "cb-button cb-nudge", "aria-label": label, onclick }, text);
  const [up, left, right, down] = Object.values(ARROWS).map((by, n) =>
    button(`${name} ${["up", "left", "right", "down"][n]}`, "▲◀▶▼"[n], () => move(by)),
  );
  const el = h(
    "div",
    { class: "cb-arrows", role: "group", "aria-label": name },
    h("p", { class: "cb-note" }, h("b", {}, name), " ", now),
    up,
    left,
    button(`no ${name}`, "0", () => set([0, 0])),
    right,
    down,
  );
  el.addEventListener("keydown", (event) => {
    if (!ARROWS[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    move(ARROWS[event.key]);
  });
  return {
    el,
    paint: () => {
      now.textContent = inDirections(get());
    },
  };
}

// The menu of named arrays for a trait, or for what get() and set(array) reach; one that was edited by hand shows as "your own".
export function presets(
  card,
  label,
  { trait, named, get = () => card.get(trait), set = (array) => card.change({ [trait]: array }) },
) {
  const key = (array) => JSON.stringify(array);
  return choice(label, {
    options: () => {
      const all = Object.entries(named()).map(([name, matrix]) => [key(matrix), name]);
      return all.some(([value]) => value === key(get())) ? all : [...all, [key(get()), "your own"]];
    },
    get: () => key(get()),
    set: (value) => set(JSON.parse(value)),
  });
}
