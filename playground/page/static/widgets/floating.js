/** Shows an element in the top layer next to its anchor. */

import { paint } from "../core/dom.js";

const GAP = 6;
const EDGE = 8;

let open = null;

/**
 * Shows `element` at `anchor` (an element, or a point {x, y}) until it is closed, someone clicks outside
 * or the page is resized. It is added to `host`, so that it also works inside a modal dialog.
 */
export function float(element, anchor, { host = document.body, closed = () => {}, side = "below", fit = false } = {}) {
  close();
  element.popover = "manual";
  element.classList.add("floating");
  host.append(element);
  element.showPopover();
  place(element, anchor, side, fit);
  open = { element, anchor, closed };
  setTimeout(() => {
    document.addEventListener("pointerdown", outside, true);
    window.addEventListener("resize", close);
  });
}

export function close() {
  if (!open) return;
  const { element, closed } = open;
  open = null;
  document.removeEventListener("pointerdown", outside, true);
  window.removeEventListener("resize", close);
  element.remove();
  closed();
}

export const isOpen = (element) => open?.element === element;

function outside(event) {
  const { element, anchor } = open ?? {};
  if (!element || element.contains(event.target)) return;
  // The button that opened it handles its own clicks.
  if (anchor instanceof Element && anchor.contains(event.target)) return;
  close();
}

function place(element, anchor, side, fit) {
  const box =
    anchor instanceof Element
      ? anchor.getBoundingClientRect()
      : { left: anchor.x, right: anchor.x, top: anchor.y, bottom: anchor.y, width: 0 };
  if (fit) paint(element, { "min-width": `${box.width}px` });
  const { width, height } = element.getBoundingClientRect();
  const below = box.bottom + GAP;
  const above = box.top - GAP - height;
  const fitsBelow = below + height <= innerHeight - EDGE;
  const top = side === "above" ? (above >= EDGE ? above : below) : fitsBelow || above < EDGE ? below : above;
  paint(element, {
    left: `${Math.max(EDGE, Math.min(box.left, innerWidth - width - EDGE))}px`,
    top: `${Math.max(EDGE, Math.min(top, innerHeight - height - EDGE))}px`,
  });
}
