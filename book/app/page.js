// What a page does about keeping the book, once it has loaded: offline.js brings this only where a browser may keep it.
import { recallForGood } from "../assets/memory.js";
import { lookLikeAnApp } from "./dress.js";
import { followEditions, tellNews } from "./editions.js";
import { ask, hello, ROOT, savesData, UNWANTED, workers } from "./registration.js";
import { keepMissing, showKeeping } from "./shelf.js";

const isWanted = () => !savesData() && recallForGood(UNWANTED) === null;

async function start() {
  const registered = await workers.getRegistration(ROOT);
  if (!registered && !isWanted()) return showKeeping(null);
  const registration = await workers.register(`${ROOT}sw.js`, { scope: ROOT, updateViaCache: "none" });
  followEditions(registration);
  showKeeping(registration);
  const { active } = await workers.ready;
  const { book, changes } = await hello(active);
  if ((await ask(active, { ask: "news" })).news) tellNews(changes);
  if (isWanted()) await keepMissing(active, book.missing);
}

lookLikeAnApp();
start().catch(() => {}); // a browser that keeps nothing, or is in private mode: the book reads as well without
