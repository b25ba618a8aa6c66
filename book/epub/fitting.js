// What cannot be broken into lines gets smaller type where the line of a small e-reader would not hold it.
const LINE = 21; // em
const SMALLEST = 50; // per cent of the size of the text

/**
 * Gives an element, a formula or a table, its type in steps of ten per cent; `usual` is what the style sheet gives it.
 * @returns {boolean} whether it fits then
 */
export function fit(element, usual = 100) {
  const line = Object.assign(document.createElement("div"), { className: "ours-measured" });
  const measured = element.cloneNode(true);
  measured.style.fontSize = "100%";
  line.append(measured);
  document.body.append(line);
  const width = line.getBoundingClientRect().width / Number.parseFloat(getComputedStyle(line).fontSize);
  line.remove();
  const most = 10 * Math.floor((10 * LINE) / width);
  if (most < usual) element.classList.add(`ours-fit-${Math.max(SMALLEST, most)}`);
  return SMALLEST <= most;
}
