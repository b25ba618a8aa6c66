// Folds: a link that leads into one opens it, and what was open is open again after a reload.
import { recall, remember } from "./memory.js";
import { all, named } from "./page.js";

function openAround(place) {
  for (let fold = place?.closest("details"); fold; fold = fold.parentElement.closest("details"))
    fold.open = true;
}

export function keepFolds() {
  all("details.fold").forEach((fold, i) => {
    const keep = () => remember(`fold ${i}`, fold.open ? "open" : null);
    fold.open ||= recall(`fold ${i}`) === "open";
    fold.addEventListener("toggle", keep);
    addEventListener("pagehide", keep); // for who reloads before the browser has told of the toggle
  });
  const follow = () => {
    const place = named(location.hash);
    if (!place?.closest("details:not([open])")) return;
    openAround(place);
    place.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  follow();
}
