// Menus are popovers: they open without us. We close them behind a choice, and Ctrl-K opens the search.
import { all, one } from "./page.js";

export function closeMenus() {
  for (const menu of all("[popover]")) {
    menu.addEventListener("click", (event) => {
      if (event.target.closest("a, button")) menu.hidePopover();
    });
  }
  const words = one("#search-words");
  const box = one("#search-box"); // on the page of the results the words stand in the text
  // Not by the attribute `autofocus`: in a frame of another site, browsers complain of it on every page.
  box?.addEventListener("toggle", (event) => {
    if (event.newState === "open") words.focus();
  });
  if (!box && !words.value && self === top) words.focus();
  addEventListener("keydown", (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "k") return;
    event.preventDefault();
    if (box) box.togglePopover();
    else words.focus();
  });
}
