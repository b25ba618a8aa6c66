// Paper is white, shows every answer and every picture, and needs no buttons (book.css leaves them out).
import { all } from "./page.js";

export function preparePaper() {
  const root = document.documentElement;
  let opened = [];
  addEventListener("beforeprint", () => {
    root.dataset.theme = "light";
    for (const picture of all("img[loading]")) picture.loading = "eager";
    opened = all("article details:not([open])");
    for (const fold of opened) fold.open = true;
  });
  addEventListener("afterprint", () => {
    applyMode(root.dataset.mode);
    for (const fold of opened) fold.open = false;
  });
}
