// Handing a widget on in its state: a link to this page, or the line with which it stands in a page of somebody else.
import { copy } from "./code.js";
import { button, h } from "./dom.js";

const CREDIT = 40; // px: the line below a widget in a page of its own

const attribute = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;");

/**
 * The line for a page of somebody else. It trusts the frame with nothing but scripts, and links that open elsewhere; only
 * from a disk it must trust it with more, since there a browser gives a frame that it does not trust no files at all.
 */
export function frameFor(address, title, height) {
  const trust = address.startsWith("file:") ? "" : 'sandbox="allow-scripts allow-popups" ';
  return (
    `<iframe src="${attribute(address)}" title="${attribute(title)}" width="100%" height="${height}" ` +
    `loading="lazy" ${trust}allow="clipboard-write" style="border: 0"></iframe>`
  );
}

/** @param {import("./card.js").Card} card */
export function sharePanel(card) {
  const { model } = card;
  const text = h("span"); // no <code>: that is what the other panel holds
  const block = h("pre", { tabindex: 0, "aria-label": "what was copied", hidden: true }, text);
  const own = () => card.get("picture")?.startsWith?.("own:");
  const what = () =>
    own()
      ? "with these settings, but without your own picture, which stays in your browser"
      : "in this state";

  async function give(shared, copied, selected) {
    text.textContent = shared;
    block.hidden = false;
    const done = await copy(shared, text);
    card.tell(done ? copied : `${selected} is selected: press Ctrl+C to copy it.`);
  }
  const giveLink = () => give(model.link(), `Link copied: it opens this page ${what()}.`, "The link");
  const giveFrame = () => {
    const height = Math.ceil(card.el.offsetHeight - card.panels.offsetHeight) + CREDIT;
    const line = frameFor(model.embedding(), card.title, height);
    give(line, `Line copied: in the HTML of a page it shows this widget ${what()}.`, "The line");
  };
  const bar = h(
    "div",
    { class: "cb-code-bar" },
    h("div", { class: "cb-tabs" }, button("Copy link", giveLink)),
  );
  if (model.embedding?.()) bar.firstChild.append(button("Copy for embedding", giveFrame));
  return { el: h("div", { class: "cb-code", "data-panel": "share" }, bar, block), paint() {} };
}
