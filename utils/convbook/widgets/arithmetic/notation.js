// Networks as text, in Python's notation: "[Conv(8, 3), Pool(2)] * 2 + [Linear(10)]", as convbook.shapes.read_layers reads it.
// No DOM here.
import { KINDS } from "./layers.js";

const TOKEN = /(\s+|#[^\n]*)|([A-Za-z_]\w*)|(\d+)|("(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|([[\](),=+*-])/y;
const CONSTANTS = { True: true, False: false, None: null };
const MOST_LAYERS = 5000;
const DEEP = 60; // lists within lists
const EXAMPLE = "[Conv(8, 3), Pool(2), Linear(10)]";

/** The layers that a text describes; throws, in words for the reader, with the line. */
export function readLayers(/** @type {string} */ text) {
  const reader = new Reader(text);
  const layers = reader.sum();
  if (reader.token.kind !== "end")
    throw reader.trouble(`expects the end behind the list, but finds ${reader.shown()}`);
  if (!Array.isArray(layers) || isTuple(layers))
    throw new RangeError(`A network is a list of layers, such as ${EXAMPLE}.`);
  reader.checkLayers(layers);
  const known = new Map();
  if (layers.reduce((sum, layer) => sum + extent(layer, known), 0) > MOST_LAYERS)
    throw new RangeError(`A network can have at most ${MOST_LAYERS} layers.`);
  return layers;
}

/** How many layers there are in a layer, itself included; what is repeated is `known`. */
function extent(layer, known) {
  if (!known.has(layer)) {
    const inside = [...(layer.layers ?? []), ...(layer.stacks ?? []).flat()];
    known.set(
      layer,
      inside.reduce((sum, one) => sum + extent(one, known), 1),
    );
  }
  return known.get(layer);
}

const tuples = new WeakSet();
const isTuple = (value) => tuples.has(value);
const isList = (value) => Array.isArray(value) && !isTuple(value);

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.deep = 0;
    this.sawComma = false;
    this.token = { kind: "start", value: "", from: 0 };
    this.next();
  }

  lineOf = (at) => this.text.slice(0, at).split("\n").length;

  trouble = (words) => new RangeError(`Line ${this.lineOf(this.token.from)} ${words}.`);

  shown = () => (this.token.kind === "end" ? "the end" : `“${this.token.value}”`);

  next() {
    const before = this.token;
    do this.token = this.scan();
    while (this.token.kind === "space");
    return before;
  }

  scan() {
    const from = this.at;
    if (from >= this.text.length) return { kind: "end", value: "", from };
    TOKEN.lastIndex = this.at;
    const found = TOKEN.exec(this.text);
    if (!found)
      throw new RangeError(
        `Line ${this.lineOf(from)} has “${this.text[this.at]}”, which means nothing here.`,
      );
    this.at = TOKEN.lastIndex;
    const kind = ["space", "name", "number", "string", "sign"][
      found.slice(1).findIndex((part) => part !== undefined)
    ];
    return { kind, value: found[0], from };
  }

  take(sign, what) {
    if (this.token.value !== sign || this.token.kind !== "sign")
      throw this.trouble(`expects ${what}, but finds ${this.shown()}`);
    this.next();
  }

  has(sign) {
    return this.token.kind === "sign" && this.token.value === sign;
  }

  // ---- lists added and repeated --------------------------------------------------------------------------------------

  sum() {
    this.deep += 1;
    if (this.deep > DEEP) throw this.trouble(`has more than ${DEEP} lists within each other`);
    let value = this.product();
    while (this.has("+")) {
      this.next();
      const more = this.product();
      if (!isList(value) || !isList(more)) throw this.trouble("adds something that is no list");
      value = [...value, ...more];
    }
    this.deep -= 1;
    return value;
  }

  product() {
    let value = this.value();
    while (this.has("*")) {
      this.next();
      value = this.repeated(value, this.value());
    }
    return value;
  }

  repeated(left, right) {
    const [layers, times] = isList(left) ? [left, right] : [right, left];
    if (!isList(layers) || !Number.isInteger(times))
      throw this.trouble("repeats something: write a list and a number, as in [Conv(8, 3)] * 2");
    if (layers.length * times > MOST_LAYERS) throw this.trouble(`makes more than ${MOST_LAYERS} layers`);
    return Array.from({ length: times }, () => layers).flat();
  }

  // ---- values --------------------------------------------------------------------------------------------------------

  value() {
    const { kind, value } = this.token;
    if (kind === "number") return Number(this.next().value);
    if (kind === "string") return unquoted(this.next().value);
    if (kind === "name" && Object.hasOwn(CONSTANTS, value)) return CONSTANTS[this.next().value];
    if (kind === "name") return this.layer();
    if (this.has("[")) return this.items("]");
    if (this.has("(")) return this.parentheses();
    throw this.trouble(`expects a layer, a list or a number, but finds ${this.shown()}`);
  }

  items(end) {
    const { from } = this.next();
    const items = [];
    let comma = false;
    while (!this.has(end)) {
      items.push(...this.item());
      comma = this.has(",");
      if (!this.has(end)) this.take(",", `“,” or “${end}” (opened in line ${this.lineOf(from)})`);
    }
    this.sawComma = comma;
    this.next();
    return items;
  }

  /** What stands at one place of a list: one thing, or all of a list behind a star. */
  item() {
    if (!this.has("*")) return [this.sum()];
    this.next();
    const items = this.sum();
    if (!isList(items)) throw this.trouble("has a * that is followed by no list");
    return items;
  }

  /** A pair, or one value in parentheses. */
  parentheses() {
    const items = this.items(")");
    if (items.length === 1 && !this.sawComma) return items[0];
    tuples.add(items);
    return items;
  }

  // ---- layers --------------------------------------------------------------------------------------------------------

  layer() {
    const { value: kind } = this.token;
    const settings = Object.hasOwn(KINDS, kind) ? KINDS[kind] : null;
    if (!settings)
      throw this.trouble(`has “${kind}”, which is no layer. There are ${Object.keys(KINDS).join(", ")}`);
    this.next();
    this.take("(", `“(” behind ${kind}, as in ${kind}()`);
    const given = this.arguments(kind, Object.keys(settings));
    const missing = Object.keys(settings).filter(
      (name) => settings[name] === undefined && !Object.hasOwn(given, name),
    );
    if (missing.length) throw this.trouble(`has a ${kind} that needs ${missing.join(" and ")}`);
    const layer = { kind, ...settings, ...given };
    this.check(layer);
    return layer;
  }

  arguments(kind, names) {
    const given = {};
    while (!this.has(")")) {
      const name = this.isKeyword() ? this.next().value : names[Object.keys(given).length];
      if (this.has("=")) this.next();
      if (!names.includes(name))
        throw this.trouble(
          name
            ? `has a ${kind} with “${name}”; it takes ${names.join(", ") || "nothing"}`
            : `gives ${kind} too much: it takes ${names.join(", ") || "nothing"}`,
        );
      if (Object.hasOwn(given, name)) throw this.trouble(`gives ${kind} its ${name} twice`);
      given[name] = this.sum();
      if (!this.has(")")) this.take(",", `“,” or “)” within ${kind}`);
    }
    this.next();
    return given;
  }

  isKeyword() {
    return this.token.kind === "name" && /^\s*=/.test(this.text.slice(this.at));
  }

  // ---- what fits -----------------------------------------------------------------------------------------------------

  check(layer) {
    const { kind } = layer;
    if (kind === "Block") {
      if (typeof layer.name !== "string") throw this.trouble("has a Block whose name is no text");
      this.checkLayers(layer.layers);
    }
    if (kind === "Branches") this.checkBranches(layer);
    if (kind === "Activation" && typeof layer.name !== "string")
      throw this.trouble("has an Activation whose name is no text");
    for (const [name, value] of Object.entries(layer))
      if (isSetting(name) && !isNumeric(value, kind, name))
        throw this.trouble(`has a ${kind} whose ${name} is no number or pair of numbers`);
    for (const name of ["bias", "ceil_mode"])
      if (name in layer && typeof layer[name] !== "boolean")
        throw this.trouble(`has a ${kind} whose ${name} is neither True nor False`);
  }

  checkBranches({ stacks, join }) {
    if (!Array.isArray(stacks) || !stacks.length || !stacks.every(Array.isArray))
      throw this.trouble("has Branches that are no lists: write Branches([[Conv(8, 3, padding=1)], []])");
    for (const stack of stacks) this.checkLayers(stack);
    if (!["add", "concat", "multiply"].includes(join))
      throw this.trouble('has Branches whose join is none of "add", "concat" and "multiply"');
  }

  checkLayers(layers) {
    if (!Array.isArray(layers)) throw this.trouble("expects a list of layers in brackets");
    if (!layers.every((layer) => layer?.kind))
      throw this.trouble(`has something in a list that is no layer, such as Conv(8, 3)`);
  }
}

const unquoted = (text) =>
  text.slice(1, -1).replace(/\\(.)/g, (_, letter) => ({ n: "\n", t: "\t" })[letter] ?? letter);

const isSetting = (name) => !["kind", "name", "layers", "stacks", "join", "bias", "ceil_mode"].includes(name);

function isNumeric(value, kind, name) {
  if (typeof value === "string") return name === "padding";
  if (value === null) return kind === "Pool" && name === "stride";
  return Array.isArray(value)
    ? value.length === 2 && value.every((one) => isNumeric(one, kind, name))
    : Number.isInteger(value);
}
