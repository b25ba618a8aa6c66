// A cone: which units of each layer, along one axis, take part in what one unit sees; above it, how much each pixel counts.
const WIDTH = 320;
const PROFILE = 40;
const DEPTH = 220;
const STEPS = [9, 30];
const DOTS = 3; // px: dots need that much room

// The drawing as SVG. Places are pixels of the input, of which `left` to `left` + `across` are shown. weights: of each pixel.
// levels: from the input on, { ends: the first and the last unit, seen: those that take part, jump, chosen }. bypasses: { at, from,
// to }, lines beside the layers, from one level to another. label: what it shows, in words.
export function coneDrawing({ left, across, weights, levels, bypasses, label }) {
  const scale = WIDTH / across;
  const x = (place) => ((place - left + 0.5) * scale).toFixed(1);
  const step = Math.max(STEPS[0], Math.min(STEPS[1], DEPTH / levels.length));
  const y = (level) => (PROFILE + 6 + step * level).toFixed(1);
  const reached = levels.map(({ seen }, n) => ({ seen, n })).filter(({ seen }) => seen.length);
  const most = Math.max(...weights);
  const bars = [...weights]
    .map((weight, n) =>
      weight
        ? `M${x(n - 0.5)} ${PROFILE}v${(((4 - PROFILE) * weight) / most).toFixed(1)}H${x(n + 0.5)}V${PROFILE}`
        : "",
    )
    .join("");
  const outline = [
    ...reached.map(({ seen, n }) => `${x(seen[0])} ${y(n)}`),
    ...reached.reverse().map(({ seen, n }) => `${x(seen.at(-1))} ${y(n)}`),
  ].join("L");
  const lines = levels
    .map(
      ({ ends, chosen }, n) =>
        `<path class="cb-level${chosen ? " cb-chosen" : ""}" d="M${x(ends[0])} ${y(n)}H${x(ends[1])}"/>`,
    )
    .join("");
  const dots = levels
    .map(({ seen, jump }, n) =>
      jump * scale < DOTS ? "" : seen.map((place) => `M${x(place)} ${y(n)}h0`).join(""),
    )
    .join("");
  const curves = bypasses
    .map(({ at, from, to }) => {
      const beside = Number(x(at)) + 22;
      return `<path class="cb-bypass" d="M${x(at)} ${y(from)}C${beside} ${y(from)} ${beside} ${y(to)} ${x(at)} ${y(to)}"/>`;
    })
    .join("");
  return (
    `<svg viewBox="0 0 ${WIDTH} ${Math.ceil(Number(y(levels.length - 1))) + 8}" role="img" aria-label="${label}"><path class="cb-profile" d="${bars}"/>` +
    `<path class="cb-rays" d="M${outline}Z"/>${lines}${curves}<path class="cb-dots" d="${dots}"/></svg>`
  );
}
