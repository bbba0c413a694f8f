/** The side columns: drawers on a narrow screen, shown or hidden on a wide one. */

import { byId } from "../core/dom.js";
import { on } from "../core/state.js";

const NARROW = matchMedia("(max-width: 860px)");
const ROOMY = matchMedia("(min-width: 1500px)");
const DRAWERS = { "left-side": "open-left", "right-side": "open-right", panel: "open-panel" };

let opener = null;
let membersGaveWay = false; // the panel replaced the members, and closing it shows them again

export function startDrawers() {
  for (const [drawer, button] of Object.entries(DRAWERS)) byId(button).addEventListener("click", () => toggle(drawer));
  byId("veil").addEventListener("click", closeDrawers);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || !NARROW.matches || !openDrawer()) return;
    closeDrawers();
  });
  NARROW.addEventListener("change", settle);
  on("channel", () => NARROW.matches && show("left-side", false));
  settle();
}

function settle() {
  show("left-side", !NARROW.matches);
  show("right-side", !NARROW.matches);
  show("panel", false);
}

export const isNarrow = () => NARROW.matches;

const isShown = (id) => byId(id).classList.contains("shown");
const openDrawer = () => Object.keys(DRAWERS).find(isShown);

export function toggle(id) {
  const opening = !isShown(id);
  if (NARROW.matches) Object.keys(DRAWERS).forEach((other) => show(other, false));
  else makeRoom(id, opening);
  show(id, opening);
  if (opening && NARROW.matches) {
    opener = byId(DRAWERS[id]);
    byId(id).querySelector("button, [tabindex]")?.focus();
  }
}

/** Shows either the members or the panel next to the messages; on a very wide screen both fit. */
function makeRoom(id, opening) {
  if (id === "right-side" && opening && !ROOMY.matches) show("panel", false);
  if (id !== "panel") return;
  if (!opening && membersGaveWay) show("right-side", true);
  membersGaveWay = opening && !ROOMY.matches && isShown("right-side");
  if (membersGaveWay) show("right-side", false);
}

export function reveal(id) {
  if (!isShown(id)) toggle(id);
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
