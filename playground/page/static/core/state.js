/** The page's state, and its listeners. */

export const state = {
  me: null, // ID of the current person
  world: null,
  guildId: null, // null: the direct message with the bot
  channelId: null,
  messages: new Map(), // channel id -> messages, oldest first
  complete: new Set(), // channels whose first message is loaded
  unread: new Set(),
  commands: [], // for the current person in this channel
  headings: [], // of the `/` menu: {name, name_shown, icon, commands}
  commandsFailed: null, // the reason, if they couldn't be loaded
  exchanges: [],
  faults: {},
  online: true,
};

const listeners = new Map();

export function on(topic, listener) {
  if (!listeners.has(topic)) listeners.set(topic, []);
  listeners.get(topic).push(listener);
}

export function tell(topic, detail) {
  for (const listener of listeners.get(topic) ?? []) listener(detail);
}

/** Compares snowflakes, which are too large for numbers; of equal length, they sort as text. */
export function older(a, b) {
  return a.length === b.length ? (a < b ? -1 : a > b ? 1 : 0) : a.length - b.length;
}
