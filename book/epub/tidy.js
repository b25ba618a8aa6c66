// What is left of a page's elements where no script runs and no style sheet of the book's own stands.
const SCREEN =
  "script, style, link, button, input, svg, form, .headerlink, .doors, .offers, .on-screens, section:has(> .credits), .for-paper, .solved-line, #on-the-page-itself, [hidden]:not(.prediction)";
const ATTRIBUTES = new Set("alt class colspan href id rowspan scope src start title width".split(" "));
const CLASSES =
  /^(role(-\w+)?|lead|terms|tab|text-(right|center)|admonition(-title)?|eqno|glossary|citation|ours-[\w-]+)$/;
const MATHML = "http://www.w3.org/1998/Math/MathML";

/** The text of an element in one line. */
export const words = (element) => element.textContent.trim().replace(/\s+/g, " ");

function dropComments(text) {
  const comments = text.ownerDocument.createNodeIterator(text, NodeFilter.SHOW_COMMENT);
  const found = [];
  for (let comment = comments.nextNode(); comment; comment = comments.nextNode()) found.push(comment);
  for (const comment of found) comment.remove();
}

/** Drops what only a screen has use for; the name of a tab becomes a line above what the tab holds. */
export function dropElements(text) {
  dropComments(text);
  for (const label of text.querySelectorAll(".sd-tab-label")) {
    const line = Object.assign(document.createElement("p"), { className: "tab" });
    line.append(...label.childNodes);
    label.replaceWith(line);
  }
  for (const element of text.querySelectorAll(SCREEN)) element.remove();
}

function keepClasses(element) {
  const kept = [...element.classList].filter((name) => CLASSES.test(name));
  if (kept.length) element.setAttribute("class", kept.join(" "));
  else element.removeAttribute("class");
}

/** Drops the attributes that no e-reader knows, and the spans that are then nothing but their text. */
export function dropAttributes(text) {
  for (const element of [text, ...text.querySelectorAll("*")]) {
    const isFormula = element.namespaceURI === MATHML;
    for (const { name } of [...element.attributes])
      if (isFormula ? /^(data-|style$)/.test(name) : !ATTRIBUTES.has(name)) element.removeAttribute(name);
    if (!isFormula) keepClasses(element);
  }
  for (const span of text.querySelectorAll("span:not([class], [id], [title])"))
    span.replaceWith(...span.childNodes);
  text.normalize();
}
