// The colours of a picture as a cloud of points in the cube of its channels, which can be turned.
import { BLACK, WHITE } from "../arithmetic/pixels.js";
import { upTo } from "../arithmetic/tensor.js";
import { ARROWS, h, setText } from "../parts/dom.js";

const SIDE = 300; // pixels of the canvas
const ROOM = 1.7; // sides of the cube across the canvas: its diagonal is √3 of them
const TURN = 0.15; // radians that an arrow key turns
const DRAG = 0.01; // radians for a px
const STEEP = 1.4; // radians that the cube may be tilted
const DOT = 2; // px
const FRONT = { yaw: -0.6, pitch: 0.45 };

/** How the cubes are turned, all alike. */
export class Turn {
  constructor(onTurn) {
    this.yaw = FRONT.yaw;
    this.pitch = FRONT.pitch;
    this.onTurn = onTurn;
  }

  by(right, down) {
    this.yaw += right;
    this.pitch = Math.max(-STEEP, Math.min(STEEP, this.pitch + down));
    this.onTurn();
  }

  /** Where a unit step along each axis goes on the screen, [right, down]. The third axis points up. */
  get axes() {
    const [cosYaw, sinYaw, cosPitch, sinPitch] = [this.yaw, this.pitch].flatMap((a) => [
      Math.cos(a),
      Math.sin(a),
    ]);
    return [
      [cosYaw, sinYaw * sinPitch],
      [-sinYaw, cosYaw * sinPitch],
      [0, -cosPitch],
    ];
  }
}

export class Cloud {
  /**
   * @param {{ role: string, turn: Turn, signal: AbortSignal }} options
   */
  constructor({ role, turn, signal }) {
    this.turn = turn;
    this.canvas = h("canvas", { width: SIDE, height: SIDE, "aria-hidden": "true" });
    this.context = this.canvas.getContext("2d");
    this.image = new ImageData(SIDE, SIDE);
    this.ink = new Uint32Array(this.image.data.buffer);
    this.edges = h("div", { class: "cb-edges", "aria-hidden": "true" });
    this.frame = h(
      "div",
      {
        class: "cb-frame cb-cube",
        tabindex: 0,
        role: "application",
        "aria-roledescription": "cloud of colours",
      },
      this.canvas,
      this.edges,
    );
    this.name = h("b");
    this.note = h("span");
    this.el = h(
      "figure",
      { class: `cb-photo cb-${role}`, "data-role": `cloud-${role}` },
      h("figcaption", {}, this.name, " ", this.note),
      this.frame,
    );
    this.listen(signal);
  }

  // A finger turns the cube sideways only: up and down it scrolls the page.
  listen(signal) {
    let from = null;
    const on = (type, handler) => this.frame.addEventListener(type, handler, { signal });
    on("pointerdown", (event) => {
      if (event.button !== 0) return;
      from = { x: event.clientX, y: event.clientY, id: event.pointerId };
    });
    on("pointermove", ({ clientX, clientY, pointerId, pointerType }) => {
      if (from?.id !== pointerId) return;
      this.frame.setPointerCapture(pointerId);
      this.turn.by(DRAG * (from.x - clientX), pointerType === "touch" ? 0 : DRAG * (clientY - from.y));
      from = { x: clientX, y: clientY, id: pointerId };
    });
    for (const end of ["pointerup", "pointercancel"])
      on(end, () => {
        from = null;
      });
    on("keydown", (event) => {
      const { key, ctrlKey, metaKey, altKey } = event;
      if (!ARROWS[key] || ctrlKey || metaKey || altKey) return;
      event.preventDefault();
      const [down, right] = ARROWS[key];
      this.turn.by(-TURN * right, TURN * down);
    });
  }

  rename(name, note, label) {
    setText(this.name, name);
    setText(this.note, note);
    this.frame.setAttribute("aria-label", `${label}; the arrow keys turn it`);
  }

  /**
   * Draws each pixel where its channels are, in its colour.
   * @param {Float64Array[]} planes one to three channels
   * @param {Uint32Array} colours
   * @param {{ reach: number[][], names: string[], chosen: number }} options between which numbers the channels lie, what
   *   the axes are called, and the pixel that is marked
   */
  draw(planes, colours, { reach, names, chosen }) {
    const place = placing(this.turn.axes, reach, planes.length);
    this.ink.fill(0);
    const size = colours.length < SIDE ? 3 * DOT : DOT;
    const [x, y, z] = planes;
    const { right, down } = place;
    for (let n = 0; n < colours.length; n++) {
      const a = x[n];
      const b = y ? y[n] : 0;
      const c = z ? z[n] : 0;
      this.dot(
        right[0] * a + right[1] * b + right[2] * c + right[3],
        down[0] * a + down[1] * b + down[2] * c + down[3],
        size,
        colours[n],
      );
    }
    this.context.putImageData(this.image, 0, 0);
    this.edges.innerHTML = svgOf(
      place,
      planes.map((plane) => plane[chosen]),
      names,
    );
  }

  dot(x, y, size, colour) {
    const left = Math.round(x - size / 2);
    const top = Math.round(y - size / 2);
    if (left < 0 || top < 0 || left + size > SIDE || top + size > SIDE) return;
    for (let v = 0; v < size; v++)
      for (let u = 0; u < size; u++) this.ink[(top + v) * SIDE + left + u] = colour;
  }
}

/** Where a colour goes: right · [x, y, z, 1] and down · [x, y, z, 1], in pixels of the canvas. */
function placing(axes, reach, count) {
  const used = reach.slice(0, count);
  const bottom = Math.min(BLACK, ...used.map(([least]) => least));
  const top = Math.max(WHITE, ...used.map(([, most]) => most));
  const scale = SIDE / (ROOM * (top - bottom));
  const middle = upTo(3).map((n) => (n < count ? (bottom + top) / 2 : 0));
  const [right, down] = [0, 1].map((side) => {
    const along = axes.map((axis) => axis[side] * scale);
    return [...along, SIDE / 2 - along.reduce((sum, step, n) => sum + step * middle[n], 0)];
  });
  return { right, down };
}

const at = ({ right, down }, point) =>
  [right, down].map((row) => row[3] + point.reduce((sum, value, n) => sum + value * row[n], 0));

/** The cube from black to white, its axes by name, and a ring around the chosen colour. */
function svgOf(place, chosen, names) {
  const count = names.length;
  const written = (point) =>
    at(place, point)
      .map((value) => value.toFixed(1))
      .join(" ");
  const corners = upTo(2 ** count).map((bits) => upTo(count).map((n) => ((bits >> n) & 1) * WHITE));
  const edges = corners.flatMap((corner) =>
    upTo(count)
      .filter((n) => corner[n] === BLACK)
      .map((n) => `M${written(corner)}L${written(corner.with(n, WHITE))}`),
  );
  const labels = names.map((name, n) => {
    const [x, y] = at(
      place,
      upTo(count).map((m) => (m === n ? 1.12 * WHITE : 0)),
    );
    return `<text x="${x.toFixed(1)}" y="${(y + 5).toFixed(1)}">${name}</text>`;
  });
  const [x, y] = at(place, chosen);
  const ring = `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="7"/>`;
  return `<svg viewBox="0 0 ${SIDE} ${SIDE}"><path d="${edges.join("")}"/>${labels.join("")}${ring}</svg>`;
}
