/** The channels of the current server. */

import { api } from "../core/api.js";
import { byId, clear, h } from "../core/dom.js";
import { application, botUser, guild, me, openChannels, plainName } from "../core/lookup.js";
import { goTo } from "../core/session.js";
import { on, state, tell } from "../core/state.js";
import { avatar } from "../widgets/avatar.js";
import { channelIcon } from "../widgets/choices.js";
import { closeDrawers } from "./drawers.js";

export function startChannels() {
  for (const topic of ["channel", "world", "unread"]) on(topic, draw);
  on("go-to-channel", goTo);
}

function draw() {
  if (!state.world) return;
  const here = guild();
  byId("server-name").textContent = here?.name ?? "Direct messages";
  clear(byId("channels"), here ? groups(here) : direct());
}

function direct() {
  const dm = state.world.dm?.id;
  const none =
    state.world.guilds.length === 0 &&
    h("li", { class: "empty" }, "This person isn't in any server. They can still message the bot here.");
  return [
    dm && h("li", {}, item({ id: dm, name: application().name }, avatar(botUser(), "tiny"))),
    h("li", {}, acceptsDms()),
    none,
    state.world.other_guilds.map(otherServer),
  ];
}

function acceptsDms() {
  const change = (event) => attempt(api.setAcceptsDms(state.me, event.target.checked));
  const box = h("input", { type: "checkbox", onchange: change });
  box.checked = me().accepts_dms;
  return h("label", { class: "check-line" }, box, h("span", {}, "Accept direct messages from server members"));
}

/** A server that this person isn't in, or no longer. */
function otherServer({ id, name, banned }) {
  if (banned) return h("li", { class: "empty" }, `${plainName(me())} is banned from ${name}.`);
  const join = () => attempt(api.join(state.me, id));
  return h("li", {}, h("button", { type: "button", class: "button secondary small", onclick: join }, `Join ${name}`));
}

const attempt = (request) => request.catch((error) => tell("trouble", error.message));

function groups(here) {
  const channels = openChannels(here);
  if (!channels.length) return [h("li", { class: "empty" }, "This person can't see any channels here.")];
  const categories = here.channels.filter((each) => each.type === 4).sort((a, b) => a.position - b.position);
  const inside = (id) =>
    channels
      .filter((each) => (each.parent_id ?? null) === id)
      .map((each) => h("li", {}, item(each, channelIcon(each.type))));
  const known = new Set(categories.map((each) => each.id));
  const loose = channels
    .filter((each) => !known.has(each.parent_id))
    .map((each) => h("li", {}, item(each, channelIcon(each.type))));
  const grouped = categories.map((each) => [inside(each.id), each]).filter(([items]) => items.length);
  return [
    ...loose,
    ...grouped.map(([items, each]) => h("li", { class: "category" }, h("h3", {}, each.name), h("ul", {}, items))),
  ];
}

function item(channel, picture) {
  const unread = state.unread.has(channel.id);
  const open = () => {
    closeDrawers();
    goTo(channel.id);
  };
  const attributes = {
    type: "button",
    class: unread ? "channel unread" : "channel",
    "aria-current": channel.id === state.channelId ? "page" : null,
    onclick: open,
  };
  return h(
    "button",
    attributes,
    picture,
    h("span", { class: "channel-name" }, channel.name),
    unread && h("span", { class: "visually-hidden" }, "unread"),
  );
}
