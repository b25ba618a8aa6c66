// What the reader has solved: kept in this browser alone, for all tabs and editions, and sent nowhere.
import { recallForGood, rememberForGood } from "./memory.js";

const NAME = "solved";
const CHANGED = "tally";

/** What could not be kept, since the browser keeps nothing or is full: it counts as long as this page is open. */
let unkept = Object.create(null);

const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

function kept() {
  try {
    const all = JSON.parse(recallForGood(NAME) ?? "{}");
    return isObject(all) ? all : {};
  } catch {
    return {}; // something else has written there
  }
}

/**
 * { id: { tries, looked, right } } of all that was answered: how often, whether the answer was looked up before, and the
 * day on which it was right. An id is "01_convolution/0a1b2c3d" for a question, "01_convolution/one_stop" for an exercise;
 * ids that this edition does not know stay where they are.
 */
const entries = () => ({ ...kept(), ...unkept });

function entryOf(id) {
  const all = entries();
  return Object.hasOwn(all, id) && isObject(all[id]) ? all[id] : {};
}

// Reads again what is kept before it writes: another tab may have written in between.
function write(id, entry) {
  const { [id]: before, ...others } = kept();
  const all = entry ? { ...others, [id]: entry } : others;
  delete unkept[id];
  if (!rememberForGood(NAME, JSON.stringify(all)) && entry) unkept[id] = entry;
  dispatchEvent(new Event(CHANGED));
}

const today = () => new Date().toISOString().slice(0, 10);

/** A question was answered; once it was right, no more tries count. */
export function countTry(id, right) {
  const { tries = 0, looked, right: before } = entryOf(id);
  if (before) return;
  write(id, { tries: tries + 1, ...(looked && { looked }), ...(right && { right: today() }) });
}

/** The answer to a question was opened, perhaps before it was given. */
export function lookUp(id) {
  const entry = entryOf(id);
  if (!entry.right && !entry.looked) write(id, { ...entry, looked: true });
}

/** An exercise was solved: its check on the page says so, or the reader, whose own notebook no page can see. */
export const tick = (id, solved) => write(id, solved ? { right: today() } : null);

export const isSolved = (id) => Boolean(entryOf(id).right);

/** How many of these are solved, and how many of them at the first try: { solved, atOnce }. */
export function count(ids) {
  const solved = ids.map(entryOf).filter(({ right }) => right);
  return {
    solved: solved.length,
    atOnce: solved.filter(({ tries, looked }) => tries === 1 && !looked).length,
  };
}

/** How a question stands, in words; "" if nobody has answered it. */
export function standing(id) {
  const { tries = 0, looked, right } = entryOf(id);
  if (!right && !tries) return looked ? "looked up" : "";
  if (!right) return tries === 1 ? "tried once" : `tried ${tries} times`;
  if (!tries) return "solved";
  const how = tries === 1 ? "at the first try" : `at try ${tries}`;
  return looked ? `right ${how}, after a look at the answer` : `right ${how}`;
}

/** All ids of which something is known, and when they were solved. @returns {[string, string][]} */
export const everything = () =>
  Object.entries(entries()).map(([id, entry]) => [id, isObject(entry) ? (entry.right ?? "") : ""]);

/** Whether the browser keeps anything: asked once, for other tabs hear of every change. */
export const keeps = () => rememberForGood("trial", "kept") && rememberForGood("trial", null);

/** Whether something of this page could not be kept. */
export const isUnkept = () => Object.keys(unkept).length > 0;

export function forget() {
  unkept = Object.create(null);
  rememberForGood(NAME, null);
  dispatchEvent(new Event(CHANGED));
}

/** Calls `paint` now, and whenever something was solved, here or in another tab. */
export function follow(paint) {
  paint();
  for (const event of [CHANGED, "storage", "pageshow"]) addEventListener(event, paint);
}
