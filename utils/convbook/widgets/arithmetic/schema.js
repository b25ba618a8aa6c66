// Whether a value is one that Python would take, by the JSON Schema that its trait in `traits.py` gives. No DOM here.
import { format } from "./numbers.js";

/** @typedef {Record<string, any>} Schema the keywords below, with their meaning in JSON Schema, and `rectangular` */

const isObject = (/** @type {any} */ value) =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const TYPES = {
  array: Array.isArray,
  boolean: (/** @type {any} */ value) => typeof value === "boolean",
  integer: Number.isInteger,
  null: (/** @type {any} */ value) => value === null,
  number: Number.isFinite,
  object: isObject,
  string: (/** @type {any} */ value) => typeof value === "string",
};
const WORDS = {
  array: "a list",
  boolean: "true or false",
  integer: "a whole number",
  null: "nothing",
  number: "a number",
  object: "an object",
  string: "a word",
};

const sizes = (/** @type {any} */ value) =>
  Array.isArray(value) ? [value.length, ...sizes(value[0] ?? null)] : [];
const isRectangular = (/** @type {any} */ value, [length = 0, ...inner] = sizes(value)) =>
  !Array.isArray(value) || (value.length === length && value.every((part) => isRectangular(part, inner)));

const limits = ({ minimum, maximum }) =>
  minimum === undefined
    ? `at most ${format(maximum)}`
    : maximum === undefined
      ? `at least ${format(minimum)}`
      : `from ${format(minimum)} to ${format(maximum)}`;

/** How each keyword is broken: it returns what would fit, in words, or null. */
const KEYWORDS = {
  anyOf: (/** @type {Schema[]} */ choices, /** @type {any} */ value) => {
    const misfits = choices.map((choice) => misfit(choice, value));
    const alike = choices.findIndex(({ type }) => type && TYPES[type](value));
    return misfits.includes(null) ? null : misfits[Math.max(0, alike)];
  },
  type: (type, value) => (TYPES[type](value) ? null : WORDS[type]),
  enum: (choices, value) => (choices.includes(value) ? null : `one of ${choices.join(", ")}`),
  pattern: (pattern, value) => (new RegExp(pattern).test(value) ? null : "another word"),
  maxLength: (most, value) => (value.length <= most ? null : `at most ${most} letters`),
  minimum: (least, value, all) => (value >= least ? null : limits(all)),
  maximum: (most, value, all) => (value <= most ? null : limits(all)),
  minItems: (least, value) => (value.length >= least ? null : `at least ${least} long`),
  maxItems: (most, value) => (value.length <= most ? null : `at most ${most} long`),
  prefixItems: (/** @type {Schema[]} */ items, value) => first(items, (item, n) => misfit(item, value[n])),
  items: (item, value, { prefixItems = [] }) =>
    first(value.slice(prefixItems.length), (part) => misfit(item, part)),
  required: (names, value) => first(names, (name) => (Object.hasOwn(value, name) ? null : `with a ${name}`)),
  properties: (properties, value) =>
    first(Object.keys(value), (name) =>
      Object.hasOwn(properties, name) ? misfit(properties[name], value[name]) : null,
    ),
  additionalProperties: (_, value, { properties }) =>
    first(Object.keys(value), (name) => (Object.hasOwn(properties, name) ? null : `without “${name}”`)),
  rectangular: (_, value) => (isRectangular(value) ? null : "rows of the same length"),
};

/** What a value should have been, in words, if it is not what the schema asks for; null if it is. */
export function misfit(/** @type {Schema} */ schema, /** @type {any} */ value) {
  return first(Object.entries(schema), ([keyword, rule]) => KEYWORDS[keyword](rule, value, schema));
}

function first(/** @type {any[]} */ list, /** @type {(item: any, n: number) => string | null} */ ask) {
  for (const [n, item] of list.entries()) {
    const answer = ask(item, n);
    if (answer !== null) return answer;
  }
  return null;
}
