// Fetching what is to be kept before anybody asks for it.
import { FILES, has } from "./scope.js";
import { allKept, isFull, keep, readState } from "./store.js";

const AT_A_TIME = 4; // so that what the reader opens meanwhile gets through

/** Keeps those of these paths that are not kept yet; where there is no more room, as many as fit. */
async function fill(paths) {
  const here = await allKept();
  const missing = paths.filter((path) => !here.has(FILES[path][0]));
  const next = async () => {
    for (let path = missing.shift(); path; path = missing.shift()) await keep(path, FILES[path][0]);
  };
  try {
    await Promise.all(Array.from({ length: AT_A_TIME }, next));
  } catch (error) {
    missing.length = 0; // the others need not go on
    if (!isFull(error)) throw error;
  }
}

/** Keeps the book, and of the rest what the edition before had kept, for the reader has used it. */
export async function keepBook() {
  const { name, lists } = await readState();
  const [old, here] = [lists[name] ?? {}, await allKept()];
  const used = (path) => has(old, path) && here.has(old[path][0]);
  await fill(Object.keys(FILES).filter((path) => has(EDITION.book, path) || used(path)));
}

export const savesData = () => Boolean(/** @type {any} */ (navigator).connection?.saveData);

const bytesOf = (files) => files.reduce((sum, [, bytes]) => sum + bytes, 0);

/** What there is of these files: { total, kept } in bytes, and the paths that are missing with their bytes. */
export async function account(files) {
  const here = await allKept();
  const entries = Object.entries(files);
  const missing = entries
    .filter(([, [sha256]]) => !here.has(sha256))
    .map(([path, [, bytes]]) => [path, bytes]);
  const total = bytesOf(Object.values(files));
  return { total, kept: total - missing.reduce((sum, [, bytes]) => sum + Number(bytes), 0), missing };
}
