/** The panel next to the chat: interactions, the bot's calls, faults, and the clock. */

import { api } from "../core/api.js";
import { byId, clear, h } from "../core/dom.js";
import { on, tell } from "../core/state.js";
import { closeDrawers, isNarrow, reveal, toggle } from "../sides/drawers.js";
import { startClockPane } from "./clock.js";
import { callRow, openExchange, startExchanges } from "./exchanges.js";
import { startFaults } from "./faults.js";

const TABS = ["clicks", "calls", "faults", "clock"];

let shown = "clicks";

export function startPanel() {
  startExchanges();
  startFaults();
  startClockPane();
  for (const name of TABS) {
    byId(`tab-${name}`).addEventListener("click", () => show(name));
    byId(`tab-${name}`).addEventListener("keydown", arrow);
  }
  byId("close-panel").addEventListener("click", () => (isNarrow() ? closeDrawers() : toggle("panel")));
  on("show-tab", (name) => {
    reveal("panel");
    show(name);
  });
  on("show-exchange", (id) => {
    tell("show-tab", "clicks");
    openExchange(id);
  });
  on("exchanges", () => shown === "calls" && loadCalls());
  show(shown);
}

function show(name) {
  shown = name;
  for (const each of TABS) {
    const current = each === name;
    byId(`tab-${each}`).setAttribute("aria-selected", String(current));
    byId(`tab-${each}`).tabIndex = current ? 0 : -1;
    byId(`pane-${each}`).hidden = !current;
  }
  if (name === "calls") loadCalls();
}

function arrow(event) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!by) return;
  const next = TABS[(TABS.indexOf(shown) + by + TABS.length) % TABS.length];
  show(next);
  byId(`tab-${next}`).focus();
}

async function loadCalls() {
  const { calls } = await api.calls().catch(() => ({ calls: [] }));
  clear(
    byId("calls"),
    calls.length ? calls.map(callRow) : h("p", { class: "empty" }, "The bot hasn't called Discord yet."),
  );
}
