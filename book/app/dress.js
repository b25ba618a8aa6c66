// What a phone asks for before it puts the book among its apps. Named here and not in the page: from a disk, browsers
// complain of a manifest that they may not read.
import { h } from "../../utils/convbook/widgets/parts/dom.js";
import { ROOT } from "./registration.js";

export function lookLikeAnApp() {
  const colour = h("meta", { name: "theme-color" });
  const wear = () => {
    colour.content = getComputedStyle(document.body).backgroundColor;
  };
  wear();
  new MutationObserver(wear).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  document.head.append(
    colour,
    h("link", { rel: "manifest", href: `${ROOT}manifest.json` }),
    h("link", { rel: "apple-touch-icon", href: `${ROOT}_static/icons/maskable-192.png` }),
  );
}
