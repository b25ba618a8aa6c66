// The stage of ChannelSum: a row for each channel, from the input through the kernels of all filters to what it adds.
import { upTo } from "../arithmetic/tensor.js";
import { h } from "../parts/dom.js";

/**
 * The elements of the stage; where it is wide, each knows its row and its column.
 * @param {{ channels: number, filters: number, names: string[] }} now
 * @param {(role: string, prefix: () => number[], label: () => string) => HTMLElement} cells makes the grid of a matrix
 * @param {() => number} shownFilter the filter whose sums are written out
 * @param {{ colours: HTMLElement, silent: HTMLElement }} more
 */
export function stageOf(now, cells, shownFilter, { colours, silent }) {
  const last = 2 * now.channels;
  const outputs = upTo(now.filters).map((filter) =>
    cells(
      "output",
      () => [filter],
      () => `output ${filter}`,
    ),
  );
  const bias = cells(
    "bias",
    () => [shownFilter()],
    () => `bias ${shownFilter()}`,
  );
  return [
    put(1, 1, colours, last),
    ...now.names.flatMap((name, channel) => channelRow(now, cells, shownFilter, name, channel)),
    put(last, 5, sign("+")),
    put(last, 6, bias),
    put(1, 7, h("span", { class: "cb-brace" }), last),
    put(1, 8, sign("="), last),
    put(1, 9, h("div", { class: "cb-outputs" }, ...outputs, silent), last),
  ];
}

function channelRow(now, cells, shownFilter, name, channel) {
  const row = 2 * channel + 1;
  const kernels = upTo(now.filters).map((filter) =>
    cells(
      "weight",
      () => [filter, channel],
      () => `filter ${filter}, ${name}`,
    ),
  );
  return [
    ...(channel ? [put(row - 1, 6, sign("+"))] : []),
    put(
      row,
      2,
      cells(
        "input",
        () => [channel],
        () => name,
      ),
    ),
    put(row, 3, sign("⋆", "cb-inline")),
    put(row, 4, h("div", { class: "cb-filters" }, ...kernels)),
    put(row, 5, sign("=", "cb-inline")),
    put(
      row,
      6,
      cells(
        "partial",
        () => [shownFilter(), channel],
        () => `from ${name}`,
      ),
    ),
  ];
}

function put(row, column, element, span = 1) {
  element.style.gridArea = `${row} / ${column} / span ${span}`;
  return element;
}

const sign = (text, more = "") => h("span", { class: `cb-operator ${more}` }, text);
