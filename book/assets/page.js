// Finding things on a page: elements whose kind their selector tells.

/** @returns {any[]} */
export const all = (selector) => [...document.querySelectorAll(selector)];

/** @returns {any} */
export const one = (selector) => document.querySelector(selector);
