/** The column of servers, with the direct messages with the bot on top. */

import { byId, clear, h } from "../core/dom.js";
import { application, botUser } from "../core/lookup.js";
import { goToGuild } from "../core/session.js";
import { on, state } from "../core/state.js";
import { avatar, guildIcon } from "../widgets/avatar.js";

export function startServers() {
  for (const topic of ["channel", "world", "unread"]) on(topic, draw);
}

function draw() {
  if (!state.world) return;
  const dm = state.world.dm?.id;
  const direct =
    dm &&
    entry({
      name: `Direct messages with ${application().name}`,
      picture: avatar(botUser(), "guild-icon"),
      current: state.guildId === null,
      unread: state.unread.has(dm),
      open: () => goToGuild(null),
    });
  const guilds = state.world.guilds.map((guild) =>
    entry({
      name: guild.name,
      picture: guildIcon(guild),
      current: guild.id === state.guildId,
      unread: guild.channels.some((each) => state.unread.has(each.id)),
      open: () => goToGuild(guild.id),
    }),
  );
  clear(byId("servers"), direct, direct && h("li", { class: "rail-line", role: "presentation" }), guilds);
}

function entry({ name, picture, current, unread, open }) {
  const label = unread ? `${name}, unread` : name;
  const button = h(
    "button",
    {
      type: "button",
      class: "rail-button",
      title: name,
      "aria-label": label,
      "aria-current": current ? "true" : null,
      onclick: open,
    },
    picture,
  );
  return h("li", { class: unread ? "rail-item unread" : "rail-item" }, button);
}
