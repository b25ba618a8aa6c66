// Bytes in a widget's state: JSON holds none, so they travel beside it, each with its path.

/** @typedef {(string | number)[]} Path */

const isBytes = (/** @type {any} */ value) => value instanceof ArrayBuffer || ArrayBuffer.isView(value);

const asBytes = (/** @type {ArrayBuffer | ArrayBufferView} */ value) =>
  value instanceof ArrayBuffer
    ? new Uint8Array(value.slice(0))
    : new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice();

/** A state without its bytes, the bytes, and their paths. */
export function apart(/** @type {Record<string, any>} */ whole) {
  /** @type {Path[]} */
  const paths = [];
  /** @type {Uint8Array[]} */
  const buffers = [];
  const without = (/** @type {any} */ value, /** @type {Path} */ path) => {
    if (isBytes(value)) {
      paths.push(path);
      buffers.push(asBytes(value));
      return null;
    }
    if (Array.isArray(value)) return value.map((part, i) => without(part, [...path, i]));
    if (typeof value !== "object" || value === null) return value;
    const parts = Object.entries(value).map(([name, part]) => [name, without(part, [...path, name])]);
    return Object.fromEntries(parts.filter(([name]) => !isBytes(value[name])));
  };
  return { state: without(whole, []), paths, buffers };
}

/** A state with its bytes in their places, as views of them. */
export function together(
  /** @type {any} */ state,
  /** @type {Path[]} */ paths = [],
  /** @type {Uint8Array[]} */ buffers = [],
) {
  paths.forEach((path, i) => {
    const place = path.slice(0, -1).reduce((inside, step) => inside[step], state);
    const { buffer, byteOffset, byteLength } = buffers[i];
    place[/** @type {string} */ (path.at(-1))] = new DataView(buffer, byteOffset, byteLength);
  });
  return state;
}
