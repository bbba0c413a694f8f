/** Choices and their rows, for pickers, the `/` menu and select menus. */

import { h, newId } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { guild, nameOf, openChannels, peopleHere } from "../core/lookup.js";
import { state } from "../core/state.js";
import { avatar } from "./avatar.js";

const ICONS = { 0: "hash", 1: "at", 2: "speaker", 4: "down", 5: "megaphone" };
export const channelIcon = (type) => icon(ICONS[type] ?? "hash");

/** Sorts by name, with oneself and apps last, because they are rarely chosen. */
function byLikelihood(a, b) {
  const last = (user) => (user.bot ? 2 : user.id === state.me ? 1 : 0);
  return last(a) - last(b) || nameOf(a).localeCompare(nameOf(b));
}

/** Choices are {value, label, description?, picture?, kind?}; `kind` tells mentionable ones apart. */
export const people = () =>
  [...peopleHere()].sort(byLikelihood).map((user) => ({
    value: user.id,
    kind: "user",
    label: nameOf(user),
    description: user.username + (user.bot ? " · app" : ""),
    search: `${nameOf(user)} ${user.global_name ?? ""} ${user.username}`,
    picture: () => avatar(user, "tiny"),
  }));

export const roles = () =>
  [...(guild()?.roles ?? [])]
    .sort((a, b) => b.position - a.position)
    .map((role) => ({
      value: role.id,
      kind: "role",
      label: role.name,
      description: role.managed ? "belongs to an app" : "",
      picture: () => icon("role"),
    }));

export function channels(types) {
  const server = guild();
  if (!server) return [];
  const categories = server.channels.filter((each) => each.type === 4);
  return [...openChannels(server), ...categories]
    .filter((each) => !types?.length || types.includes(each.type))
    .map((each) => ({
      value: each.id,
      kind: "channel",
      label: each.name,
      description: "",
      picture: () => channelIcon(each.type),
    }));
}

export const mentionables = () => [...people(), ...roles()];

/** The choices that match what was typed, best first. */
export function matching(choices, typed) {
  const wanted = typed.trim().toLowerCase().replace(/^[@#]/, "");
  if (!wanted) return choices;
  const rankOf = (choice) => {
    const text = (choice.search ?? choice.label).toLowerCase();
    if (text.startsWith(wanted)) return 0;
    if (text.includes(` ${wanted}`)) return 1;
    return text.includes(wanted) || choice.value === wanted ? 2 : 3;
  };
  return choices
    .map((choice, index) => [rankOf(choice), index, choice])
    .filter(([rank]) => rank < 3)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
    .map(([, , choice]) => choice);
}

export function choiceRow(choice, attributes = {}) {
  return h(
    "div",
    { role: "option", id: newId("choice"), class: "choice", ...attributes },
    choice.picture && h("span", { class: "choice-picture" }, choice.picture()),
    h(
      "span",
      { class: "choice-text" },
      h("span", { class: "choice-label" }, choice.label),
      choice.description && h("span", { class: "choice-description" }, choice.description),
    ),
    h("span", { class: "choice-mark" }, icon("check")),
  );
}
