/** Looks up people, roles and channels among those that the current person may see. */

import { state } from "./state.js";

const EVERYDAY_CHANNELS = new Set([0, 1, 2, 5, 11, 12, 13]);

export const guild = (id = state.guildId) => state.world?.guilds.find((each) => each.id === id) ?? null;
export const role = (id) => allRoles().find((each) => each.id === id) ?? null;
export const me = () => state.world?.people.find((each) => each.id === state.me) ?? null;
export const application = () => state.world?.application ?? null;
export const inDirectMessages = () => state.guildId === null;

/** The link to this server's dashboard, signed in as the current person. */
export const dashboard = (more = {}) =>
  `/dashboard?${new URLSearchParams({ as: state.me, ...(state.guildId && { server: state.guildId }), ...more })}`;

const allRoles = () => state.world?.guilds.flatMap((each) => each.roles) ?? [];

export function channel(id) {
  if (id && id === state.world?.dm?.id) return { id, name: application().name, type: 1, topic: "" };
  return state.world?.guilds.flatMap((each) => each.channels).find((each) => each.id === id) ?? null;
}

export const guildOf = (channelId) =>
  state.world?.guilds.find((each) => each.channels.some((channel) => channel.id === channelId)) ?? null;

/** Channels for messages, in the order shown. */
export function openChannels(server) {
  const category = (channel) => server.channels.find((each) => each.id === channel.parent_id)?.position ?? -1;
  return server.channels
    .filter((each) => EVERYDAY_CHANNELS.has(each.type))
    .sort((a, b) => category(a) - category(b) || a.position - b.position);
}

export const member = (userId, server = guild()) => server?.members.find((each) => each.user.id === userId) ?? null;

export function user(id) {
  const known = state.world?.people.find((each) => each.id === id);
  return known ?? state.world?.guilds.flatMap((each) => each.members).find((each) => each.user.id === id)?.user ?? null;
}

export const plainName = (person) => person?.global_name || person?.username || "Someone";

/** A person's name here: nickname, global name or username. */
export function nameOf(person, server = guild()) {
  return member(person?.id, server)?.nick || plainName(person);
}

export const rolesOf = (person, server = guild()) =>
  (server?.roles ?? []).filter((each) => person?.roles.includes(each.id)).sort((a, b) => b.position - a.position);

export function colourOf(userId, server = guild()) {
  return rolesOf(member(userId, server), server).find((each) => each.color)?.color ?? 0;
}

/** The members of this server, or the two people in a direct message. */
export function peopleHere() {
  const server = guild();
  if (server) return server.members.map((each) => each.user);
  const bot = state.world?.guilds.flatMap((each) => each.members).find((each) => each.bot)?.user;
  return [me(), bot ?? botUser()].filter(Boolean);
}

export function botUser() {
  const app = application();
  return app && { id: app.id, username: app.name, global_name: app.name, avatar_url: app.avatar_url, bot: true };
}
