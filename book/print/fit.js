// Lets no large picture leave a hole in the page before it. The pages are tried as columns of their size, which break as
// pages do. Where a picture does not fit into what is left of one, it is made a little smaller; where that is not enough,
// the text after it comes first, as printers do it. And where a last page would hold but a few lines, or a hole stays all the
// same, all lines come a little closer.
const GAP = 40; // px between two columns
const HAIR = 0.02; // px: a browser counts in 64ths of one, so this is the next height
const [LARGEST_HOLE, UNBEARABLE] = [0.2, 0.24]; // of a page; a quarter is what a reader may see (tests/editions/test_pdf.py)
const [SMALLEST, TINIEST] = [0.66, 0.5]; // how far a picture may shrink: willingly, and where nothing else helps
const SMALL = 80; // px: no picture gets lower than this
const SPARE = 20; // px: the margins of a picture and of what stands above it
const A_LITTLE = 0.95; // how much smaller a picture gets that seems to fit, and does not
const TRIES = 5;
const ROUNDS = 4;
const NEAR = { across: 400, down: 220 }; // px from a block to the picture that it has to stay with
const SHORTEST = 0.17; // of a page that is worth one; with less than 0.13 a test fails
const CLOSER = [1, 0.985, 0.97, 0.955]; // of the distance from line to line
const BLOCKS =
  "p, li, dt, dd, h1, h2, h3, h4, h5, h6, .line, pre, img, .drawing, figcaption, tr, .math, .admonition";
const PICTURE = "img, .drawing";
const FLOATS = [".cell_output", "figure.live-picture"]; // the outer one first
const TEXT_BEFORE =
  "p:not(.entry-head, :has(+ .cell), :has(+ .pst-scrollable-table-container)), ul, ol, div.math, blockquote";
const AFTER_A_QUESTION = ".write-in, .choices, .to-answer";
const TALLEST = 0.68; // of a page that a picture takes, so that what it is about has room, too

/** Fits all pages of the book; returns what is left open, in words. */
export function fitPages() {
  const main = document.querySelector("main");
  main.classList.add("measuring");
  const sections = /** @type {HTMLElement[]} */ ([...main.querySelectorAll("section.page, .contents-page")]);
  const left = sections.flatMap((section) => fit(section));
  main.classList.remove("measuring");
  for (const section of sections) section.style.height = "";
  return left.map(({ said }) => said);
}

function fit(section) {
  const { lineHeight, fontSize } = getComputedStyle(section);
  const leading = Number.parseFloat(lineHeight) / Number.parseFloat(fontSize);
  for (const share of [...CLOSER, ...CLOSER]) {
    // twice, for what was done to pictures on the way may serve another distance
    section.style.lineHeight = share < 1 ? String(leading * share) : "";
    const open = settle(section);
    if (!endsInAFewLines(section) && open.every(({ hole }) => hole < UNBEARABLE)) return open;
  }
  section.style.lineHeight = ""; // to no avail
  return settle(section);
}

/** Fits a section until nothing is left open; what closes a hole further on may open one before. */
function settle(section) {
  layAfresh(section);
  let open = fitSection(section);
  for (let again = 1; open.length && again < ROUNDS; again++) open = fitSection(section);
  return open;
}

function endsInAFewLines(section) {
  const columns = columnsOf(section);
  return columns.length > 1 && columns.at(-1).bottom < SHORTEST * section.getBoundingClientRect().height;
}

function fitSection(section) {
  const { height } = section.getBoundingClientRect();
  lower([...section.querySelectorAll(PICTURE)], TALLEST * height);
  const open = [];
  let [page, tries] = [0, 0];
  let columns = columnsOf(section);
  while (page < columns.length - 1) {
    const hole = height - columns[page].bottom;
    const isLarge = hole > LARGEST_HOLE * height;
    if (isLarge && tries < TRIES && mend(section, columns[page + 1].first, hole)) {
      tries += 1;
      layAfresh(section);
      columns = columnsOf(section);
      continue;
    }
    if (isLarge)
      open.push({
        hole: hole / height,
        said: `${section.id}, its page ${page + 1}: a hole of ${Math.round(hole)} px`,
      });
    [page, tries] = [page + 1, 0];
  }
  return open;
}

/**
 * Lets the browser break all columns anew, for after a change it keeps breaks that are no longer needed, which on paper it
 * does not: a page that is higher by a hair makes it forget them, and keep all that stands in them.
 */
function layAfresh(section) {
  section.style.height = section.style.height ? "" : `calc(var(--page-height) + ${HAIR}px)`;
}

/** How far down each column is filled, and with which block it begins. */
function columnsOf(section) {
  const { left, top, width } = section.getBoundingClientRect();
  const step = width + GAP;
  const columns = [];
  for (const block of section.querySelectorAll(BLOCKS))
    for (const rect of rectsOf(block)) {
      if (!rect.height) continue;
      const n = Math.floor((rect.left - left + 1) / step);
      columns[n] ??= { bottom: 0, top: Infinity, first: block };
      columns[n].bottom = Math.max(columns[n].bottom, rect.bottom - top);
      if (rect.top < columns[n].top) Object.assign(columns[n], { top: rect.top, first: block });
    }
  return columns;
}

/** Where there is something of a block: the boxes of one that is parted reach down to the end of a column, its lines do not. */
function rectsOf(block) {
  const boxes = [...block.getClientRects()];
  if (boxes.length < 2) return boxes;
  const texts = document.createNodeIterator(block, NodeFilter.SHOW_TEXT);
  const [range, rects] = [document.createRange(), []];
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    range.selectNodeContents(text);
    rects.push(...range.getClientRects());
  }
  return rects;
}

/** Closes the hole before this block; returns whether something was done. */
function mend(section, block, hole) {
  const picture = pictureAfter(section, block);
  if (!picture) return loosen(block);
  const float = FLOATS.map((kind) => picture.closest(kind)).find(Boolean) ?? picture;
  return (
    shrink(block, float, hole, SMALLEST) ||
    comeFirst(float, hole) ||
    shrink(block, float, hole, TINIEST) ||
    letGo(float)
  );
}

/** Where a block lies, or what of it has come into the next column. */
const endOf = (block) => [...block.getClientRects()].at(-1);

/** The picture with which this block begins, or which it has to stay with, as a heading has. */
function pictureAfter(section, block) {
  const { left, top } = endOf(block);
  return [...section.querySelectorAll(PICTURE)].find((picture) => {
    const place = picture.getBoundingClientRect();
    return Math.abs(place.left - left) < NEAR.across && place.top - top >= -1 && place.top - top < NEAR.down;
  });
}

/** How much room that takes which has to stay with a float: the place for an answer, and where that stands. */
function behind(float) {
  let room = 0;
  let next = placeOf(float).nextElementSibling;
  for (; next?.matches(AFTER_A_QUESTION); next = next.nextElementSibling)
    room += next.getBoundingClientRect().height + 12;
  return room;
}

const placeOf = (float) => (float.matches(".cell_output") ? float.closest(".cell") : float);

function lower(pictures, most) {
  const sizes = pictures.map((picture) => picture.getBoundingClientRect()); // all at once: it lays the section out
  for (const [n, { width, height }] of sizes.entries())
    if (height > most) pictures[n].style.width = `${(width * most) / height}px`;
}

/** Makes the pictures of this float so much smaller that all from the block on fits. */
function shrink(block, float, hole, smallest) {
  const pictures = float.matches(PICTURE) ? [float] : [...float.querySelectorAll(PICTURE)];
  const sizes = pictures.map((picture) => picture.getBoundingClientRect());
  const rows = new Map(sizes.map(({ top, height }) => [Math.round(top), height])); // beside each other they count once
  const all = [...rows.values()].reduce((sum, height) => sum + height, 0);
  const needed = float.getBoundingClientRect().bottom - endOf(block).top + behind(float);
  const share = Math.min((hole - (needed - all) - SPARE) / all, A_LITTLE);
  if (share < smallest || sizes.some(({ height }) => height * share < SMALL)) return false;
  for (const [n, picture] of pictures.entries()) picture.style.width = `${sizes[n].width * share}px`;
  return true;
}

/** Lets the text that follows the float come before it, as much as the hole takes. */
function comeFirst(float, hole) {
  const place = placeOf(float);
  let room = hole;
  const moved = [];
  for (let next = place.nextElementSibling; next?.matches(TEXT_BEFORE); next = next.nextElementSibling) {
    room -= next.getBoundingClientRect().height + 12;
    if (room < 0) break;
    moved.push(next);
  }
  while (moved.at(-1)?.nextElementSibling?.matches(AFTER_A_QUESTION)) moved.pop(); // no question without its place
  if (moved.every((element) => element.matches(AFTER_A_QUESTION))) return false;
  if (float === place) place.before(...moved);
  else float.before(...moved);
  return true;
}

/** Lets a picture stand at the head of the next page, with the code that makes it alive at the foot of this one. */
function letGo(float) {
  const code = float.closest(".cell")?.querySelector(":scope > .cell_input");
  if (!code || code.dataset.loose) return false;
  code.dataset.loose = "";
  return true;
}

/** Lets a block that is kept together break. */
function loosen(block) {
  const kept = block.closest(".admonition, .entry, table, .cell_input");
  if (!kept || kept.dataset.loose) return false;
  kept.dataset.loose = "";
  return true;
}
