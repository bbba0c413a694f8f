/** The button with the current person's name, and the dialog to switch person or channel (Ctrl K). */

import { byId, clear, h, newId } from "../core/dom.js";
import { channel, guildOf, me, nameOf, openChannels, plainName } from "../core/lookup.js";
import { actAs, goTo } from "../core/session.js";
import { on, state } from "../core/state.js";
import { avatar } from "../widgets/avatar.js";
import { channelIcon, choiceRow, matching } from "../widgets/choices.js";
import { openDialog } from "../widgets/dialog.js";
import { closeDrawers } from "./drawers.js";

export function startActAs() {
  for (const topic of ["person", "channel", "world"]) on(topic, draw);
  byId("act-as").addEventListener("click", open);
  byId("act-as-small").addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    if (
      (event.ctrlKey || event.metaKey) &&
      event.key.toLowerCase() === "k" &&
      !document.querySelector("dialog[open]")
    ) {
      event.preventDefault();
      open();
    }
  });
}

function draw() {
  const person = me();
  if (!person) return;
  clear(
    byId("act-as"),
    avatar(person, "small"),
    h(
      "span",
      { class: "act-as-text" },
      h("span", { class: "quiet" }, "Acting as", h("kbd", {}, "Ctrl K")),
      h("strong", {}, nameOf(person)),
    ),
  );
  clear(byId("act-as-small"), avatar(person, "small"));
  byId("act-as-small").setAttribute("aria-label", `Acting as ${nameOf(person)}. Act as someone else.`);
  document.title = `${channel(state.channelId)?.name ?? "Nowhere"} · ${plainName(person)} · Tatiana's playground`;
}

function choices() {
  const people = state.world.people.map((person) => ({
    label: plainName(person),
    description: [person.about, person.locale].filter(Boolean).join(" · "),
    search: `${plainName(person)} ${person.username} ${person.about ?? ""}`,
    picture: () => avatar(person, "small"),
    current: person.id === state.me,
    run: () => actAs(person.id),
  }));
  const places = state.world.guilds
    .flatMap((guild) => openChannels(guild))
    .map((each) => ({
      label: `#${each.name}`,
      description: guildOf(each.id).name,
      search: `${each.name} ${guildOf(each.id).name}`,
      picture: () => channelIcon(each.type),
      run: () => goTo(each.id),
    }));
  return { people, places };
}

function open() {
  const { people, places } = choices();
  let rows = [];
  let active = Math.max(
    0,
    people.findIndex((each) => each.current),
  );
  const listId = newId("people");
  const search = h("input", {
    type: "text",
    class: "search",
    placeholder: "Search people and channels",
    "aria-label": "Act as a person, or go to a channel",
    role: "combobox",
    "aria-expanded": true,
    "aria-controls": listId,
    autocomplete: "off",
  });
  const list = h("div", { role: "listbox", id: listId, "aria-label": "People and channels", class: "choices" });
  const dialog = h(
    "dialog",
    { class: "switcher", "aria-label": "Act as someone else" },
    h(
      "header",
      {},
      h("h2", {}, "Act as…"),
      h("p", { class: "quiet" }, "You see what that person can see. Each browser tab can act as someone else."),
    ),
    search,
    list,
  );
  const draw = () => {
    rows = [...matching(people, search.value), ...(search.value ? matching(places, search.value) : [])];
    active = Math.min(active, Math.max(0, rows.length - 1));
    const elements = rows.map((choice, index) =>
      choiceRow(choice, {
        "aria-selected": Boolean(choice.current),
        class: index === active ? "choice active" : "choice",
        onclick: () => pick(index),
        onpointermove: () => index !== active && move(index),
      }),
    );
    clear(list, elements.length ? elements : h("p", { class: "empty" }, "No people or channels match."));
    search.setAttribute("aria-activedescendant", elements[active]?.id ?? "");
    elements[active]?.scrollIntoView({ block: "nearest" });
  };
  const move = (index) => {
    active = (index + rows.length) % Math.max(1, rows.length);
    draw();
  };
  const pick = (index) => {
    dialog.close();
    closeDrawers();
    rows[index]?.run();
  };
  search.addEventListener("input", () => {
    active = 0;
    draw();
  });
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(active + 1);
    else if (event.key === "ArrowUp") move(active - 1);
    else if (event.key === "Enter") pick(active);
    else return;
    event.preventDefault();
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  openDialog(dialog, { back: byId("text") });
  draw();
  search.focus();
}
