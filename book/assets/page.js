// Finding things on a page: elements whose kind their selector tells.

/** @returns {any[]} */
export const all = (selector) => [...document.querySelectorAll(selector)];

/** What a fragment names, "#equivariance"; null if it names nothing, or is cut off within a letter. @returns {any} */
export function named(fragment) {
  try {
    return document.getElementById(decodeURIComponent(fragment.slice(1)));
  } catch {
    return null;
  }
}

/** @returns {any} */
export const one = (selector) => document.querySelector(selector);
