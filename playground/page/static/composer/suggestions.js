/** The list that opens above the composer. The focus stays in the input; the list follows its arrow keys. */

import { byId, clear } from "../core/dom.js";

let shown = null; // {input, rows, active, accept}

/**
 * Shows rows for an input. `rows` are {element, item}; `accept(item)` is called on Enter, Tab or a press.
 * `active` is the row highlighted at first, -1 for none.
 */
export function suggest(input, { head = [], rows = [], accept = () => {}, active = 0, foot = null }) {
  const box = byId("suggestions");
  shown = { input, rows, accept, active: rows.length ? active : -1 };
  clear(byId("suggestion-head"), head);
  clear(
    byId("suggestion-list"),
    rows.map(({ element }) => element),
  );
  clear(byId("suggestion-foot"), foot);
  byId("suggestion-list").hidden = !rows.length;
  rows.forEach(({ element, item }, index) => {
    // pointerdown would take the focus away from the input.
    element.addEventListener("pointerdown", (event) => event.preventDefault());
    element.addEventListener("click", () => accept(item));
    element.addEventListener("pointermove", () => shown?.active !== index && mark(index, false));
  });
  box.hidden = false;
  input.setAttribute("aria-expanded", String(rows.length > 0));
  mark(shown.active);
}

function mark(index, scroll = true) {
  shown.active = index;
  shown.rows.forEach(({ element }, at) => {
    element.classList.toggle("active", at === index);
    element.setAttribute("aria-selected", String(at === index));
  });
  const element = shown.rows[index]?.element;
  shown.input.setAttribute("aria-activedescendant", element?.id ?? "");
  if (scroll) element?.scrollIntoView({ block: "nearest" });
}

export function hide() {
  if (!shown) return;
  shown.input.setAttribute("aria-expanded", "false");
  shown.input.removeAttribute("aria-activedescendant");
  shown = null;
  byId("suggestions").hidden = true;
}

export const isShown = () => shown !== null;

/** Answers the keys that belong to the list; true if the key was used. */
export function suggestionKey(event) {
  if (!shown?.rows.length) return false;
  const count = shown.rows.length;
  if (event.key === "ArrowDown") mark((shown.active + 1) % count);
  else if (event.key === "ArrowUp") mark((shown.active <= 0 ? count : shown.active) - 1);
  else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && shown.active >= 0)
    shown.accept(shown.rows[shown.active].item);
  else return false;
  event.preventDefault();
  return true;
}
