// Code for a narrow page without colours: what does not fit goes on below where its line began, words of the language are
// bold, remarks are italic.
import { h } from "../../utils/convbook/widgets/parts/dom.js";

const WORDS = "k, kn, ow, kc, kd, kr".split(", ");
const REMARKS = "c, c1, cm".split(", ");
const WIDE = 46; // characters that fit into a line of a small e-reader, in type that is easily read
const WIDEST = 60; // in small type; longer lines go on in the next one

function dropColours(line) {
  for (const token of [...line.querySelectorAll("span")].reverse()) {
    const [kind] = token.classList;
    if (WORDS.includes(kind)) token.className = "ours-word";
    else if (REMARKS.includes(kind)) token.className = "ours-remark";
    else token.replaceWith(...token.childNodes);
  }
}

const indentOf = (text) => text.match(/^ */)[0].length;

function lineOf(...content) {
  const line = h("span", { class: "line" }, ...content);
  line.className = `ours-line ours-indent-${Math.min(24, indentOf(line.textContent))}`;
  return line;
}

// What is printed has its columns, so a table gets smaller type rather than broken lines.
function sizeOf(lines) {
  const longest = Math.max(...lines.map((line) => line.textContent.trimEnd().length));
  return WIDE < longest && longest <= WIDEST ? " ours-small" : "";
}

function setBlock(pre) {
  const code = pre.querySelector(".line");
  const lines = code
    ? [...pre.querySelectorAll(".line")].map((line) => {
        dropColours(line);
        return lineOf(...line.childNodes);
      })
    : pre.textContent
        .replace(/\n$/, "")
        .split("\n")
        .map((text) => lineOf(`${text}\n`));
  const kind = code ? "ours-code" : `ours-output${sizeOf(lines)}`;
  pre.parentElement
    .closest("[class*=highlight-]")
    .replaceWith(h("pre", { class: kind }, h("code", {}, ...lines)));
}

export function setCode(text) {
  for (const pre of text.querySelectorAll("[class*=highlight-] pre")) setBlock(pre);
}
