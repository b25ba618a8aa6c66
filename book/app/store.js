// What this browser keeps of the book: each file once, under its sha256. So an edition that is half there can go on, a new
// one loads only what has changed, and no file can pass for another.
import { addressOf, NAME, SCOPE } from "./scope.js";
import { typeOf } from "./types.js";

const keyOf = (sha256) => `${SCOPE.href}?sha256=${sha256}`;
const STATE = `${SCOPE.href}?state`;
const open = () => caches.open(NAME);

/** What the server has is of another edition, or is no file of the book at all. */
export class OtherEdition extends Error {}

export const isFull = (error) => error?.name === "QuotaExceededError";

const hex = (bytes) => [...new Uint8Array(bytes)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

// What a server says of a file stays with it, its policy above all; what it says of the way there does not. Its type is
// what it is, even where a server does not know.
const OF_THE_WAY = ["content-encoding", "transfer-encoding", "vary", "age", "date"];

function headersOf(response, path, size) {
  const headers = new Headers(response.headers);
  for (const name of OF_THE_WAY) headers.delete(name);
  headers.set("content-length", String(size));
  const type = typeOf(path);
  if (type) headers.set("content-type", type);
  return headers;
}

/** The file from the server, if it is the one that the edition means: as a page has just had it, or else anew. */
async function ask(path, sha256) {
  const ways = [() => fetch(addressOf(path)), () => fetch(addressOf(path, sha256), { cache: "reload" })];
  for (const way of ways) {
    const response = await way();
    const bytes = response.ok ? await response.arrayBuffer() : new ArrayBuffer(0);
    if (response.ok && hex(await crypto.subtle.digest("SHA-256", bytes)) === sha256)
      return new Response(bytes, { headers: headersOf(response, path, bytes.byteLength) });
  }
  throw new OtherEdition(path);
}

// A storage that fails keeps nothing, but whoever is connected reads on.
export const kept = async (sha256) =>
  open()
    .then((cache) => cache.match(keyOf(sha256)))
    .catch(() => undefined);

/** Fetches a file and keeps it. */
export async function keep(path, sha256) {
  const response = await ask(path, sha256);
  await (await open()).put(keyOf(sha256), response.clone());
  return response;
}

/** The file: kept, or fetched and, if the browser can, kept. */
export async function get(path, sha256) {
  const here = await kept(sha256);
  if (here) return here;
  const response = await ask(path, sha256);
  const copy = response.clone();
  await open()
    .then((cache) => cache.put(keyOf(sha256), copy))
    .catch(() => {});
  return response;
}

const shaOf = (request) => new URL(request.url).searchParams.get("sha256");

/** The sha256 of all that is kept. */
export const allKept = async () => new Set((await (await open()).keys()).map(shaOf));

/** Lets go of all files but these. */
export async function letGo(wanted) {
  const cache = await open();
  const old = (await cache.keys()).filter((request) => shaOf(request) && !wanted.has(shaOf(request)));
  await Promise.all(old.map((request) => cache.delete(request)));
}

export const forget = () => caches.delete(NAME);

// ---- and a few words of the worker's own, which is stopped and started as the browser likes --------------------------------

const EMPTY = () => ({ name: "", news: false, missing: null, lists: {}, pages: {} });

/** What was written, if it can be read and is whole. */
export async function readState() {
  try {
    const written = await (await open()).match(STATE);
    const state = { ...EMPTY(), ...(written && (await written.json())) };
    return [state.lists, state.pages].every((part) => part && typeof part === "object") ? state : EMPTY();
  } catch {
    return EMPTY();
  }
}

/** Writes it down; where that cannot be, it lasts as long as the worker. */
export const writeState = (state) =>
  open()
    .then((cache) => cache.put(STATE, new Response(JSON.stringify(state))))
    .catch(() => {});
