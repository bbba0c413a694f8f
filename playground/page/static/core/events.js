/** The event stream. It reconnects by itself and says when it has. */

import { noteExchange, noteFailure, noteModal } from "./interactions.js";
import { older, state, tell } from "./state.js";

const RETRY_MS = [500, 1000, 2000, 4000, 8000];

const REPLAYED = 200;
const REST_AFTER_MS = 60_000;

let source = null;
let timer = null;
let tries = 0;
let whenOpened = null;
let seen = 0;
const recent = []; // the latest message events: [number, event]

/** Opens the stream of the current person; `opened` runs each time it connects, including the first. */
export function listen(opened) {
  clearTimeout(timer);
  source?.close();
  whenOpened = opened;
  const stream = new EventSource(`/ui/events?as=${encodeURIComponent(state.me)}`);
  source = stream;
  stream.onopen = () => {
    tries = 0;
    connected(true);
    opened();
  };
  stream.onmessage = (event) => receive(JSON.parse(event.data));
  stream.onerror = () => {
    if (stream !== source) return;
    connected(false);
    // The browser reconnects by itself, but not after an HTTP error.
    if (stream.readyState !== EventSource.CLOSED) return;
    timer = setTimeout(() => listen(opened), RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
  };
}

/**
 * A browser only keeps six connections per server, shared by all tabs, so a hidden tab closes its
 * connection and catches up later.
 */
export function startResting() {
  let rest = null;
  document.addEventListener("visibilitychange", () => {
    clearTimeout(rest);
    if (document.hidden) rest = setTimeout(() => source?.close(), REST_AFTER_MS);
    else if (source?.readyState === EventSource.CLOSED) listen(whenOpened);
  });
}

function connected(online) {
  if (state.online === online) return;
  state.online = online;
  tell("connection");
}

const receivers = {
  message: ({ channel_id, message }) => keepMessage(channel_id, message),
  message_delete: ({ channel_id, id }) => dropMessage(channel_id, id),
  modal: (event) => noteModal(event),
  failed: (event) => noteFailure(event),
  exchange: ({ exchange }) => keepExchange(exchange),
  world: () => tell("world-changed"),
  faults: ({ faults }) => {
    state.faults = faults;
    tell("faults");
  },
};

function receive(event) {
  if (event.type.startsWith("message")) {
    recent.push([++seen, event]);
    if (recent.length > REPLAYED) recent.shift();
  }
  receivers[event.type]?.(event);
}

export const eventsSeen = () => seen;

/** Applies events again that arrived while a list was loading, because they are newer than the list. */
export function replaySince(number, channelId) {
  for (const [each, event] of recent) if (each > number && event.channel_id === channelId) receivers[event.type](event);
}

function keepMessage(channelId, message) {
  const known = state.messages.get(channelId);
  if (channelId !== state.channelId) {
    // A channel that isn't shown is loaded again when it is opened.
    state.messages.delete(channelId);
    state.unread.add(channelId);
    return tell("unread");
  }
  const messages = known ?? [];
  const index = messages.findIndex((each) => each.id === message.id);
  if (index >= 0) messages[index] = message;
  else messages.push(message);
  messages.sort((a, b) => older(a.id, b.id));
  state.messages.set(channelId, messages);
  tell("messages", { id: message.id });
}

function dropMessage(channelId, id) {
  const messages = state.messages.get(channelId);
  if (!messages) return;
  state.messages.set(
    channelId,
    messages.filter((each) => each.id !== id),
  );
  if (channelId === state.channelId) tell("messages", { gone: id });
}

function keepExchange(exchange) {
  const index = state.exchanges.findIndex((each) => each.id === exchange.id);
  if (index >= 0) state.exchanges[index] = exchange;
  else state.exchanges.unshift(exchange);
  state.exchanges.length = Math.min(state.exchanges.length, 50);
  noteExchange(exchange);
  tell("exchanges", { id: exchange.id });
}
