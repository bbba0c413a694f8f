/** The header above the messages: the channel, and a warning if something is wrong. */

import { byId, clear } from "../core/dom.js";
import { application, channel, dashboard, inDirectMessages, member } from "../core/lookup.js";
import { on, state, tell } from "../core/state.js";
import { timestamp } from "../markup/times.js";
import { channelIcon } from "../widgets/choices.js";

const TROUBLE_MS = 6000;
const LONGEST_WAIT_MS = 2 ** 31 - 1;
let timer = null;
let freed = null;

export function startHeading() {
  for (const topic of ["channel", "world", "connection"]) on(topic, draw);
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
  const slowmode = here?.slowmode && `Slowmode: one message every ${here.slowmode} s`;
  const about = [slowmode, here?.topic].filter(Boolean).join(" · ");
  byId("place-topic").textContent = inDirectMessages() ? "Only the two of you" : about;
  byId("messages").setAttribute("aria-label", here ? `Messages in ${here.name}` : "Messages");
  byId("to-dashboard").href = dashboard();
  const sentence = warning() ?? silence();
  byId("warning").textContent = sentence ?? "";
  byId("warning").hidden = !sentence;
}

function warning() {
  if (!state.online) return "The playground isn't responding. Reconnecting…";
  const app = application();
  if (!app.endpoint)
    return `${app.name} hasn't set its interactions endpoint yet, so it can't be reached. It does that when it starts.`;
  if (!app.commands_registered) return `${app.name} hasn't registered any commands yet. It does that when it starts.`;
  return null;
}

/** The end of one's own timeout; nothing happens on Discord then, so the page looks again by itself. */
function silence() {
  clearTimeout(freed);
  const until = Date.parse(member(state.me)?.timed_out_until);
  if (!until) return null;
  const left = until - Date.now() - state.world.ahead * 1000;
  freed = setTimeout(() => tell("world-changed"), Math.min(Math.max(left, 0) + 500, LONGEST_WAIT_MS));
  return `You are timed out until ${timestamp(Math.ceil(until / 1000), "f").textContent}. Until then you can only read.`;
}
