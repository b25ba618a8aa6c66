// A matrix of cells: a real grid for keyboards and screen readers, with previews, pins and editing.
import { same } from "../arithmetic/links.js";
import { format, parse } from "../arithmetic/numbers.js";
import { shape } from "../arithmetic/tensor.js";
import { ARROWS, h } from "./dom.js";

const DRAG = 10; // px of sideways drag for one step of a value
const MARKS = ["on", "here", "later", "pad", "copy", "dropped", "kept", "absent", "differs"];
const EDGES = ["top", "right", "bottom", "left"];

// role: names the colour and the cells ("input", "kernel", "output", "gradient").
// onPreview(at | null): the pointer or the focus is on a cell. onPin(at | null): click, tap, Enter; Esc gives null.
// onEdit(at, value, gesture) makes the grid editable; edits of one gesture undo together. onReject(text): not a number.
// onStroke(from, at, gesture): a pressed pointer went from a cell to another, maybe beyond the grid; true if that did something.
export function grid({
  role,
  label = role,
  onPreview = () => {},
  onPin = () => {},
  onEdit,
  onStroke,
  onReject = () => {},
  signal,
  step = 1,
}) {
  const name = h("b", {}, label);
  const size = h("span", {});
  const body = h("tbody");
  const table = h(
    "table",
    {
      class: `cb-grid cb-${role}${onStroke ? " cb-draw" : ""}`,
      role: "grid",
      "aria-readonly": String(!onEdit),
      "data-role": role,
    },
    h("caption", {}, name, " ", size),
    body,
  );
  let cells = [];
  let matrix = [[]];
  let focus = [0, 0];
  let drag = null;
  let dragged = false;
  let editor = null;

  const at = (target) => {
    const cell = target.closest?.("td");
    return cell && body.contains(cell) ? [cell.parentNode.rowIndex, cell.cellIndex] : null;
  };
  const cellAt = ([i, j]) => cells[i]?.[j];
  const listen = (type, handler) => table.addEventListener(type, handler, { signal });

  function moveFocus([i, j]) {
    const next = [Math.max(0, Math.min(cells.length - 1, i)), Math.max(0, Math.min(cells[0].length - 1, j))];
    cellAt(focus)?.setAttribute("tabindex", -1);
    focus = next;
    cellAt(next).setAttribute("tabindex", 0);
    return next;
  }

  function edit(where, typed) {
    const cell = cellAt(where);
    editor = h("input", {
      class: "cb-editor",
      inputmode: "text",
      "aria-label": cell.getAttribute("aria-label"),
      value: typed ?? String(matrix[where[0]][where[1]]),
    });
    cell.append(editor);
    editor.focus();
    if (typed === undefined) editor.select();
    const close = (keep) => {
      if (!editor) return;
      const text = editor.value;
      const hadFocus = document.activeElement === editor;
      editor = null;
      cell.querySelector(".cb-editor")?.remove();
      if (hadFocus) cell.focus();
      if (!keep) return;
      const value = parse(text);
      if (value === null) onReject(text);
      else onEdit(where, value, {});
    };
    editor.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter" || event.key === "Tab") close(true);
      if (event.key === "Escape") close(false);
      if (event.key === "Enter" || event.key === "Escape") event.preventDefault();
    });
    editor.addEventListener("blur", () => close(true));
  }

  listen("keydown", (event) => {
    const here = at(event.target);
    const move = ARROWS[event.key];
    if (!here) return;
    const plain = !event.ctrlKey && !event.metaKey;
    if (move && event.altKey && onEdit && move[0])
      onEdit(here, round(matrix[here[0]][here[1]] - move[0] * step), {});
    else if (move && plain && !event.altKey)
      cellAt(moveFocus([here[0] + move[0], here[1] + move[1]])).focus();
    else if (event.key === "Home" || event.key === "End") {
      const end = event.key === "End";
      cellAt(
        moveFocus([event.ctrlKey ? (end ? cells.length - 1 : 0) : here[0], end ? cells[0].length - 1 : 0]),
      ).focus();
    } else if (event.key === "Enter" || event.key === " ") onPin(here);
    else if (event.key === "Escape") onPin(null);
    else if (onEdit && event.key === "F2") edit(here);
    else if (onEdit && plain && !event.altKey && /^[-−+.\d]$/.test(event.key)) edit(here, event.key);
    else return;
    event.preventDefault();
  });
  listen("focusin", (event) => {
    const here = at(event.target);
    if (here && !editor) {
      moveFocus(here);
      onPreview(here);
    }
  });
  listen("focusout", (event) => {
    if (!table.contains(event.relatedTarget)) onPreview(null);
  });
  listen("pointerover", (event) => {
    const here = at(event.target);
    if (here && event.pointerType === "mouse" && !drag) onPreview(here);
  });
  listen("pointerleave", (event) => {
    if (event.pointerType === "mouse" && !drag) onPreview(null);
  });
  listen("dblclick", (event) => {
    const here = at(event.target);
    if (here && onEdit && !onStroke && !editor) edit(here);
  });
  listen("click", (event) => {
    const here = at(event.target);
    if (here && !editor && !dragged) onPin(here);
    dragged = false;
  });
  if (onStroke) {
    const under = ({ clientX, clientY }) => {
      const { left, top, width, height } = body.getBoundingClientRect();
      return [
        Math.floor(((clientY - top) / height) * cells.length),
        Math.floor(((clientX - left) / width) * cells[0].length),
      ];
    };
    const reach = (next) => {
      if (onStroke(drag.from, (drag.at = next), drag)) dragged = true;
    };
    listen("pointerdown", (event) => {
      dragged = false;
      if (editor || event.button !== 0 || !at(event.target)) return;
      drag = { from: under(event), id: event.pointerId };
      reach(drag.from);
    });
    listen("pointermove", (event) => {
      if (!drag || drag.id !== event.pointerId || same(drag.at, under(event))) return;
      table.setPointerCapture(drag.id);
      between(drag.at, under(event)).forEach(reach);
    });
  } else if (onEdit) {
    listen("pointerdown", (event) => {
      const here = at(event.target);
      dragged = false;
      if (here && !editor && event.button === 0)
        drag = { here, x: event.clientX, from: matrix[here[0]][here[1]], moved: false, id: event.pointerId };
    });
    listen("pointermove", (event) => {
      if (!drag || drag.id !== event.pointerId) return;
      const steps = Math.trunc((event.clientX - drag.x) / DRAG);
      if (!drag.moved && steps === 0) return;
      if (!drag.moved) table.setPointerCapture(drag.id);
      drag.moved = dragged = true;
      onEdit(drag.here, round(drag.from + steps * step), drag);
    });
  }
  for (const end of ["pointerup", "pointercancel"])
    listen(end, () => {
      drag = null;
    });

  function resize(rows, columns) {
    const hadFocus = body.contains(document.activeElement) && !editor;
    cells = Array.from({ length: rows }, () =>
      Array.from({ length: columns }, () =>
        h("td", { role: "gridcell", tabindex: -1 }, h("span", { class: "cb-value" })),
      ),
    );
    body.replaceChildren(...cells.map((row) => h("tr", {}, ...row)));
    table.style.setProperty("--columns", columns);
    table.classList.toggle("cb-many", rows * columns > 100); // too many to fade at once
    moveFocus(focus);
    if (hadFocus) cellAt(focus).focus();
  }

  // marks(i, j) may return how this cell takes part in what is shown: { on, here, later, pad, copy, dropped, kept, absent, differs, pinned },
  // what else stands in it: { text, badge, ticks: { top, left, ... } beyond its edges }, how strong it is: { weight }, from 0 to 1,
  // and what is said of it: { label, place }.
  function paint(
    values,
    { max = largest(values), marks = () => null, extent = shape(values).join("×") } = {},
  ) {
    matrix = values;
    const [rows, columns] = shape(values);
    if (cells.length !== rows || cells[0].length !== columns) resize(rows, columns);
    if (size.textContent !== extent) size.textContent = extent;
    cells.forEach((row, i) =>
      row.forEach((cell, j) => {
        const value = values[i][j];
        const mark = marks(i, j) ?? {};
        const text = mark.text ?? format(value);
        const weight = mark.later ? 0 : (mark.weight ?? (Math.min(1, Math.abs(value) / (max || 1)) || 0));
        const spoken = `${label}, ${mark.place ?? `row ${i + 1}, column ${j + 1}`}: ${mark.label ?? text}`;
        const ticks = EDGES.map((edge) => mark.ticks?.[edge]);
        const painted = [
          weight,
          value < 0,
          text,
          spoken,
          mark.pinned,
          mark.badge,
          ...ticks,
          ...MARKS.map((key) => mark[key]),
        ].join("|");
        if (cell.painted === painted) return; // most cells stay as they are, and the page is slow to touch
        cell.painted = painted;
        cell.className = MARKS.filter((key) => mark[key])
          .map((key) => `cb-${key}`)
          .join(" ");
        cell.classList.toggle("cb-long", text.length > 4);
        cell.style.setProperty("--length", text.length);
        cell.style.setProperty("--weight", weight);
        cell.style.setProperty("--tone", value < 0 && weight ? "var(--cb-negative)" : "var(--role)");
        cell.setAttribute("aria-selected", String(Boolean(mark.pinned)));
        cell.setAttribute("aria-label", spoken);
        cell.firstChild.textContent = text;
        setNote(cell, "cb-badge", mark.badge);
        EDGES.forEach((edge, n) => setNote(cell, `cb-tick-${edge}`, ticks[n]));
      }),
    );
  }

  return {
    el: table,
    paint,
    cell: cellAt,
    focus: (where) => cellAt(moveFocus(where)).focus(),
    rename: (text) => {
      if (text !== label) name.textContent = label = text;
    },
  };
}

export const largest = (values) => Math.max(...values.flat(Infinity).map(Math.abs), 1e-12);

// Steps of 0.1 must not gather rounding dust.
const round = (value) => Number(value.toFixed(9));

// The cells on the way from one to another: a quick pointer skips some.
function between(from, to) {
  const steps = Math.max(...to.map((end, axis) => Math.abs(end - from[axis])));
  return Array.from({ length: steps }, (_, n) =>
    to.map((end, axis) => Math.round(from[axis] + ((end - from[axis]) * (n + 1)) / steps)),
  );
}

function setNote(cell, kind, text) {
  let note = cell.querySelector(`.${kind}`);
  if (!text) return note?.remove();
  if (!note) cell.append((note = h("span", { class: kind, "aria-hidden": "true" })));
  note.textContent = text;
}
