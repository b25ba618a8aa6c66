// The menu of pictures, and what a picture is called: one of the book's, an array's, or one of the reader's own.
import { OWN, ownPictures } from "./album.js";
import { choice } from "./controls.js";

const isArray = (/** @type {string} */ name) => name.startsWith("data:");

/** What a picture is called in the menu and in its caption. */
export function titleOf(name) {
  if (OWN.test(name)) return ownPictures().find(([own]) => own === name)?.[1] ?? "a picture of yours";
  return isArray(name) ? "this picture" : name;
}

/** The size of a picture, and its name unless it is an array's. */
export function caption(name, { height, width, from }) {
  const title = isArray(name) ? "" : titleOf(name);
  return `${title} ${height}×${width}${from ? `, reduced from ${from.join("×")}` : ""}`;
}

/** The menu for the trait `picture`; `own` are the reader's own pictures, see own_picture.js. */
export const pictureMenu = (card, own) =>
  choice("picture", {
    options: () => picturesOf(card).map((name) => [name, titleOf(name)]),
    get: () => card.get("picture"),
    set: (picture) => {
      own.leave();
      card.change({ picture });
    },
  });

/** The names of all pictures that can be chosen. */
function picturesOf(card) {
  const arrays = [card.author.picture, card.get("picture")].filter((name) => name.startsWith("data:"));
  const own = [...ownPictures().map(([name]) => name), card.get("picture")];
  return [...new Set([...card.model.get("pictures"), ...arrays, ...own])];
}
