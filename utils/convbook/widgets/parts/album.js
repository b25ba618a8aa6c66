// Pictures as numbers: decoding them, and the album of those that this page knows.
import { bytesOf } from "../arithmetic/base64.js";
import { greyLevels } from "../arithmetic/pixels.js";
import { openAsset } from "./assets.js";

const LONGEST = 1024; // pixels a side; a larger picture of the reader's is reduced
const MOST_OWN = 8; // pictures of the reader's that are kept: 8 MB each
const MOST_PIXELS = 64e6; // of a file: decoding takes 4 bytes each

/**
 * A picture as numbers, row by row: its grey levels, and its colours as RGBA bytes; `from` is its size before it was
 * reduced, `title` what the reader calls it.
 * @typedef {{ height: number, width: number, pixels: Float32Array, rgba: Uint8ClampedArray, from: number[] | null, title?: string }} Picture
 */

// ---- decoding --------------------------------------------------------------------------------------------------

/**
 * What an image, a video or a canvas shows.
 * @returns {Picture}
 */
export function readPixels(source, fullWidth, fullHeight) {
  const scale = Math.min(1, LONGEST / Math.max(fullWidth, fullHeight));
  const width = Math.max(1, Math.round(fullWidth * scale));
  const height = Math.max(1, Math.round(fullHeight * scale));
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white"; // below what is transparent
  context.fillRect(0, 0, width, height);
  context.imageSmoothingQuality = "high";
  context.drawImage(source, 0, 0, width, height);
  const rgba = context.getImageData(0, 0, width, height).data;
  return { height, width, pixels: greyLevels(rgba), rgba, from: scale < 1 ? [fullHeight, fullWidth] : null };
}

/** The picture in a file; throws for one that is broken, or cut off: an <img> would show its first half without a word. */
export async function decode(file) {
  const bitmap = await createImageBitmap(file);
  try {
    return readPixels(bitmap, bitmap.width, bitmap.height);
  } finally {
    bitmap.close();
  }
}

/** As `decode`, for a file of any size: measured before it is decoded, since a small file may claim gigabytes. */
export async function decodeStrange(file) {
  const { width, height } = await measured(file);
  if (width * height > MOST_PIXELS)
    throw new RangeError(`has ${height}×${width} pixels, more than ${MOST_PIXELS / 1e6} million`);
  return decode(file);
}

/** The size of a picture, which the browser reads without decoding it. */
function measured(file) {
  const address = URL.createObjectURL(file);
  const image = new Image();
  const size = new Promise((resolve, reject) => {
    image.onload = () => resolve({ width: image.naturalWidth, height: image.naturalHeight });
    image.onerror = () => reject(new Error("no picture"));
  });
  image.src = address;
  return size.finally(() => URL.revokeObjectURL(address));
}

// "data:image/png;base64,..." as a file, without a request that a page's policy might refuse.
function fileOf(address) {
  return new Blob([bytesOf(address.split(",")[1])]);
}

// ---- the album -------------------------------------------------------------------------------------------------

// By the value of the trait `picture`. The reader's own are here and nowhere else.
/** @type {Map<string, Picture>} */
const known = new Map();
let own = 0;

export const OWN = /^own:\d+$/;

/** A picture that has come already, or undefined. */
export const knownPicture = (name) => known.get(name);

/** The reader's own pictures, [[name, title], ...]. */
export const ownPictures = () =>
  [...known].filter(([name]) => OWN.test(name)).map(([name, { title }]) => [name, title]);

/** Keeps a picture of the reader's, and lets go of the one that was used longest ago, if there are too many. */
export function keepOwn(picture, title) {
  const name = `own:${++own}`;
  known.set(name, { ...picture, title });
  const all = ownPictures();
  for (const [old] of all.slice(0, Math.max(0, all.length - MOST_OWN))) known.delete(old);
  return name;
}

/** Puts the next frame of a webcam in the place of the last one. */
export const replaceOwn = (name, picture) => known.has(name) && Object.assign(known.get(name), picture);

/**
 * The picture of this name. A photograph of the book comes from the page's assets, or from the kernel, which answers a
 * change of `picture` with its file; one that did not come is asked for again the next time.
 * @returns {Promise<Picture>}
 */
export async function openPicture(model, name) {
  const picture = known.get(name) ?? (await read(await fetched(model, name), name));
  known.delete(name); // the last one is the one used last
  known.set(name, picture);
  return picture;
}

async function fetched(model, name) {
  if (OWN.test(name)) throw new Error(whyGone(name));
  return name.startsWith("data:") ? name : openAsset(model, name);
}

async function read(address, name) {
  try {
    return await decode(fileOf(address));
  } catch {
    const title = name.startsWith("data:") ? "What this link brings" : `“${name}”`;
    throw new Error(`${title} could not be read as a picture.`); // the browser's words are for programmers
  }
}

const whyGone = (name) =>
  Number(name.slice("own:".length)) <= own
    ? `Of your own pictures the last ${MOST_OWN} are kept, and this one is older.`
    : "This is a picture of its reader’s own, which never left their browser.";
