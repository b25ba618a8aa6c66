// The field in which a number of a grid is typed. Enter and Tab keep it, Escape does not; leaving it keeps it.
import { parse } from "../arithmetic/numbers.js";
import { h } from "./dom.js";

/**
 * @param {HTMLElement} cell
 * @param {string} text what stands in the field at first
 * @param {{
 *   selected: boolean, onClose: () => void, onValue: (value: number) => void, onReject: (text: string) => void,
 * }} options
 */
export function openEditor(cell, text, { selected, onClose, onValue, onReject }) {
  const field = h("input", {
    class: "cb-editor",
    inputmode: "text",
    "aria-label": cell.getAttribute("aria-label"),
    value: text,
  });
  let open = true;

  function close(keep) {
    if (!open) return;
    open = false;
    onClose();
    const hadFocus = document.activeElement === field;
    field.remove();
    if (hadFocus) cell.focus();
    if (!keep) return;
    const value = parse(field.value);
    if (value === null) onReject(field.value);
    else onValue(value);
  }
  field.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key === "Enter" || event.key === "Tab") close(true);
    if (event.key === "Escape") close(false);
    if (event.key === "Enter" || event.key === "Escape") event.preventDefault();
  });
  field.addEventListener("blur", () => close(true));
  field.addEventListener("drop-edit", () => close(false)); // another state is put in place: it may not have this cell
  cell.append(field);
  field.focus();
  if (selected) field.select();
  return field;
}
