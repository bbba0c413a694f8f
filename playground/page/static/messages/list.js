/** The list of messages, which keeps its scroll position, focus and order when it changes. */

import { byId, clear, h } from "../core/dom.js";
import { application, channel, inDirectMessages } from "../core/lookup.js";
import { loadMessages } from "../core/session.js";
import { older, on, state } from "../core/state.js";
import { dayName } from "../markup/times.js";
import { isDismissed } from "./dismissed.js";
import { localEntries } from "./local.js";
import { isPrivate, isThinking, localRow, messageRow } from "./message.js";

const GROUP_MS = 7 * 60_000;
const NEAR_END_PX = 120;

let drawn = new Map(); // key -> {source, grouped, node}
let followsEnd = true;

export function startMessages() {
  const scroller = byId("messages");
  on("channel", startAnew);
  on("theme", redrawAll);
  on("world", redrawAll);
  on("messages", changed);
  on("command-sent", toEnd);
  scroller.addEventListener("scroll", () => {
    followsEnd = distance(scroller) < NEAR_END_PX;
    byId("to-end").hidden = followsEnd;
  });
  new ResizeObserver(() => followsEnd && toEnd()).observe(byId("message-list"));
  new ResizeObserver(() => followsEnd && toEnd()).observe(scroller);
  byId("to-end").addEventListener("click", toEnd);
  byId("message-list").addEventListener("keydown", keys);
  byId("message-list").addEventListener("focusin", (event) => moveTabStop(event.target.closest(".message")));
}

const distance = (scroller) => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight;

export function toEnd() {
  followsEnd = true;
  byId("messages").scrollTop = byId("messages").scrollHeight;
}

function startAnew() {
  drawn.clear();
  followsEnd = true;
  draw();
  toEnd();
}

function redrawAll() {
  drawn.clear();
  draw();
}

function changed(detail = {}) {
  if (detail.redraw) drawn.delete(detail.redraw);
  const scroller = byId("messages");
  const fromEnd = scroller.scrollHeight - scroller.scrollTop;
  draw();
  if (detail.before) scroller.scrollTop = scroller.scrollHeight - fromEnd;
  else if (followsEnd) toEnd();
}

function draw() {
  const list = byId("message-list");
  const focus = focused(list);
  const rows = entries();
  const next = new Map(rows.map((entry) => [entry.key, drawn.get(entry.key)]));
  for (const entry of rows) {
    const known = next.get(entry.key);
    const same = known && known.source === entry.source && known.variant === entry.variant;
    next.set(entry.key, same ? known : { source: entry.source, variant: entry.variant, node: entry.build() });
  }
  drawn = next;
  arrange(
    list,
    [...drawn.values()].map((each) => each.node),
  );
  restore(list, focus);
  moveTabStop(list.querySelector('.message[tabindex="0"]') ?? list.querySelector(".message:last-of-type"));
}

/** Moves as few nodes as possible, because a node that is moved loses the focus. */
function arrange(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

function entries() {
  const messages = (state.messages.get(state.channelId) ?? []).filter((each) => !isDismissed(each.id));
  const rows = [
    {
      key: "start",
      source: `${state.channelId} ${state.complete.has(state.channelId)} ${messages.length > 0}`,
      build: beginning,
    },
  ];
  const waiting = localEntries(state.channelId);
  let before = null;
  let lastDay = null;
  for (const message of messages) {
    while (waiting.length && older(waiting[0].interactionId, message.id) < 0) {
      rows.push(localEntry(waiting.shift()));
      before = null;
    }
    const day = new Date(message.timestamp).toDateString();
    if (day !== lastDay) rows.push({ key: `day ${day}`, source: day, build: () => dayRow(message.timestamp) });
    lastDay = day;
    const grouped = belongsTo(before, message);
    rows.push({ key: message.id, source: message, variant: grouped, build: () => messageRow(message, { grouped }) });
    before = message;
  }
  return [...rows, ...waiting.map(localEntry)];
}

const localEntry = (entry) => ({ key: entry.id, source: entry, variant: entry.failure, build: () => localRow(entry) });

function belongsTo(before, message) {
  if (!before || before.author.id !== message.author.id || message.interaction_metadata?.type === 2) return false;
  if (message.message_reference || message.referenced_message || isThinking(message)) return false;
  if (isPrivate(before) !== isPrivate(message)) return false;
  const apart = new Date(message.timestamp) - new Date(before.timestamp);
  return apart < GROUP_MS && new Date(before.timestamp).toDateString() === new Date(message.timestamp).toDateString();
}

const dayRow = (timestamp) => h("li", { class: "day" }, h("span", {}, dayName(timestamp)));

function beginning() {
  const here = channel(state.channelId);
  if (!here)
    return h(
      "li",
      { class: "beginning" },
      h("h2", {}, "Nothing here yet"),
      h("p", {}, "This person isn't in any server. Act as someone else to look around."),
    );
  if (!state.messages.has(state.channelId))
    return h("li", { class: "beginning" }, h("p", { class: "quiet" }, "Loading messages…"));
  if (!state.complete.has(state.channelId)) {
    const oldest = () => state.messages.get(state.channelId)[0]?.id;
    return h(
      "li",
      { class: "beginning" },
      h(
        "button",
        { type: "button", class: "button secondary", onclick: () => loadMessages(oldest()) },
        "Load earlier messages",
      ),
    );
  }
  const bot = application().name;
  const topic = inDirectMessages()
    ? `This is your direct message with ${bot}. Type / to see the commands that work here.`
    : here.topic || `Type / to see what ${bot} can do.`;
  return h(
    "li",
    { class: "beginning" },
    h("h2", {}, inDirectMessages() ? bot : `Welcome to #${here.name}`),
    h("p", {}, topic),
  );
}

/** Arrow keys move between messages; the whole list is a single tab stop. */
function keys(event) {
  const row = event.target.closest(".message");
  if (!row || event.target !== row) return;
  const rows = [...byId("message-list").querySelectorAll(".message")];
  const at = rows.indexOf(row);
  const moves = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: rows.length - 1 };
  if (!(event.key in moves)) return;
  event.preventDefault();
  rows[Math.max(0, Math.min(rows.length - 1, moves[event.key]))].focus();
}

function moveTabStop(row) {
  if (!row) return;
  for (const each of byId("message-list").querySelectorAll('[tabindex="0"].message, .more[tabindex="0"]'))
    each.tabIndex = -1;
  row.tabIndex = 0;
  const more = row.querySelector(".more");
  if (more) more.tabIndex = 0;
}

function focused(list) {
  const row = document.activeElement?.closest?.("#message-list .message");
  return row && list.contains(row)
    ? { message: row.dataset.message, part: document.activeElement.dataset.focus }
    : null;
}

/** Puts the focus back after a redraw: on the same button, or else on its message. */
function restore(list, focus) {
  if (!focus || list.contains(document.activeElement)) return;
  const row = list.querySelector(`[data-message="${focus.message}"]`);
  const parts = [...(row?.querySelectorAll("[data-focus]") ?? [])];
  const part = parts.find((each) => each.dataset.focus === focus.part && !each.disabled);
  (part ?? row)?.focus({ preventScroll: true });
}
