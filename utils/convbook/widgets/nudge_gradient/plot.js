// A small plot with lines, dots and a few words at its axes. What it shows stands beside it in numbers.
import { format } from "../arithmetic/numbers.js";

const SIZE = { width: 300, height: 170 };
const LONG = 6; // letters that have room before the axis
const PLOT = { left: 52, top: 12, width: 236, height: 122 };

/**
 * `lines` are drawn over each other, each a list of points of a kind; `x` and `y` are the ends of the axes, `ticks` what
 * stands at places along x, [place, text].
 * @typedef {{
 *   x: number[], y: number[], lines: [string, number[][]][], dots: [string, number[]][], ticks: [number, string][],
 *   scale?: (y: number) => number,
 * }} Plot `scale` says which number a height stands for
 */

/** @param {Plot} plot @returns {string} an SVG */
export function plotted({ x, y, lines, dots, ticks, scale = (value) => value }) {
  const across = (value) => ((value - x[0]) / (x[1] - x[0])) * PLOT.width;
  const down = (value) => (1 - (value - y[0]) / (y[1] - y[0])) * PLOT.height;
  const at = ([a, b]) => `${across(a).toFixed(1)} ${clipped(down(b)).toFixed(1)}`;
  const path = ([kind, points]) => `<path class="cb-${kind}" d="M${points.map(at).join("L")}"/>`;
  const dot = (/** @type {[string, number[]]} */ [kind, [a, b]]) =>
    `<circle class="cb-${kind}" cx="${across(a).toFixed(1)}" cy="${clipped(down(b)).toFixed(1)}" r="5"/>`;
  const inside = `x="${PLOT.left}" y="${PLOT.top}" width="${PLOT.width}" height="${PLOT.height}"`;
  return [
    `<svg viewBox="0 0 ${SIZE.width} ${SIZE.height}" aria-hidden="true"><rect class="cb-ground" ${inside}/>`,
    ...y.map((value, n) =>
      label(PLOT.left - 6, PLOT.top + (n ? 10 : PLOT.height), shortly(scale(value)), "end"),
    ),
    ...ticks.map(([place, text], n) =>
      label(PLOT.left + across(place), SIZE.height - 18, text, ["start", "middle", "end"][anchor(n, ticks)]),
    ),
    `<svg ${inside}>${lines.map(path).join("")}</svg>`,
    `<g transform="translate(${PLOT.left} ${PLOT.top})">${dots.map(dot).join("")}</g></svg>`,
  ].join("");
}

const anchor = (n, { length }) => (n === 0 ? 0 : n === length - 1 ? 2 : 1);
const clipped = (value) => Math.max(-1e4, Math.min(1e4, value)); // beyond it a browser draws no line at all
const shortly = (value) => {
  const text = format(Number(value.toPrecision(3)));
  return text.length > LONG ? value.toExponential(0).replace("+", "").replace("-", "−") : text;
};
const label = (x, y, text, side) => `<text x="${x}" y="${y}" text-anchor="${side}">${text}</text>`;

/** Where along x a pointer is, from 0 to 1. */
export function shareAt({ clientX }, el) {
  const { left, width } = el.getBoundingClientRect();
  const scale = width / SIZE.width;
  return (clientX - left - PLOT.left * scale) / (PLOT.width * scale);
}
