// Lets no large picture leave a hole in the page before it. The pages are tried as columns of their size, which break as
// pages do. Where a picture does not fit into what is left of one, it is made a little smaller; where that is not enough,
// the text after it comes first, as printers do it.
const GAP = 40; // px between two columns
const LARGEST_HOLE = 0.2; // of a page; a quarter is what a reader may see (tests/editions/test_pdf.py)
const [SMALLEST, TINIEST] = [0.66, 0.5]; // how far a picture may shrink: willingly, and where nothing else helps
const SMALL = 80; // px: no picture gets lower than this
const SPARE = 20; // px: the margins of a picture and of what stands above it
const A_LITTLE = 0.95; // how much smaller a picture gets that seems to fit, and does not
const TRIES = 5;
const NEAR = { across: 400, down: 130 }; // px from a block to the picture that it has to stay with
const BLOCKS =
  "p, li, dt, dd, h1, h2, h3, h4, h5, h6, .line, pre, img, .drawing, figcaption, tr, .math, .admonition";
const PICTURE = "img, .drawing";
const FLOATS = [".cell_output", "figure.live-picture"]; // the outer one first
const TEXT_BEFORE = "p:not(.entry-head), ul, ol, div.math, blockquote";

/** Fits all pages of the book; returns what is left open, in words. */
export function fitPages() {
  const main = document.querySelector("main");
  main.classList.add("measuring");
  const left = [...main.querySelectorAll("section.page")].flatMap((section) => fitSection(section));
  main.classList.remove("measuring");
  return left;
}

function fitSection(section) {
  const { height } = section.getBoundingClientRect();
  const open = [];
  let [page, tries] = [0, 0];
  for (let columns = columnsOf(section); page < columns.length - 1; columns = columnsOf(section)) {
    const hole = height - columns[page].bottom;
    const isLarge = hole > LARGEST_HOLE * height;
    if (isLarge && tries < TRIES && mend(section, columns[page + 1].first, hole)) {
      tries += 1;
      continue;
    }
    if (isLarge) open.push(`${section.id}, its page ${page + 1}: a hole of ${Math.round(hole)} px`);
    [page, tries] = [page + 1, 0];
  }
  return open;
}

/** How far down each column is filled, and with which block it begins. */
function columnsOf(section) {
  const { left, top, width } = section.getBoundingClientRect();
  const step = width + GAP;
  const columns = [];
  for (const block of section.querySelectorAll(BLOCKS))
    for (const rect of block.getClientRects()) {
      if (!rect.height) continue;
      const n = Math.floor((rect.left - left + 1) / step);
      columns[n] ??= { bottom: 0, top: Infinity, first: block };
      columns[n].bottom = Math.max(columns[n].bottom, rect.bottom - top);
      if (rect.top < columns[n].top) Object.assign(columns[n], { top: rect.top, first: block });
    }
  return columns;
}

/** Closes the hole before this block; returns whether something was done. */
function mend(section, block, hole) {
  const picture = pictureAfter(section, block);
  if (!picture) return loosen(block);
  const float = FLOATS.map((kind) => picture.closest(kind)).find(Boolean) ?? picture;
  return (
    shrink(block, float, hole, SMALLEST) || comeFirst(float, hole) || shrink(block, float, hole, TINIEST)
  );
}

/** The picture with which this block begins, or which it has to stay with, as a heading has. */
function pictureAfter(section, block) {
  const { left, top } = block.getClientRects()[0];
  return [...section.querySelectorAll(PICTURE)].find((picture) => {
    const place = picture.getBoundingClientRect();
    return Math.abs(place.left - left) < NEAR.across && place.top - top >= -1 && place.top - top < NEAR.down;
  });
}

/** Makes the pictures of this float so much smaller that all from the block on fits. */
function shrink(block, float, hole, smallest) {
  const pictures = float.matches(PICTURE) ? [float] : [...float.querySelectorAll(PICTURE)];
  const sizes = pictures.map((picture) => picture.getBoundingClientRect());
  const rows = new Map(sizes.map(({ top, height }) => [Math.round(top), height])); // beside each other they count once
  const all = [...rows.values()].reduce((sum, height) => sum + height, 0);
  const needed = float.getBoundingClientRect().bottom - block.getClientRects()[0].top;
  const share = Math.min((hole - (needed - all) - SPARE) / all, A_LITTLE);
  if (share < smallest || sizes.some(({ height }) => height * share < SMALL)) return false;
  for (const [n, picture] of pictures.entries()) picture.style.width = `${sizes[n].width * share}px`;
  return true;
}

/** Lets the text that follows the float come before it, as much as the hole takes. */
function comeFirst(float, hole) {
  const place = float.matches(".cell_output") ? float.closest(".cell") : float;
  let room = hole;
  const moved = [];
  for (let next = place.nextElementSibling; next?.matches(TEXT_BEFORE); next = next.nextElementSibling) {
    room -= next.getBoundingClientRect().height + 12;
    if (room < 0) break;
    moved.push(next);
  }
  if (!moved.length || moved.every((element) => element.matches(".to-answer"))) return false;
  if (float === place) place.before(...moved);
  else float.before(...moved);
  return true;
}

/** Lets a block that is kept together break. */
function loosen(block) {
  const kept = block.closest(".admonition, .entry, table, .cell_input");
  if (!kept || kept.dataset.loose) return false;
  kept.dataset.loose = "";
  return true;
}
