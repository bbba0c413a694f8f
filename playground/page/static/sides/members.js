/** The members of the current server, grouped by their highest role. */

import { byId, clear, h } from "../core/dom.js";
import { botUser, guild, me, nameOf, rolesOf } from "../core/lookup.js";
import { on, state, tell } from "../core/state.js";
import { colouredName } from "../markup/render.js";
import { avatar } from "../widgets/avatar.js";
import { onContext } from "../widgets/menu.js";

export function startMembers() {
  for (const topic of ["channel", "world", "theme"]) on(topic, draw);
}

function draw() {
  if (!state.world) return;
  const here = guild();
  const groups = here
    ? [...byRole(here), ...banned(here)]
    : [["In this conversation", [me(), botUser()].filter(Boolean).map((user) => ({ user, bot: user.bot }))]];
  clear(
    byId("members"),
    groups.map(([name, members]) =>
      h("section", { "aria-label": name }, h("h3", {}, `${name} · ${members.length}`), h("ul", {}, members.map(row))),
    ),
  );
}

function byRole(here) {
  const groups = new Map();
  const position = (name) => here.roles.find((each) => each.name === name)?.position ?? -1;
  for (const member of here.members) {
    const top = rolesOf(member, here).find((each) => each.id !== here.id && !each.managed);
    const name = member.bot ? "Apps" : (top?.name ?? "Members");
    groups.set(name, [...(groups.get(name) ?? []), member]);
  }
  for (const members of groups.values()) members.sort((a, b) => nameOf(a.user).localeCompare(nameOf(b.user)));
  return [...groups].sort(([a], [b]) => position(b) - position(a));
}

/** The people who are banned, for those who can lift a ban. */
function banned(here) {
  const rows = here.bans.map(({ user, reason }) => ({ user, status_text: reason }));
  return rows.length ? [["Banned", rows]] : [];
}

function row({ user, bot, status_text, timed_out_until }) {
  const open = (at) => tell("person-menu", { user, at });
  const you = user.id === state.me;
  const text = h(
    "span",
    { class: "member-text" },
    h(
      "span",
      { class: "member-name" },
      colouredName(user),
      bot && h("span", { class: "badge" }, "APP"),
      you && h("span", { class: "badge you" }, "you"),
      timed_out_until && h("span", { class: "badge timed-out" }, "timed out"),
    ),
    status_text && h("span", { class: "quiet" }, status_text),
  );
  const button = h(
    "button",
    { type: "button", class: "member", "aria-haspopup": "menu", onclick: (event) => open(event.currentTarget) },
    avatar(user, "small"),
    text,
    h("span", { class: "member-more", "aria-hidden": "true" }, "…"),
  );
  onContext(button, open);
  return h("li", {}, button);
}
