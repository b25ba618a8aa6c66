// What axe finds on a page, as "rule: selector" lines.
//
// Whether a text stands out from its ground takes axe most of its time, and a chapter has thousands of texts of a few
// kinds. Texts of the same looks on the same ground stand out alike: so three of each kind are asked, the first, the
// middle and the last. What is laid over the page, and may have anything below it, is asked one by one.
async (ignored) => {
  const MARK = "data-asked-for-contrast";
  const LOOKS = ["color", "font-size", "font-weight", "text-shadow"];
  const GROUND = ["background-color", "background-image", "opacity", "mix-blend-mode"];
  const NOTHING = "rgba(0, 0, 0, 0) none 1 normal"; // adds nothing to the ground
  const grounds = new Map([[null, ""]]);

  const told = (style, names) => names.map((name) => style.getPropertyValue(name)).join(" ");
  const isLaidOver = (style) =>
    ["absolute", "fixed", "sticky"].includes(style.position) || style.translate !== "none";
  const hasText = (element) =>
    [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());

  /** What lies behind an element, as far as its ancestors say; something of its own if it is laid over others. */
  function groundOf(element) {
    if (!grounds.has(element)) {
      const style = getComputedStyle(element);
      const own = isLaidOver(style) ? `over ${grounds.size}` : told(style, GROUND);
      const behind = groundOf(element.parentElement);
      grounds.set(element, own === NOTHING ? behind : `${behind} / ${own}`);
    }
    return grounds.get(element);
  }

  /** The texts of a page by their kind. */
  function textsByKind() {
    const kinds = new Map();
    for (const element of document.querySelectorAll("body *")) {
      if (!hasText(element) && !element.matches("input, select, textarea")) continue;
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      const kind = `${told(getComputedStyle(element), LOOKS)} on ${groundOf(element)}`;
      kinds.set(kind, [...(kinds.get(kind) ?? []), element]);
    }
    return [...kinds.values()];
  }

  for (const texts of textsByKind())
    for (const place of [0, 0.5, 1]) texts[Math.round(place * (texts.length - 1))].setAttribute(MARK, "");
  axe.configure({ rules: [{ id: "color-contrast", selector: `[${MARK}]` }] });
  const rules = Object.fromEntries(ignored.map((rule) => [rule, { enabled: false }]));
  const { violations } = await axe.run({ rules, resultTypes: ["violations"] });
  for (const asked of document.querySelectorAll(`[${MARK}]`)) asked.removeAttribute(MARK);
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(" ")}`));
};
