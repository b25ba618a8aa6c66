// The service worker: a browser that has opened the book keeps it, and reads on without a connection.
//
// It is one file with the list of one edition, so the two can never be apart. It claims no page that is open already: that
// page came from the server, and stays with it.
import { leave, lookWhetherItIsThere, page, part } from "./answers.js";
import { account, keepBook, savesData } from "./keeping.js";
import { isNews, takeOver } from "./pages.js";
import { FILES, has, SCOPE, worker } from "./scope.js";
import { isFull, keep, OtherEdition } from "./store.js";

worker.addEventListener("install", (event) => {
  if (!savesData()) event.waitUntil(keepBook());
});

worker.addEventListener("activate", (event) => event.waitUntil(takeOver()));

worker.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  if (!url.startsWith(SCOPE.href) || !["GET", "HEAD"].includes(method)) return;
  if (mode !== "navigate") return event.respondWith(part(event));
  event.respondWith(page(event));
  event.waitUntil(lookWhetherItIsThere());
});

// ---- what a page may ask ----------------------------------------------------------------------------------------------------

const faultOf = (error) =>
  isFull(error) ? "full" : error instanceof OtherEdition ? "another" : "connection";

const ANSWERS = {
  hello: async () => ({
    book: await account(EDITION.book),
    python: await account(EDITION.python),
    changes: has(EDITION.book, "book/changes.html"),
  }),
  news: async () => ({ news: await isNews() }),
  keep: async ({ path }) => {
    try {
      await keep(path, FILES[path][0]);
      return {};
    } catch (error) {
      return { fault: faultOf(error) };
    }
  },
  leave: async () => ({ left: await leave() }),
  takeOver: () => worker.skipWaiting(),
};

worker.addEventListener("message", (event) => {
  const answer = ANSWERS[event.data.ask](event.data);
  event.waitUntil(answer.then((words) => event.ports[0]?.postMessage(words)));
});
