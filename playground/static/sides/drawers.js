/** On a narrow screen the side columns are drawers; on a wide one they are simply there or not. */

import { byId } from "../core/dom.js";
import { on } from "../core/state.js";

const NARROW = matchMedia("(max-width: 860px)");
const DRAWERS = { "left-side": "open-left", "right-side": "open-right", panel: "open-panel" };

let opener = null;

export function startDrawers() {
  for (const [drawer, button] of Object.entries(DRAWERS)) byId(button).addEventListener("click", () => toggle(drawer));
  byId("veil").addEventListener("click", closeDrawers);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !NARROW.matches || !openDrawer()) return;
    closeDrawers();
  });
  NARROW.addEventListener("change", settle);
  on("place", () => NARROW.matches && show("left-side", false));
  settle();
}

function settle() {
  show("left-side", !NARROW.matches);
  show("right-side", !NARROW.matches);
  show("panel", false);
}

export const isNarrow = () => NARROW.matches;

const openDrawer = () => Object.keys(DRAWERS).find((id) => byId(id).classList.contains("shown"));

export function toggle(id) {
  const opening = !byId(id).classList.contains("shown");
  if (opening && (NARROW.matches || id !== "left-side")) for (const other of ["right-side", "panel"]) show(other, false);
  if (opening && NARROW.matches) show("left-side", false);
  show(id, opening);
  if (opening && NARROW.matches) {
    opener = byId(DRAWERS[id]);
    byId(id).querySelector("button, [tabindex]")?.focus();
  }
}

export function reveal(id) {
  if (!byId(id).classList.contains("shown")) toggle(id);
}

export function closeDrawers() {
  if (!NARROW.matches) return;
  for (const id of Object.keys(DRAWERS)) show(id, false);
  opener?.focus();
  opener = null;
}

function show(id, shown) {
  byId(id).classList.toggle("shown", shown);
  byId(id).inert = !shown;
  byId(DRAWERS[id]).setAttribute("aria-expanded", String(shown));
  byId("veil").hidden = !(NARROW.matches && openDrawer());
}
