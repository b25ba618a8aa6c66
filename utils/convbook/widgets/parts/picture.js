// Photographs: decoding them, keeping the reader's own in the browser, and drawing them with a lens that can be moved.
import { format } from "../arithmetic/numbers.js";
import { BLACK, greyLevels, shade, WHITE } from "../arithmetic/pixels.js";
import { ARROWS, h } from "./dom.js";

const LONGEST = 1024; // pixels a side; a larger picture of the reader's is reduced
const AROUND = 4; // pixels that the lens shows around a window
const GLASS = [0.22, 60]; // width of the lens: this share of the picture, at least so many px
const FAR = 10; // pixels that Shift+arrow moves

// ---- decoding ------------------------------------------------------------------------------------------------------

// What an <img>, a <video> or a <canvas> shows, as { height, width, pixels, from }; `from` is its size before it was reduced.
export function readPixels(source, fullWidth, fullHeight) {
  const scale = Math.min(1, LONGEST / Math.max(fullWidth, fullHeight));
  const width = Math.max(1, Math.round(fullWidth * scale));
  const height = Math.max(1, Math.round(fullHeight * scale));
  const context = Object.assign(document.createElement("canvas"), { width, height }).getContext("2d", {
    willReadFrequently: true,
  });
  context.fillStyle = "white"; // below what is transparent
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, width, height);
  return {
    height,
    width,
    pixels: greyLevels(context.getImageData(0, 0, width, height).data),
    from: scale < 1 ? [fullHeight, fullWidth] : null,
  };
}

export async function decode(address) {
  const image = new Image();
  image.src = address;
  await image.decode();
  return readPixels(image, image.naturalWidth, image.naturalHeight);
}

// ---- the album -----------------------------------------------------------------------------------------------------

// All pictures that this page knows, by the value of the trait `picture`. The reader's own are here and nowhere else.
const known = new Map();
let own = 0;

export const OWN = /^own:\d+$/;
export const knownPicture = (name) => known.get(name);
export const ownPictures = () =>
  [...known].filter(([name]) => OWN.test(name)).map(([name, { title }]) => [name, title]);

export function keepOwn(picture, title) {
  const name = `own:${++own}`;
  known.set(name, { ...picture, title });
  return name;
}

// A photograph of the book comes from the page's assets, or from the kernel, which answers a change of `picture` with its file.
export async function openPicture(model, name) {
  if (!known.has(name)) {
    if (OWN.test(name))
      throw new Error("This is a picture of its reader’s own, which never left their browser.");
    known.set(
      name,
      await decode(
        name.startsWith("data:")
          ? name
          : model.asset
            ? await model.asset(name)
            : await fromKernel(model, name),
      ),
    );
  }
  return known.get(name);
}

const fromKernel = (model, name) =>
  new Promise((resolve) => {
    const look = () => {
      const file = model.get("_files")?.[name];
      if (!file) return;
      model.off("change:_files", look);
      resolve(file);
    };
    model.on("change:_files", look);
    look();
  });

// ---- the reader's own ----------------------------------------------------------------------------------------------

// Buttons for a file and for the webcam, asked for only on click; accept(target) lets a picture be dropped or pasted there.
// onPicture(name, live): a picture was kept under this name, or its next frame has come in.
export function ownPicture({ onPicture, warn, signal }) {
  const input = h("input", {
    type: "file",
    accept: "image/*",
    class: "cb-hidden",
    tabindex: -1,
    "aria-hidden": "true",
    onchange: () => {
      take(input.files[0]);
      input.value = "";
    },
  });
  const open = h(
    "button",
    {
      type: "button",
      class: "cb-button",
      title: "or drop a picture here, or paste one",
      onclick: () => input.click(),
    },
    "Your picture…",
  );
  const webcam = h(
    "button",
    { type: "button", class: "cb-button", onclick: () => (stream ? stop() : start()) },
    "Webcam",
  );
  let stream = null;

  async function take(file) {
    if (!file) return;
    stop();
    const address = URL.createObjectURL(file);
    try {
      onPicture(keepOwn(await decode(address), file.name || "pasted picture"));
    } catch {
      warn(`“${file.name}” could not be read as a picture, so the last one stays. A PNG or a JPEG will do.`);
    } finally {
      URL.revokeObjectURL(address);
    }
  }
  function accept(target) {
    const listen = (type, handler) => target.addEventListener(type, handler, { signal });
    const over = (on) => target.classList.toggle("cb-drop", on);
    const handed = (event, { files }) => {
      over(false);
      if (files.length) {
        event.preventDefault();
        take(files[0]);
      }
    };
    listen("dragover", (event) => {
      if (event.dataTransfer.types.includes("Files")) {
        event.preventDefault();
        over(true);
      }
    });
    listen("dragleave", () => over(false));
    listen("drop", (event) => handed(event, event.dataTransfer));
    listen("paste", (event) => handed(event, event.clipboardData));
  }

  async function start() {
    if (!navigator.mediaDevices)
      return warn(
        "Here the browser gives no page the webcam. It does so over https, and to a page opened from the disk.",
      );
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { width: 640, height: 480 } });
    } catch (error) {
      return warn(
        /** @type {Error} */ (error).name === "NotAllowedError"
          ? "The webcam stays off: it was not allowed. The picture stays as it is."
          : "No webcam answered. The picture stays as it is.",
      );
    }
    if (signal.aborted) return stop();
    const video = Object.assign(h("video", { playsinline: true }), { muted: true, srcObject: stream });
    const mine = stream;
    await video.play();
    let name = null;
    const frame = () => {
      if (stream !== mine) return;
      const picture = readPixels(video, video.videoWidth, video.videoHeight);
      if (name) Object.assign(known.get(name), picture);
      else name = keepOwn(picture, "webcam");
      onPicture(name, true);
      requestAnimationFrame(frame);
    };
    frame();
    paint();
  }
  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    paint();
  }
  function paint() {
    webcam.textContent = stream ? "Stop webcam" : "Webcam";
    webcam.setAttribute("aria-pressed", String(stream !== null));
  }
  paint();
  signal.addEventListener("abort", stop);
  return {
    el: h(
      "span",
      { class: "cb-setting cb-own" },
      open,
      webcam,
      input,
      h("small", {}, "stays in your browser"),
    ),
    accept,
    stop,
    get live() {
      return stream !== null;
    },
  };
}

// ---- drawing -------------------------------------------------------------------------------------------------------

// A canvas that shows numbers as greys.
export function greyCanvas() {
  const el = h("canvas", { "aria-hidden": "true" });
  const context = el.getContext("2d", { alpha: false });
  let image = null;
  let rgba = null;
  return {
    el,
    get image() {
      return image;
    },
    draw(values, height, width, range) {
      if (image?.width !== width || image.height !== height) {
        [el.width, el.height] = [width, height];
        image = new ImageData(width, height);
        rgba = new Uint32Array(image.data.buffer);
      }
      shade(values, range, rgba);
      context.putImageData(image, 0, 0);
    },
  };
}

// The bar that says which number is drawn as which grey. `clipped`: numbers beyond are drawn like the last one.
export function legend() {
  const labels = h("div");
  const el = h("div", { class: "cb-legend" }, h("div", { class: "cb-greys" }), labels);
  return {
    el,
    paint([bottom, top], clipped = false) {
      const ends = clipped ? [bottom < 0 ? "≤ " : "", "≥ "] : ["", ""];
      labels.replaceChildren(
        ...[ends[0] + format(bottom), ...(bottom < 0 ? ["0"] : []), ends[1] + format(top)].map((text) =>
          h("span", {}, text),
        ),
      );
    },
  };
}

// A captioned picture with a lens. onPreview(at | null): the pointer, a finger or the arrow keys are at this pixel.
// onPin(at | null): click, tap, Enter; Esc gives null. here(): the pixel below the lens, for the arrow keys, or null.
export function pictureView({ role, onPreview, onPin, here, signal }) {
  const name = h("b");
  const size = h("span");
  const picture = greyCanvas();
  const lens = h("canvas");
  const ring = h("span");
  const glass = h("span", { class: "cb-glass", "aria-hidden": "true" }, lens, ring);
  const frame = h(
    "div",
    { class: "cb-frame", tabindex: 0, role: "application", "aria-roledescription": "picture with a lens" },
    picture.el,
    glass,
  );
  const el = h(
    "figure",
    { class: `cb-photo cb-${role}`, "data-role": role },
    h("figcaption", {}, name, " ", size),
    frame,
  );
  const listen = (type, handler) => frame.addEventListener(type, handler, { signal });
  let height = 1;
  let width = 1;
  let pressed = false;
  let box = null;
  let wide = GLASS[0];

  const inside = ([i, j]) => [Math.max(0, Math.min(height - 1, i)), Math.max(0, Math.min(width - 1, j))];
  const at = ({ clientX, clientY }) => {
    const place = picture.el.getBoundingClientRect();
    return inside([
      Math.floor(((clientY - place.top) / place.height) * height),
      Math.floor(((clientX - place.left) / place.width) * width),
    ]);
  };
  listen("pointerdown", (event) => {
    pressed = event.button === 0;
    if (event.pointerType !== "mouse") onPreview(at(event));
  });
  listen("pointermove", (event) => {
    if (pressed || event.pointerType === "mouse") onPreview(at(event));
  });
  listen("pointerup", (event) => {
    if (pressed) onPin(at(event));
    pressed = false;
  });
  listen("pointercancel", () => {
    pressed = false;
    onPreview(null);
  });
  listen("pointerleave", () => {
    pressed = false;
    onPreview(null);
  });
  listen("blur", () => onPreview(null));
  listen("keydown", (event) => {
    const move = ARROWS[event.key];
    const now = here() ?? [height >> 1, width >> 1];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (move) onPreview(inside(now.map((index, axis) => index + move[axis] * (event.shiftKey ? FAR : 1))));
    else if (event.key === "Enter" || event.key === " ") onPin(now);
    else if (event.key === "Escape") onPin(null);
    else return;
    event.preventDefault();
  });

  const resized = new ResizeObserver(([{ contentRect }]) => {
    wide = Math.min(0.5, Math.max(GLASS[0], GLASS[1] / contentRect.width));
    look(box);
  });
  resized.observe(frame);
  signal.addEventListener("abort", () => resized.disconnect());

  // Shows `rows` x `columns` pixels from (top, left) through the lens, or puts it away; `span` is the longest side of all windows.
  // Where the picture itself is as large as through the lens, a ring around the pixels is enough.
  function look(window) {
    box = window;
    glass.hidden = !box;
    if (!box) return;
    const { top, left, rows, columns, span } = box;
    const side = span + 2 * AROUND;
    const tall = (wide * width) / height;
    const plain = wide * width < 1.5 * side;
    const high = plain ? rows : side;
    const around = plain ? columns : side;
    const y = top - ((high - rows) >> 1);
    const x = left - ((around - columns) >> 1);
    const within = (share, part) => Math.max(0, Math.min(1 - part, share - part / 2));
    const percent = (share) => `${100 * share}%`;
    glass.classList.toggle("cb-plain", plain);
    Object.assign(
      glass.style,
      plain
        ? {
            width: percent(columns / width),
            height: percent(rows / height),
            left: percent(left / width),
            top: percent(top / height),
          }
        : {
            width: percent(wide),
            height: percent(tall),
            left: percent(within((left + columns / 2) / width, wide)),
            top: percent(within((top + rows / 2) / height, tall)),
          },
    );
    Object.assign(ring.style, {
      width: percent(columns / around),
      height: percent(rows / high),
      left: percent((left - x) / around),
      top: percent((top - y) / high),
    });
    if (lens.width !== around || lens.height !== high) [lens.width, lens.height] = [around, high];
    const context = lens.getContext("2d");
    context.clearRect(0, 0, around, high);
    if (picture.image) context.putImageData(picture.image, -x, -y, x, y, around, high);
  }
  return {
    el,
    frame,
    look,
    draw(values, rows, columns, range) {
      [height, width] = [rows, columns];
      picture.draw(values, rows, columns, range);
      frame.classList.toggle("cb-coarse", Math.max(rows, columns) < 128); // pixels large enough to be seen
      look(box);
    },
    // secret: nothing is shown yet but a "?".
    rename(text, note, label, secret = false) {
      name.textContent = text;
      size.textContent = note;
      frame.setAttribute("aria-label", label);
      frame.classList.toggle("cb-secret", secret);
    },
  };
}

export const photo = [BLACK, WHITE]; // the range of an input
