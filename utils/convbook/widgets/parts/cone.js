// A cone: which units of each layer, along one axis, take part in what one unit sees; above it, how much each pixel counts.
const WIDTH = 320;
const PROFILE = 40;
const DEPTH = 220;
const STEPS = [9, 30];
const DOTS = 3; // px: dots need that much room
const ASIDE = 22; // px that a line beside the layers swings out

/**
 * Places are pixels of the input, of which `left` to `left` + `across` are shown; `weights` are those of each pixel.
 * @typedef {object} Cone
 * @property {number} left
 * @property {number} across
 * @property {ArrayLike<number>} weights
 * @property {{ ends: number[], seen: number[], jump: number, chosen: boolean }[]} levels from the input on: the first and
 *   the last unit, and those that take part
 * @property {{ at: number, from: number, to: number }[]} bypasses lines beside the layers, from one level to another
 * @property {string} label what it shows, in words
 */

/** The drawing as SVG. @param {Cone} cone */
export function coneDrawing({ left, across, weights, levels, bypasses, label }) {
  const scale = WIDTH / across;
  const step = Math.max(STEPS[0], Math.min(STEPS[1], DEPTH / levels.length));
  const x = (place) => ((place - left + 0.5) * scale).toFixed(1);
  const y = (level) => (PROFILE + 6 + step * level).toFixed(1);
  const height = Math.ceil(Number(y(levels.length - 1))) + 8;
  return (
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${label}">` +
    `<path class="cb-profile" d="${profile(weights, x)}"/><path class="cb-rays" d="M${outline(levels, x, y)}Z"/>` +
    levels.map((level, n) => line(level, x, y(n))).join("") +
    bypasses.map((bypass) => curve(bypass, x, y)).join("") +
    `<path class="cb-dots" d="${levels.map((level, n) => dots(level, x, y(n), scale)).join("")}"/></svg>`
  );
}

function profile(weights, x) {
  const most = Math.max(...Array.from(weights));
  const bar = (weight, n) => {
    const tall = (((PROFILE - 4) * weight) / most).toFixed(1);
    return `M${x(n - 0.5)} ${PROFILE}v-${tall}H${x(n + 0.5)}V${PROFILE}`;
  };
  return Array.from(weights, (weight, n) => (weight ? bar(weight, n) : "")).join("");
}

// Down along the first units that take part, and up again along the last ones.
function outline(levels, x, y) {
  const reached = levels.map(({ seen }, n) => ({ seen, n })).filter(({ seen }) => seen.length);
  const down = reached.map(({ seen, n }) => `${x(seen[0])} ${y(n)}`);
  const up = reached.map(({ seen, n }) => `${x(seen.at(-1))} ${y(n)}`).reverse();
  return [...down, ...up].join("L");
}

const line = ({ ends, chosen }, x, y) =>
  `<path class="cb-level${chosen ? " cb-chosen" : ""}" d="M${x(ends[0])} ${y}H${x(ends[1])}"/>`;

function curve({ at, from, to }, x, y) {
  const beside = Number(x(at)) + ASIDE;
  return `<path class="cb-bypass" d="M${x(at)} ${y(from)}C${beside} ${y(from)} ${beside} ${y(to)} ${x(at)} ${y(to)}"/>`;
}

const dots = ({ seen, jump }, x, y, scale) =>
  jump * scale < DOTS ? "" : seen.map((place) => `M${x(place)} ${y}h0`).join("");
