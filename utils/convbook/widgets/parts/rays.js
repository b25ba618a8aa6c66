// Thin lines that join a window to the output that it makes.
const SVG = "http://www.w3.org/2000/svg";

/** @param {HTMLElement} stage the element that holds both; the lines lie over it */
export function rays(stage, signal) {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.classList.add("cb-joins");
  svg.setAttribute("aria-hidden", "true");
  svg.append(path);
  stage.prepend(svg); // behind the grids
  let from = null;
  let to = null;

  function draw() {
    svg.toggleAttribute("hidden", !from || !to);
    if (!from || !to) return;
    const { left, top } = svg.getBoundingClientRect();
    path.setAttribute("d", between(from.getBoundingClientRect(), to.getBoundingClientRect(), left, top));
  }
  const resized = new ResizeObserver(draw);
  for (const part of [stage, ...stage.children]) resized.observe(part);
  signal.addEventListener("abort", () => resized.disconnect());

  /** Joins two elements, or none; while one of them glides, the lines wait for the end of it. */
  function paint(window, output) {
    from = window;
    to = output;
    draw();
  }
  stage.addEventListener("transitionend", (event) => event.target === from && draw(), { signal });
  return { paint };
}

// Two lines from corner to corner: sideways where the output is beside the window, downwards where it is below.
function between(a, b, left, top) {
  const beside = b.left >= a.right;
  const corners = beside
    ? [
        [a.right, a.top, b.left, b.top],
        [a.right, a.bottom, b.left, b.bottom],
      ]
    : [
        [a.left, a.bottom, b.left, b.top],
        [a.right, a.bottom, b.right, b.top],
      ];
  return corners.map(([x1, y1, x2, y2]) => `M${x1 - left} ${y1 - top}L${x2 - left} ${y2 - top}`).join("");
}
