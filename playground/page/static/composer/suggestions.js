/** The list above the composer. The focus stays in the input, whose arrow keys move the selection. */

import { byId, clear, h, newId } from "../core/dom.js";

let shown = null; // {input, rows, active, accept}

/**
 * Shows rows for an input. `rows` are {element, item, heading?}; `accept(item)` is called on Enter, Tab or a press.
 * Consecutive rows with the same `heading`, {key, icon, label}, are grouped under it. `active` is the row
 * selected at first, or -1.
 */
export function suggest(input, { head = [], rows = [], accept = () => {}, active = 0, foot = null }) {
  const box = byId("suggestions");
  shown = { input, rows, accept, active: rows.length ? active : -1 };
  clear(byId("suggestion-head"), head);
  clear(byId("suggestion-list"), grouped(rows));
  byId("suggestion-list").scrollTop = 0;
  clear(byId("suggestion-foot"), foot);
  byId("suggestion-list").hidden = !rows.length;
  rows.forEach(({ element, item }, index) => {
    // pointerdown would take the focus away from the input.
    element.addEventListener("pointerdown", (event) => event.preventDefault());
    element.addEventListener("click", () => accept(item));
    element.addEventListener("pointermove", () => shown?.active !== index && mark(index, null));
  });
  box.hidden = false;
  input.setAttribute("aria-expanded", String(rows.length > 0));
  mark(shown.active);
}

function grouped(rows) {
  const groups = [];
  for (const { element, heading } of rows) {
    if (groups.at(-1)?.heading?.key !== heading?.key || !groups.length) groups.push({ heading, elements: [] });
    groups.at(-1).elements.push(element);
  }
  return groups.map(({ heading, elements }) => (heading ? group(heading, elements) : elements));
}

function group({ icon, label }, elements) {
  const id = newId("heading");
  const title = [icon && h("span", { class: "emoji", "aria-hidden": "true" }, icon), h("span", { id }, label)];
  return h(
    "div",
    { role: "group", "aria-labelledby": id },
    h("div", { class: "choices-heading", role: "presentation" }, title),
    elements,
  );
}

function mark(index, scrollTo = "nearest") {
  shown.active = index;
  shown.rows.forEach(({ element }, at) => {
    element.classList.toggle("active", at === index);
    element.setAttribute("aria-selected", String(at === index));
  });
  const element = shown.rows[index]?.element;
  shown.input.setAttribute("aria-activedescendant", element?.id ?? "");
  if (scrollTo) element?.scrollIntoView({ block: scrollTo });
}

const startsGroup = (row, at, rows) => at === 0 || row.heading?.key !== rows[at - 1].heading?.key;
const groupStarts = () => shown.rows.flatMap((row, at) => (startsGroup(row, at, shown.rows) ? [at] : []));
const nextHeading = () => groupStarts().find((at) => at > shown.active) ?? shown.rows.length - 1;
const headingBefore = () => groupStarts().findLast((at) => at < shown.active) ?? 0;

export function hide() {
  if (!shown) return;
  shown.input.setAttribute("aria-expanded", "false");
  shown.input.removeAttribute("aria-activedescendant");
  shown = null;
  byId("suggestions").hidden = true;
}

export const isShown = () => shown !== null;

/** Handles keys that belong to the list; true if it did. */
export function suggestionKey(event) {
  if (!shown?.rows.length) return false;
  const count = shown.rows.length;
  if (event.key === "ArrowDown") mark((shown.active + 1) % count);
  else if (event.key === "ArrowUp") mark((shown.active <= 0 ? count : shown.active) - 1);
  else if (event.key === "PageDown") mark(nextHeading(), "start");
  else if (event.key === "PageUp") mark(headingBefore(), "start");
  else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && shown.active >= 0)
    shown.accept(shown.rows[shown.active].item);
  else return false;
  event.preventDefault();
  return true;
}
