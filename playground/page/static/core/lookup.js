/** Finds people, roles, channels and commands by id in what this person may see. */

import { state } from "./state.js";

const EVERYDAY_CHANNELS = new Set([0, 1, 2, 5, 11, 12, 13]);

export const guild = (id = state.guildId) => state.world?.guilds.find((each) => each.id === id) ?? null;
export const role = (id) => allRoles().find((each) => each.id === id) ?? null;
export const me = () => state.world?.people.find((each) => each.id === state.me) ?? null;
export const application = () => state.world?.application ?? null;
export const inDirectMessages = () => state.guildId === null;

/** Into the bot's own pages about this server, signed in as whoever one acts as. */
export const dashboard = (more = {}) =>
  `/dashboard?${new URLSearchParams({ as: state.me, ...(state.guildId && { server: state.guildId }), ...more })}`;

const allRoles = () => state.world?.guilds.flatMap((each) => each.roles) ?? [];

export function channel(id) {
  if (id && id === state.world?.dm?.id) return { id, name: application().name, type: 1, topic: "" };
  return state.world?.guilds.flatMap((each) => each.channels).find((each) => each.id === id) ?? null;
}

export const guildOf = (channelId) =>
  state.world?.guilds.find((each) => each.channels.some((one) => one.id === channelId)) ?? null;

/** Channels in which one can write, in the order shown. */
export function openChannels(place) {
  const category = (one) => place.channels.find((each) => each.id === one.parent_id)?.position ?? -1;
  return place.channels
    .filter((each) => EVERYDAY_CHANNELS.has(each.type))
    .sort((a, b) => category(a) - category(b) || a.position - b.position);
}

export const member = (userId, place = guild()) => place?.members.find((each) => each.user.id === userId) ?? null;

export function user(id) {
  const known = state.world?.people.find((each) => each.id === id);
  return known ?? state.world?.guilds.flatMap((each) => each.members).find((each) => each.user.id === id)?.user ?? null;
}

export const plainName = (person) => person?.global_name || person?.username || "Someone";

/** What this person is called here: nickname, then global name, then user name. */
export function nameOf(person, place = guild()) {
  return member(person?.id, place)?.nick || plainName(person);
}

export const rolesOf = (one, place = guild()) =>
  (place?.roles ?? []).filter((each) => one?.roles.includes(each.id)).sort((a, b) => b.position - a.position);

export function colourOf(userId, place = guild()) {
  return rolesOf(member(userId, place), place).find((each) => each.color)?.color ?? 0;
}

/** Those who can be addressed here: the members, or in a direct message the two who talk. */
export function peopleHere() {
  const place = guild();
  if (place) return place.members.map((each) => each.user);
  const bot = state.world?.guilds.flatMap((each) => each.members).find((each) => each.bot)?.user;
  return [me(), bot ?? botUser()].filter(Boolean);
}

export function botUser() {
  const app = application();
  return app && { id: app.id, username: app.name, global_name: app.name, avatar_url: app.avatar_url, bot: true };
}
