/** The context menu of a person: the bot's user commands, acting as them, mentioning them. */

import { copy, h } from "../core/dom.js";
import { application, member, nameOf, rolesOf, user } from "../core/lookup.js";
import { actAs } from "../core/session.js";
import { on, state, tell } from "../core/state.js";
import { mentionText } from "../composer/mentions.js";
import { avatar } from "../widgets/avatar.js";
import { openMenu } from "../widgets/menu.js";
import { appItems } from "./apps.js";
import { moderationItems } from "./moderation.js";

const USER_COMMAND = 2;

export const startPeopleMenu = () => on("person-menu", open);

function open({ user: person, at }) {
  const known = state.world.people.find((each) => each.id === person.id);
  const items = [
    known && known.id !== state.me && { label: `Act as ${nameOf(person)}`, run: () => actAs(person.id) },
    { label: "Mention", run: () => tell("insert-text", mentionText(person)) },
    ...appItems(USER_COMMAND, person.id),
    ...moderationItems(person),
    { heading: "More" },
    { label: "Copy user ID", run: () => copy(person.id) },
  ];
  openMenu(items.filter(Boolean), at, { title: nameOf(person), head: card(person) });
}

function card(person) {
  const here = member(person.id);
  const about = state.world.people.find((each) => each.id === person.id)?.about;
  const names = rolesOf(here)
    .filter((each) => each.id !== state.guildId)
    .map((each) => each.name);
  return h(
    "div",
    { class: "person-card", role: "presentation" },
    avatar(user(person.id) ?? person),
    h(
      "div",
      {},
      h("strong", {}, nameOf(person)),
      h("div", { class: "quiet" }, person.username, about && ` · ${about}`),
      names.length > 0 && h("div", { class: "quiet" }, names.join(", ")),
      person.id === application()?.id && h("div", { class: "quiet" }, "The bot of this playground"),
    ),
  );
}
