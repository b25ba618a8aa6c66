// A few lines over the same whole steps, told apart by dashes and markers; the numbers stand in a table as well.
import { format } from "../arithmetic/numbers.js";
import { h } from "./dom.js";

const WIDTH = 250;
const HEIGHT = 120;
const LEFT = 30;
const TOP = 10;
const NAMES = 150;
const DASHES = ["none", "7 4", "2 3", "9 3 2 3"];
const MARKERS = [
  "m-3.5 0a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0",
  "m-3 -3h6v6h-6z",
  "m0 -4.5l4 7.5h-8z",
  "m0 -4.5l4.5 4.5l-4.5 4.5l-4.5 -4.5z",
];

// steps: the whole numbers along the axis. paint({ caption, unit, series: { name: values from 0 to 1 }, chosen, strong }): `chosen` is
// the step that is shown elsewhere, `strong` the name of the line that is meant; a value that is no number is left out.
export function lines({ steps }) {
  const caption = h("figcaption", { class: "cb-note" });
  const picture = h("div");
  const table = h("table");
  const el = h(
    "figure",
    { class: "cb-lines cb-output" },
    caption,
    picture,
    h("details", {}, h("summary", {}, "the numbers"), table),
  );
  const xOf = (n) => LEFT + (n / (steps.length - 1)) * WIDTH;
  const yOf = (value) => TOP + (1 - value) * HEIGHT;
  let shown = "";

  function line([name, values], n, strong) {
    const points = values.map((value, x) => [xOf(x), yOf(value)]).filter(([, y]) => Number.isFinite(y));
    const y = TOP + 16 + 26 * n;
    const x = LEFT + WIDTH + 16;
    const marks = [...points, [x + 15, y]].map(([left, top]) => `M${left} ${top}${MARKERS[n]}`).join("");
    return (
      `<g${name === strong ? ' class="cb-chosen"' : ""}><path class="cb-line" stroke-dasharray="${DASHES[n]}" d="M${points.join("L")}M${x} ${y}h30"/>` +
      `<path class="cb-mark" d="${marks}"/><text x="${x + 38}" y="${y + 4}" text-anchor="start">${name}</text></g>`
    );
  }

  function paint({ caption: text, unit, series, chosen, strong }) {
    const all = Object.entries(series);
    const next = JSON.stringify([text, series, chosen, strong]);
    if (next === shown) return;
    shown = next;
    caption.textContent = text;
    const levels = [0, 0.5, 1].map(
      (value) =>
        `<path d="M${LEFT} ${yOf(value)}h${WIDTH}"/><text x="${LEFT - 6}" y="${yOf(value) + 4}" text-anchor="end">${value}</text>`,
    );
    const places = steps.map(
      (step, n) =>
        `<text x="${xOf(n)}" y="${TOP + HEIGHT + 18}"${step === chosen ? ' class="cb-here"' : ""}>${format(step)}</text>`,
    );
    const here = steps.includes(chosen)
      ? `<path class="cb-now" d="M${xOf(steps.indexOf(chosen))} ${TOP - 4}v${HEIGHT + 8}"/>`
      : "";
    const drawn = all.map((one, n) => line(one, n, strong));
    const under = all.findIndex(([name]) => name === strong); // the thick line must not hide the others
    const words = all
      .map(
        ([name, values]) =>
          `${name} ${values.map((value, n) => `${format(value)} at ${format(steps[n])}`).join(", ")}`,
      )
      .join("; ");
    picture.innerHTML =
      `<svg role="img" aria-label="${text} ${words}" viewBox="0 0 ${LEFT + WIDTH + NAMES} ${TOP + HEIGHT + 26}">` +
      `${levels.join("")}${places.join("")}${here}${[drawn[under] ?? "", ...drawn.filter((_, n) => n !== under)].join("")}</svg>`;
    const row = (kind, head, cells) => h("tr", {}, h("th", { scope: kind }, head), ...cells);
    table.replaceChildren(
      row(
        "col",
        unit,
        all.map(([name]) => h("th", { scope: "col" }, name)),
      ),
      ...steps.map((step, n) =>
        row(
          "row",
          format(step),
          all.map(([, values]) => h("td", {}, format(values[n]))),
        ),
      ),
    );
  }
  return { el, paint };
}
