// What a reader did, kept in this browser alone: on a page until the tab is closed, or for good. Where a browser refuses
// to keep it, it is forgotten.
const BOOK = "seeing-convolutions"; // other books may live on the same host, and other editions of this one

export function recallForGood(name) {
  try {
    return localStorage.getItem(`${BOOK} ${name}`);
  } catch {
    return null;
  }
}

/** The names that begin so, of all that is kept for good. */
export function namesKept(start) {
  try {
    const names = Object.keys(localStorage).filter((name) => name.startsWith(`${BOOK} ${start}`));
    return names.map((name) => name.slice(BOOK.length + 1));
  } catch {
    return [];
  }
}

/** @returns {boolean} whether it is kept */
export function rememberForGood(name, value) {
  try {
    if (value === null) localStorage.removeItem(`${BOOK} ${name}`);
    else localStorage.setItem(`${BOOK} ${name}`, value);
    return true;
  } catch {
    return false;
  }
}

/** Calls `heard` with each name that begins so, whenever another tab has written it. */
export function hearOfOthers(start, heard) {
  const all = `${BOOK} ${start}`;
  addEventListener("storage", ({ key }) => key?.startsWith(all) && heard(key.slice(BOOK.length + 1)));
}

const keyOf = (name) => `${location.pathname} ${name}`;

export function recall(name) {
  try {
    return sessionStorage.getItem(keyOf(name));
  } catch {
    return null;
  }
}

export function remember(name, value) {
  try {
    if (value === null) sessionStorage.removeItem(keyOf(name));
    else sessionStorage.setItem(keyOf(name), value);
  } catch {
    /* nothing is kept */
  }
}
