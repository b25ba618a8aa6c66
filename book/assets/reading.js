// What helps while one reads: the section marked in the contents, and wide parts that the keyboard can reach.
import { all, named } from "./page.js";

export function markSection() {
  const sections = new Map();
  for (const link of all('.contents a[href^="#"]:not([href="#"])')) {
    const section = named(link.hash);
    if (section) sections.set(section, link);
  }
  const inView = new Set();
  const observer = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) inView[entry.isIntersecting ? "add" : "delete"](entry.target);
      const here = [...sections.keys()].findLast((section) => inView.has(section));
      for (const [section, link] of sections) link.toggleAttribute("data-here", section === here);
    },
    { rootMargin: "-20% 0px -70% 0px" },
  );
  for (const section of sections.keys()) observer.observe(section);
}

const NAMES = { PRE: "Code", DIV: "Table" };
const nameOf = (part) => `${part.matches(".math") ? "Formula" : NAMES[part.tagName]}, scrolls sideways`;

export function reachWideParts() {
  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const wide = target.scrollWidth > target.clientWidth;
      const attributes = { tabindex: "0", role: "group", "aria-label": nameOf(target) };
      for (const [name, value] of Object.entries(attributes)) {
        if (wide) target.setAttribute(name, value);
        else target.removeAttribute(name);
      }
    }
  });
  const wraps = ":has(.line)"; // code, which a reader may edit: run.js
  const kinds = `article :is(pre:not(${wraps}), div.math, .pst-scrollable-table-container)`;
  const parts = document.querySelectorAll(kinds);
  for (const part of parts) observer.observe(part);
}
