/** The current person and channel: loads their data and keeps them in the URL. */

import { api } from "./api.js";
import { eventsSeen, listen, replaySince } from "./events.js";
import { guildOf, openChannels } from "./lookup.js";
import { noteExchange } from "./interactions.js";
import { state, tell } from "./state.js";

const PAGE = 50;

let following = false;
let stale = false;

export async function start() {
  const asked = new URLSearchParams(location.search);
  await actAs(asked.get("as"), asked.get("channel"));
}

/** Acts as another person, in the same channel if they can see it. */
export async function actAs(personId, channelId = state.channelId) {
  const world = await api.world(personId).catch((error) => {
    if (personId) return api.world(null);
    throw error;
  });
  const known = world.people.some((each) => each.id === personId);
  const me = known ? personId : world.people[0].id;
  Object.assign(state, { me, world: known ? world : await api.world(me), faults: world.faults ?? {}, commands: [] });
  state.messages.clear();
  state.complete.clear();
  state.unread.clear();
  state.exchanges = [];
  tell("person");
  settle(channelId);
  listen(catchUp);
}

/** Reloads whatever the stream may have missed. */
async function catchUp() {
  await Promise.all([reloadWorld(), loadMessages(), loadExchanges()]);
}

/** Reloads after a change; further changes in the meantime, as of a bulk ban, are one more reload. */
export async function followWorld() {
  stale = true;
  if (following) return;
  following = true;
  try {
    while (stale) {
      stale = false;
      await reloadWorld();
    }
  } finally {
    following = false;
  }
}

async function reloadWorld() {
  const me = state.me;
  const world = await api.world(me).catch(() => null);
  if (!world || me !== state.me) return;
  const left = guildOf(state.channelId);
  Object.assign(state, { world, faults: world.faults ?? state.faults });
  tell("world");
  tell("faults");
  if (!locate(state.channelId)) {
    const other = world.other_guilds.find((each) => each.id === left?.id);
    if (other) tell("trouble", `You are no longer in ${other.name}${other.banned ? ": you have been banned" : ""}.`);
    settle(null);
  }
  else await loadCommands();
}

function locate(channelId) {
  if (channelId && channelId === state.world.dm?.id) return { guildId: null, channelId };
  const home = guildOf(channelId);
  return home && { guildId: home.id, channelId };
}

function settle(channelId) {
  const first = state.world.guilds.map(openChannels).flat()[0]?.id ?? state.world.dm?.id ?? null;
  const there = locate(channelId) ?? locate(first) ?? { guildId: null, channelId: null };
  goTo(there.channelId);
}

export function goTo(channelId) {
  const there = locate(channelId) ?? { guildId: null, channelId: null };
  Object.assign(state, there);
  state.unread.delete(channelId);
  const address = new URLSearchParams({ as: state.me, ...(channelId && { channel: channelId }) });
  history.replaceState(null, "", `?${address}`);
  tell("channel");
  loadMessages();
  loadCommands();
}

export function goToGuild(guildId) {
  const home = state.world.guilds.find((each) => each.id === guildId);
  goTo(home ? openChannels(home)[0]?.id : state.world.dm?.id);
}

export async function loadMessages(before) {
  const { me, channelId } = state;
  if (!channelId) return;
  const since = eventsSeen();
  try {
    const { messages } = await api.messages(me, channelId, before);
    if (me !== state.me) return;
    const newer = before ? (state.messages.get(channelId) ?? []) : [];
    state.messages.set(channelId, [...messages, ...newer]);
    if (messages.length < PAGE) state.complete.add(channelId);
    else if (!before) state.complete.delete(channelId);
    if (channelId !== state.channelId) return;
    tell("messages", { before });
    replaySince(since, channelId);
  } catch (error) {
    tell("trouble", error.message);
  }
}

export async function loadCommands() {
  const { me, channelId } = state;
  if (!channelId) return;
  try {
    const { commands, headings } = await api.commands(me, channelId);
    if (me !== state.me || channelId !== state.channelId) return;
    Object.assign(state, { commands, headings, commandsFailed: null });
  } catch (error) {
    Object.assign(state, { commands: [], commandsFailed: error.message });
  }
  tell("commands");
}

async function loadExchanges() {
  const me = state.me;
  const { exchanges } = await api.exchanges(me).catch(() => ({ exchanges: [] }));
  if (me !== state.me) return;
  state.exchanges = exchanges;
  exchanges.forEach(noteExchange);
  tell("exchanges");
}
