/** The line above the messages: where one is, and what is not as it should be. */

import { byId, clear } from "../core/dom.js";
import { application, channel, dashboard, inDirectMessages } from "../core/lookup.js";
import { on, state } from "../core/state.js";
import { channelIcon } from "../widgets/choices.js";

const TROUBLE_MS = 6000;
let timer = null;

export function startHeading() {
  for (const topic of ["place", "world", "connection"]) on(topic, draw);
  on("trouble", (sentence) => {
    byId("toast").textContent = sentence;
    byId("toast").hidden = false;
    clearTimeout(timer);
    timer = setTimeout(() => (byId("toast").hidden = true), TROUBLE_MS);
  });
}

function draw() {
  if (!state.world) return;
  const here = channel(state.channelId);
  clear(byId("place-icon"), here && channelIcon(here.type));
  byId("place-name").textContent = here?.name ?? "No channel";
  byId("place-topic").textContent = inDirectMessages() ? "Only the two of you" : (here?.topic ?? "");
  byId("messages").setAttribute("aria-label", here ? `Messages in ${here.name}` : "Messages");
  byId("to-dashboard").href = dashboard();
  const sentence = warning();
  byId("warning").textContent = sentence ?? "";
  byId("warning").hidden = !sentence;
}

function warning() {
  if (!state.online) return "The playground does not answer. The page tries again by itself and then catches up.";
  const app = application();
  if (!app.endpoint)
    return `${app.name} has not told Discord where it listens yet, so clicks cannot reach it. It does so when it starts.`;
  if (!app.commands_registered) return `${app.name} has not registered any commands yet. It does so when it starts.`;
  return null;
}
