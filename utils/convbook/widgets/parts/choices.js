// Several choices under one label, e.g. a kernel's height and width: { el, paint }, like the settings of controls.js.
import { menu } from "./controls.js";
import { h } from "./dom.js";

// options(n), get(n) and set(n, value) are those of names[n]. Only the first shows while alone() says that it speaks for all.
export function choices(label, names, { options, get, set, sign = "×", alone = () => false }) {
  const menus = names.map((name, n) =>
    menu(name, { options: () => options(n), get: () => get(n), set: (value) => set(n, value) }),
  );
  const [first, ...others] = menus.flatMap(({ el }, n) => (n ? [h("span", {}, sign), el] : [el]));
  return {
    el: h(
      "span",
      { class: "cb-setting cb-choices", role: "group", "aria-label": label },
      label,
      first,
      ...others,
    ),
    paint() {
      for (const { paint } of menus) paint();
      others.forEach((part) => {
        part.hidden = alone();
      });
      first.setAttribute("aria-label", alone() ? label : names[0]);
    },
  };
}
