/** A context menu: next to the pointer, or a sheet at the bottom of a phone. */

import { h } from "../core/dom.js";
import { close, float } from "./floating.js";

const LONG_PRESS_MS = 500;
const MOVED = 10;

/** `items` are {label, note?, run, disabled?, danger?} or {heading}; the menu closes before `run`. */
export function openMenu(items, anchor, { title, head } = {}) {
  const before = document.activeElement;
  const back = () => before?.isConnected && before.focus({ preventScroll: true });
  const run = (item) => {
    close();
    back();
    item.run();
  };
  const rows = items.map((item) => row(item, run));
  const menu = h(
    "div",
    {
      class: "menu",
      role: "menu",
      "aria-label": title ?? "Menu",
      tabindex: -1,
      onkeydown: (event) => keys(event, back),
    },
    head,
    rows,
  );
  float(menu, anchor);
  (focusable(menu)[0] ?? menu).focus({ preventScroll: true });
}

function row(item, run) {
  if (item.heading) return h("div", { class: "menu-heading", role: "presentation" }, item.heading);
  return h(
    "button",
    {
      type: "button",
      role: "menuitem",
      class: item.danger ? "menu-item danger" : "menu-item",
      tabindex: -1,
      "aria-disabled": item.disabled ?? false,
      onclick: () => item.disabled || run(item),
    },
    h("span", {}, item.label),
    item.note && h("span", { class: "menu-note" }, item.note),
  );
}

const focusable = (menu) => [...menu.querySelectorAll('[role="menuitem"]')];

function keys(event, back) {
  const items = focusable(event.currentTarget);
  const at = items.indexOf(document.activeElement);
  const moves = { ArrowDown: at + 1, ArrowUp: at - 1 + (at < 0), Home: 0, End: items.length - 1 };
  if (event.key in moves) items.at(moves[event.key] % items.length)?.focus();
  else if (event.key === "Escape" || event.key === "Tab") {
    close();
    back();
  } else if (event.key.length === 1 && event.key !== " ") {
    const letter = event.key.toLowerCase();
    [...items.slice(at + 1), ...items].find((item) => item.textContent.toLowerCase().startsWith(letter))?.focus();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/** Right click, the menu key and a long press all open the same menu. */
export function onContext(element, open) {
  let timer = null;
  let from = null;
  const stop = () => clearTimeout(timer);
  element.addEventListener("contextmenu", (event) => {
    if (event.target.closest("a, input, textarea")) return;
    event.preventDefault();
    stop();
    const byKey = event.clientX === 0 && event.clientY === 0;
    open(byKey ? element : { x: event.clientX, y: event.clientY });
  });
  element.addEventListener(
    "touchstart",
    (event) => {
      const touch = event.touches[0];
      from = { x: touch.clientX, y: touch.clientY };
      stop();
      timer = setTimeout(() => open(from), LONG_PRESS_MS);
    },
    { passive: true },
  );
  element.addEventListener(
    "touchmove",
    (event) => {
      const touch = event.touches[0];
      if (Math.hypot(touch.clientX - from.x, touch.clientY - from.y) > MOVED) stop();
    },
    { passive: true },
  );
  element.addEventListener("touchend", stop);
  element.addEventListener("touchcancel", stop);
}
