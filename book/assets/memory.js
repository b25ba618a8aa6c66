// What a reader did on this page, kept until the tab is closed; where a browser refuses to keep it, it is forgotten.
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
