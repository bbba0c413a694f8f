/** The light or dark theme: the system's, until someone chooses. */

import { byId, clear } from "./dom.js";
import { icon } from "./icons.js";
import { tell } from "./state.js";

const KEY = "tatiana-theme";
const system = matchMedia("(prefers-color-scheme: dark)");

export const isDark = () => (document.documentElement.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";

function show() {
  const button = byId("theme");
  clear(button, icon(isDark() ? "sun" : "moon"));
  button.setAttribute("aria-label", isDark() ? "Use the light theme" : "Use the dark theme");
  button.title = button.getAttribute("aria-label");
  tell("theme");
}

export function startTheme() {
  const kept = localStorage.getItem(KEY);
  if (kept) document.documentElement.dataset.theme = kept;
  system.addEventListener("change", show);
  byId("theme").addEventListener("click", () => {
    document.documentElement.dataset.theme = isDark() ? "light" : "dark";
    localStorage.setItem(KEY, document.documentElement.dataset.theme);
    show();
  });
  show();
}
