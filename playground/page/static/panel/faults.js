/** Faults to switch on, as real networks have them. */

import { api } from "../core/api.js";
import { byId, clear, h, newId } from "../core/dom.js";
import { on, state, tell } from "../core/state.js";

const NONE = { slow_ms: 0, twice: false, lose_answer: false, rate_limit: 0, server_errors: 0, resets: 0, lost_responses: 0, no_message_content: false };
const percent = (share) => `${Math.round(share * 100)}%`;

const SWITCHES = [
  {
    key: "slow_ms",
    name: "Slow network",
    max: 5000,
    step: 250,
    format: (ms) => `${ms / 1000} s`,
    text: "The bot's response arrives late. Discord gives up after three seconds in total, so the bot should defer in time, and a late command must still take effect only once.",
  },
  {
    key: "twice",
    name: "Deliver twice",
    text: "Each click reaches the bot twice at the same moment. The bot should act once and send the same response to both.",
  },
  {
    key: "lose_answer",
    name: "Lose the response",
    text: "The bot does its work, but its response is lost, so you see “did not respond”. Trying again should not do the work twice, and /transactions should show what happened.",
  },
  {
    key: "rate_limit",
    name: "Too many requests",
    max: 1,
    step: 0.1,
    format: percent,
    text: "This share of the bot's own calls is refused with 429. The bot should wait as long as the response says, then continue by itself.",
  },
  {
    key: "server_errors",
    name: "Server errors",
    max: 1,
    step: 0.1,
    format: percent,
    text: "This share of the bot's calls fails with 500 or 502, half of them after they took effect. The bot should only repeat what is safe to repeat.",
  },
  {
    key: "resets",
    name: "Broken connections",
    max: 1,
    step: 0.1,
    format: percent,
    text: "This share of the bot's calls breaks off before Discord carries it out.",
  },
  {
    key: "lost_responses",
    name: "Lost results",
    max: 1,
    step: 0.1,
    format: percent,
    text: "Discord carries out this share of the bot's calls, but the connection breaks off before the response. The bot should look before it repeats one.",
  },
  {
    key: "no_message_content",
    name: "No message content",
    text: "The bot reads other people's messages without their text, embeds and files, as without the intent for message content. Filters on text should refuse instead of finding nothing.",
  },
];

export function startFaults() {
  on("faults", draw);
  on("world", draw);
  byId("fault-pill").addEventListener("click", () => tell("show-tab", "faults"));
}

const active = () => SWITCHES.filter(({ key }) => state.faults[key]);

function draw() {
  const on = active();
  const pill = byId("fault-pill");
  pill.hidden = !on.length;
  pill.textContent = on.length === 1 ? `${on[0].name} is on` : `${on.length} faults are on`;
  const box = byId("faults");
  if (box.childElementCount && box.contains(document.activeElement)) return refresh(box);
  clear(
    box,
    h(
      "p",
      { class: "quiet" },
      "All of this happens on real networks now and then. Turn something on, use a command, and see how the bot copes.",
    ),
    SWITCHES.map(line),
    h("button", { type: "button", class: "button secondary", onclick: () => save(NONE) }, "Turn everything off"),
  );
  refresh(box);
}

/** Updates values in place, so that a slider being dragged stays. */
function refresh(box) {
  for (const { key, max, format } of SWITCHES) {
    const input = box.querySelector(`[name="${key}"]`);
    if (!max) input.checked = Boolean(state.faults[key]);
    else if (input !== document.activeElement) input.value = state.faults[key] ?? 0;
    const shown = box.querySelector(`[data-value="${key}"]`);
    if (shown) shown.textContent = state.faults[key] ? format(state.faults[key]) : "off";
  }
}

function line({ key, name, max, step, text }) {
  const id = newId("fault");
  const about = newId("about");
  const attributes = { id, name: key, "aria-describedby": about };
  const change = (event) => save({ [key]: max ? Number(event.target.value) : event.target.checked });
  const input = max
    ? h("input", { type: "range", min: 0, max, step, ...attributes, onchange: change })
    : h("input", { type: "checkbox", role: "switch", class: "switch", ...attributes, onchange: change });
  return h(
    "div",
    { class: max ? "fault" : "fault with-switch" },
    h("label", { for: id }, name),
    max && h("span", { class: "fault-value", "data-value": key }),
    input,
    h("p", { class: "quiet", id: about }, text),
  );
}

async function save(change) {
  try {
    const answer = await api.setFaults({ ...NONE, ...state.faults, ...change });
    state.faults = answer.faults ?? answer;
  } catch (error) {
    tell("trouble", error.message);
  }
  tell("faults");
}
