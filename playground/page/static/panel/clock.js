/** The clock: what time it is for Discord, and buttons that move it forward. */

import { api } from "../core/api.js";
import { now } from "../core/clock.js";
import { byId, clear, h } from "../core/dom.js";
import { on, tell } from "../core/state.js";
import { timestamp } from "../markup/times.js";

const STEPS = { "+10 minutes": 600, "+1 hour": 3600, "+1 day": 86_400, "+1 week": 604_800 };

export function startClockPane() {
  const buttons = Object.entries(STEPS).map(([name, seconds]) =>
    h("button", { type: "button", class: "button secondary", onclick: () => move(seconds) }, name),
  );
  clear(byId("clock-steps"), buttons);
  on("world", draw);
  setInterval(draw, 1000);
}

function draw() {
  const shown = timestamp(Math.floor(now() / 1000), "F");
  if (byId("clock-time").textContent !== shown.textContent) clear(byId("clock-time"), shown);
}

async function move(seconds) {
  // The stream tells every open page, this one too.
  await api.moveClock(seconds).catch((error) => tell("trouble", error.message));
}
