// What a request gets.
import { filesOf, inherit, isFromTheServer, isMissingForGood } from "./pages.js";
import { FILES, pathOf, SCOPE, worker } from "./scope.js";
import { forget, get, OtherEdition } from "./store.js";

/** As much of an answer as was asked for: its headers alone, or a part of it. */
export async function fit(request, response) {
  if (request.method === "HEAD") return new Response(null, response);
  const range = /^bytes=(\d*)-(\d*)$/.exec(request.headers.get("range") ?? "");
  if (!range || !(range[1] || range[2])) return response;
  const whole = await response.blob();
  const [from, to] = range[1]
    ? [Number(range[1]), range[2] ? Math.min(Number(range[2]), whole.size - 1) : whole.size - 1]
    : [Math.max(whole.size - Number(range[2]), 0), whole.size - 1]; // the last so many
  const headers = new Headers(response.headers);
  headers.set("content-range", from > to ? `bytes */${whole.size}` : `bytes ${from}-${to}/${whole.size}`);
  if (from > to) return new Response(null, { status: 416, headers });
  return new Response(whole.slice(from, to + 1), { status: 206, headers });
}

// ---- pages ----------------------------------------------------------------------------------------------------------------

let gone = false; // the book has moved: its server sends whoever asks for it elsewhere

/**
 * Asks, once while the worker runs, whether the book is still there. One that was taken down is forgotten, at once if the
 * server says that it is gone, and else a day later; of one that has moved the server shall tell the way.
 */
let asked;
export function lookWhetherItIsThere() {
  asked ??= (async () => {
    const address = `${SCOPE.href}sw.js`;
    const answer = await fetch(address, { method: "HEAD", cache: "no-store", redirect: "manual" }).catch(
      () => null,
    );
    gone = answer?.type === "opaqueredirect";
    if (answer?.status === 410) return leave();
    const missing = answer?.status === 404;
    if ((missing || answer?.ok) && (await isMissingForGood(missing))) await leave();
  })();
  return asked;
}

/** Leaves the browser as if the book had never been kept. */
export async function leave() {
  gone = true;
  await forget();
  await worker.registration.unregister();
}

const SORRY = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Not kept · Seeing Convolutions</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<script src="{}_static/mode.js"></script><link rel="stylesheet" href="{}_static/book.css"></head>
<body><main><article><h1>This page is not kept here</h1>
<p>There is no connection at the moment, and this address is not among the pages that your browser keeps.</p>
<p><a href="">Try again</a>, or go on reading from <a href="{}">the front page</a>, which is here.</p>
</article></main></body></html>`;

const sorry = () =>
  new Response(SORRY.replaceAll("{}", SCOPE.pathname), {
    status: 503,
    headers: { "content-type": "text/html; charset=utf-8" },
  });

async function fromTheServer({ request, resultingClientId }) {
  const response = await fetch(request);
  // One that sends elsewhere is no page yet.
  if (response.type !== "opaqueredirect") await isFromTheServer(resultingClientId);
  return response;
}

async function ours({ request }) {
  const path = pathOf(request.url, FILES);
  return path === undefined ? null : fit(request, await get(path, FILES[path][0]));
}

/** A page: of this edition, kept or fetched; else as the server gives it, with all its files. */
export async function page(event) {
  const ways = gone ? [fromTheServer, ours] : [ours, fromTheServer];
  for (const way of ways) {
    const response = await way(event).catch(() => null);
    if (response) return response;
  }
  return sorry();
}

// ---- what belongs to a page -----------------------------------------------------------------------------------------------

async function tellOfAnother(clientId) {
  worker.registration.update().catch(() => {});
  const client = await worker.clients.get(clientId);
  client?.postMessage({ another: true });
}

const REFUSED = "This file belongs to another edition of the book: reload the page.";

/** A file that a page asks for: of the page's own edition, or none. */
export async function part({ request, clientId, resultingClientId }) {
  if (resultingClientId) await inherit(clientId, resultingClientId);
  const files = await filesOf(clientId);
  const path = files && pathOf(request.url, files);
  if (!path) return fetch(request);
  try {
    return await fit(request, await get(path, files[path][0]));
  } catch (error) {
    if (!(error instanceof OtherEdition)) return Response.error();
    await tellOfAnother(clientId);
    return new Response(REFUSED, { status: 409, statusText: "Another edition" });
  }
}
