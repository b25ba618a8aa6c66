// Thin lines that join a window to the output that it makes, where nothing else that is read lies between them.
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
    const lines = between(from.getBoundingClientRect(), to.getBoundingClientRect());
    const isClear = !inTheWay(stage, from, to).some((box) => lines.some((line) => crosses(line, box)));
    const paths = lines.map(([x1, y1, x2, y2]) => `M${x1 - left} ${y1 - top}L${x2 - left} ${y2 - top}`);
    path.setAttribute("d", isClear ? paths.join("") : "");
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
/** @returns {[number, number, number, number][]} */
function between(a, b) {
  return b.left >= a.right
    ? [
        [a.right, a.top, b.left, b.top],
        [a.right, a.bottom, b.left, b.bottom],
      ]
    : [
        [a.left, a.bottom, b.left, b.top],
        [a.right, a.bottom, b.right, b.top],
      ];
}

// The boxes of all numbers and notes but those of the input and of the output themselves.
function inTheWay(stage, from, to) {
  const own = [from.parentElement.querySelector("tbody"), to.closest("tbody")];
  const others = [...stage.querySelectorAll("tbody, .cb-note")].filter((one) => !own.includes(one));
  return others.map((one) => one.getBoundingClientRect());
}

const STEPS = 32;

function crosses([x1, y1, x2, y2], { left, right, top, bottom }) {
  return Array.from({ length: STEPS + 1 }, (_, n) => n / STEPS).some((share) => {
    const [x, y] = [x1 + share * (x2 - x1), y1 + share * (y2 - y1)];
    return x > left && x < right && y > top && y < bottom;
  });
}
