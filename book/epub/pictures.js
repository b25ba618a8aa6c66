// Pictures: a widget as it stands at first, with its description, and a word where it is alive.
import { h } from "../../utils/convbook/widgets/parts/dom.js";

export function setWidgets(text, publicly) {
  for (const mount of text.querySelectorAll(".convbook-mount")) {
    const { widget, key } = mount.dataset;
    const place = publicly ? h("a", { href: `${publicly}#${key}` }, "on the web") : "in a browser";
    const caption = h("figcaption", {}, `${widget}: a still picture here, alive in the book `, place);
    mount.replaceWith(h("figure", { class: "ours-widget" }, mount.querySelector("img"), caption));
  }
}

/** Gives each picture a name in the edition, and no link to itself; returns {name: path in the book}. */
export function setPictures(text, home, path) {
  const files = {};
  for (const picture of text.querySelectorAll("img")) {
    const file = decodeURIComponent(new URL(picture.getAttribute("src"), home + path).pathname.slice(1));
    const name = `pictures/${file.split("/").at(-1)}`;
    const shown = Number.parseInt(picture.style.width || picture.getAttribute("width"), 10);
    files[name] = file;
    picture.setAttribute("src", name);
    picture.setAttribute("width", String(shown));
    const link = picture.closest("a.image-reference");
    link?.replaceWith(picture);
  }
  return files;
}
