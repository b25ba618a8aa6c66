// Rows of a table that can be chosen and put elsewhere: by dragging a grip with mouse or finger, and by the arrow keys.
import { ARROWS, h } from "./dom.js";

// columns: { name: what it means }. base: the cells of a first row that stays where it is. onSelect(n): a row is chosen.
// onStep(n, step): one place up or down is wanted; true if the row went. onDelete(n): the key Delete.
// onDrag(from, to, gesture): a row that lay at `from` is held over `to`. onDrop(): it is let go.
export function rowTable({ caption, columns, base, onSelect, onStep, onDelete, onDrag, onDrop, signal }) {
  const body = h("tbody");
  const heads = Object.entries(columns).map(([name, title]) => h("th", { title }, name));
  const table = h(
    "table",
    { class: "cb-rows" },
    caption,
    h("thead", {}, h("tr", {}, h("th", {}, h("span", { class: "cb-hidden" }, "move")), ...heads)),
    body,
  );
  const el = h("div", { class: "cb-list" }, table);
  const listen = (type, handler) => body.addEventListener(type, handler, { signal });
  let rows = [];
  let chosen = 0;
  let drag = null;

  const rowOf = (target) => rows.findIndex((row) => row.el.contains(target));
  const clamp = (n) => Math.max(0, Math.min(rows.length - 1, n));

  listen("keydown", (event) => {
    const n = rowOf(event.target);
    const [step] = ARROWS[event.key] ?? [0];
    const part = event.target === rows[n]?.grip ? "grip" : "name";
    if (n < 0 || event.ctrlKey || event.metaKey) return;
    if (step && (part === "grip" || event.altKey)) {
      if (onStep(n, step)) focus(clamp(n + step), part);
    } else if (step) {
      onSelect(clamp(n + step));
      focus(clamp(n + step), "name");
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight")
      rows[n][event.key === "ArrowLeft" ? "grip" : "name"].focus();
    else if (event.key === "Delete") onDelete();
    else return;
    event.preventDefault();
  });
  listen("pointerdown", (event) => {
    const n = rowOf(event.target);
    if (event.button !== 0 || event.target !== rows[n]?.grip) return;
    drag = { from: n, at: n, id: event.pointerId };
    body.setPointerCapture(drag.id);
    onSelect(n);
  });
  listen("pointermove", (event) => {
    if (drag?.id !== event.pointerId) return;
    const { top, height } = rows[0].el.getBoundingClientRect();
    const to = clamp(Math.floor((event.clientY - top) / height));
    if (to !== drag.at) onDrag(drag.from, (drag.at = to), drag);
  });
  for (const end of ["pointerup", "pointercancel"])
    listen(end, () => {
      if (drag) onDrop();
      drag = null;
    });

  function resize(count) {
    const focused = rowOf(document.activeElement);
    const part = document.activeElement?.matches(".cb-grip") ? "grip" : "name";
    rows = Array.from({ length: count }, (_, n) => {
      const grip = h(
        "button",
        { type: "button", class: "cb-grip", title: "drag, or press the arrow keys" },
        "⠿",
      );
      const name = h("button", { type: "button", class: "cb-row-name", onclick: () => onSelect(n) });
      const cells = heads.slice(1).map(() => h("td"));
      return {
        grip,
        name,
        cells,
        el: h("tr", { "data-row": n }, h("td", {}, grip), h("td", {}, name), ...cells),
      };
    });
    body.replaceChildren(
      h("tr", { class: "cb-base" }, ...["", ...base()].map((text) => h("td", {}, text))),
      ...rows.map((row) => row.el),
    );
    if (focused >= 0) focus(clamp(focused), part);
  }

  function focus(n, part) {
    rows[n][part].focus({ preventScroll: true });
  }
  // Scrolls the list, never the page.
  function reveal() {
    const { offsetTop, offsetHeight } = rows[chosen].el;
    el.scrollTop = Math.min(
      offsetTop - table.tHead.offsetHeight,
      Math.max(el.scrollTop, offsetTop + offsetHeight - el.clientHeight),
    );
  }

  // rows: [{ name, detail, depth, kind, cells }], `depth` being how far a row is set in.
  function paint(all, now) {
    if (rows.length !== all.length) resize(all.length);
    base().forEach((text, i) => {
      body.rows[0].cells[i + 1].textContent = text;
    });
    rows.forEach(({ el, grip, name, cells }, n) => {
      const row = all[n];
      el.className = `${n === now ? "cb-chosen" : ""}${drag && n === now ? " cb-dragged" : ""}`;
      el.style.setProperty("--depth", row.depth);
      el.dataset.kind = row.kind;
      grip.setAttribute("aria-label", `move ${row.name}, place ${n + 1} of ${rows.length}`);
      name.replaceChildren(row.name, " ", h("small", {}, row.detail));
      name.setAttribute("aria-pressed", String(n === now));
      grip.tabIndex = name.tabIndex = n === now ? 0 : -1;
      cells.forEach((cell, i) => {
        cell.textContent = row.cells[i] ?? "";
      });
    });
    if (now !== chosen) {
      chosen = now;
      reveal();
    }
  }
  return { el, paint };
}
