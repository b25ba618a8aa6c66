// A new edition: it lies ready beside the one that is open, takes its place when the reader wishes, and says so once.
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { say } from "./notice.js";
import { installed, ROOT, workers } from "./registration.js";

let wished = false; // the reader has asked for the new one, here

async function renew(registration) {
  say("The new edition is on its way …", [], "Not now");
  await registration.update().catch(() => {});
  if (registration.installing) await installed(registration.installing);
  if (!registration.waiting) return location.reload();
  wished = true;
  registration.waiting.postMessage({ ask: "takeOver" });
}

const PUT_OFF = "seeing-convolutions later"; // until this tab is closed

function isPutOff() {
  try {
    return sessionStorage.getItem(PUT_OFF) !== null;
  } catch {
    return false;
  }
}

function putOff() {
  try {
    sessionStorage.setItem(PUT_OFF, "");
  } catch {
    /* then the next page asks again */
  }
}

/** Offers to reload the page as the new edition has it; whoever has put it off is asked again only if they `must`. */
function offer(registration, { must = false } = {}) {
  if (isPutOff() && !must) return;
  const reload = h("button", { type: "button", onclick: () => renew(registration) }, "Reload");
  say("A new edition of the book is here.", [reload], "Later", putOff);
}

function watch(registration, fresh) {
  if (fresh && workers.controller)
    installed(fresh).then((well) => {
      if (well && registration.waiting) offer(registration);
    });
}

/** Offers a new edition whenever there is one. */
export function followEditions(registration) {
  watch(registration, registration.waiting ?? registration.installing);
  registration.addEventListener("updatefound", () => watch(registration, registration.installing));
  workers.addEventListener("controllerchange", () => {
    if (wished) location.reload();
    else offer(registration); // it has taken over in another tab
  });
  workers.addEventListener("message", ({ data }) => {
    if (data.another) offer(registration, { must: true }); // the server has a file of another edition in place of one of this page
  });
}

/** Says that this is a new edition. */
export function tellNews(changes) {
  const link = h("a", { href: `${ROOT}book/changes.html` }, "What is new");
  say("This is a new edition of the book.", changes ? [link] : [], "Good");
}
