// A quiet word at the lower edge of the page, read out when there is time, and gone when the reader has seen it.
import { h } from "../../utils/convbook/widgets/parts/dom.js";

const notice = h("div", { class: "notice", role: "status" }); // on the page before it speaks, or nobody would hear it
document.body.append(notice);

/** Says this, in place of what was said before; `more` are links and buttons, `later` the word that closes it. */
export function say(text, more, later, onclose = () => {}) {
  const onclick = () => {
    notice.replaceChildren();
    onclose();
  };
  const close = h("button", { type: "button", onclick }, later);
  notice.replaceChildren(h("p", {}, text), h("p", { class: "notice-actions" }, ...more, close));
}
