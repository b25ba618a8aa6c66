/// <reference path="edition.d.ts" />
// Where the service worker stands, and what it is told: finish_book.py writes the list of its edition in front of it.

export const worker = /** @type {any} */ (self);
export const SCOPE = new URL(worker.registration.scope);
export const FILES = { ...EDITION.book, ...EDITION.python, ...EDITION.more };

/** Under this name a browser keeps the book; others may live on the same host. */
export const NAME = `${SCOPE.pathname} seeing-convolutions`;

export const has = (files, path) => Object.hasOwn(files, path);

/** Which of these files an address means, whatever stands behind its "?"; undefined if none. */
export function pathOf(address, files) {
  const { origin, pathname } = new URL(address);
  if (origin !== SCOPE.origin || !pathname.startsWith(SCOPE.pathname)) return undefined;
  try {
    const path = decodeURIComponent(pathname.slice(SCOPE.pathname.length));
    // A folder means its index, and some servers leave out ".html".
    return [path, `${path}index.html`, `${path}.html`].find((name) => has(files, name));
  } catch {
    return undefined; // cut off within a letter
  }
}

/** The address of a file; with its sha256 no copy on the way takes it for that of another edition. */
export function addressOf(path, sha256 = "") {
  const name = path.split("/").map(encodeURIComponent).join("/");
  return `${SCOPE.href}${name}${sha256 && `?v=${sha256.slice(0, 12)}`}`;
}
