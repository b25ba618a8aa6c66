// Which edition the open pages are of. A page takes files of its own edition alone, also when a new one has taken over
// while it stays open; and one that came from the server as it is takes all its files from there.
import { FILES, worker } from "./scope.js";
import { letGo, readState, writeState } from "./store.js";

const FROM_THE_SERVER = ""; // in place of the name of an edition
const MOST = 200; // pages that came from the server and are remembered

// {name, news, missing, lists: {edition: files}, pages: {id of a page: edition}}; kept, for a worker is soon stopped
let state;
const now = () => {
  state ??= readState();
  return state;
};

/** The files of the edition that a page is of; null for one that the server gave. */
export async function filesOf(page) {
  const { lists, pages } = await now();
  const name = pages[page] ?? EDITION.name;
  if (name === FROM_THE_SERVER) return null;
  return lists[name] ?? FILES;
}

/** A page comes from the server. */
export async function isFromTheServer(page) {
  const known = await now();
  known.pages[page] = FROM_THE_SERVER;
  const many = Object.keys(known.pages).filter((id) => known.pages[id] === FROM_THE_SERVER);
  for (const id of many.slice(0, -MOST)) delete known.pages[id];
  await writeState(known);
}

/** A worker that a page starts is of the page's edition. */
export async function inherit(page, started) {
  const known = await now();
  if (known.pages[page] === undefined) return;
  known.pages[started] = known.pages[page];
  await writeState(known);
}

const inUse = ({ lists }) =>
  new Set(
    Object.values(lists)
      .flatMap(Object.values)
      .map(([sha256]) => sha256),
  );

/** Drops the editions that no open page is of, and their files. */
async function tidy(known) {
  const needed = new Set([EDITION.name, ...Object.values(known.pages)]);
  const names = Object.keys(known.lists);
  known.lists = Object.fromEntries(
    names.filter((name) => needed.has(name)).map((name) => [name, known.lists[name]]),
  );
  await writeState(known);
  const { installing, waiting } = worker.registration;
  if (!installing && !waiting) await letGo(inUse(known)); // else what a newer edition has fetched would go, too
}

const openPages = async () => (await worker.clients.matchAll({ type: "all" })).map(({ id }) => id);

/** This edition takes over; pages that are open stay what they are. */
export async function takeOver() {
  const before = await readState();
  const open = await openPages();
  const pages = Object.fromEntries(open.map((id) => [id, before.pages[id] ?? before.name]));
  const lists = { ...before.lists, [EDITION.name]: FILES };
  const news = !["", EDITION.name].includes(before.name);
  const known = { name: EDITION.name, news, missing: null, lists, pages };
  state = Promise.resolve(known);
  await tidy(known);
}

/** Whether this edition is news to the reader; it is once. An occasion to drop what only pages needed that are closed now. */
export async function isNews() {
  const known = await now();
  const { news } = known;
  const open = await openPages();
  const gone = Object.keys(known.pages).filter((id) => known.pages[id] && !open.includes(id));
  if (!news && !gone.length) return false;
  known.news = false;
  for (const id of gone) delete known.pages[id];
  await tidy(known);
  return news;
}

const DAY = 24 * 60 * 60 * 1000; // ms

/**
 * Notes whether the server lacks the worker's own file. It may for a moment, while an edition is on its way up.
 * @returns {Promise<boolean>} whether it still does a day after it was first missed
 */
export async function isMissingForGood(missing) {
  const known = await now();
  const [before, today] = [known.missing, Date.now()];
  known.missing = missing ? Math.min(before ?? today, today) : null; // a clock may have been set back
  if (known.missing !== before) await writeState(known);
  return missing && today - known.missing >= DAY;
}
