/** The welcome with commands to try; it can be closed and opened again. */

import { byId, clear, h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { application, dashboard } from "../core/lookup.js";
import { on, state, tell } from "../core/state.js";
import { entryByName } from "../composer/commands.js";
import { reveal } from "./drawers.js";

const KEY = "tatiana-welcomed";
const TO_TRY = ["daily", "balance", "pay", "shop view", "shop", "bet coinflip", "leaderboard", "help"];
const MOST = 6;

const SHORTCUTS = [
  ["/", "show the commands; Page Up and Page Down jump between headings"],
  ["Ctrl K", "act as someone else, or go to a channel"],
  ["↑", "in an empty message line: edit your last message"],
  ["Tab, Enter, Esc", "next option, accept or send, cancel"],
  ["Menu key", "on a message or a person: show its menu"],
];

export function startWelcome() {
  byId("open-help").addEventListener("click", () => show(byId("welcome").hidden));
  for (const topic of ["commands", "world", "channel"]) on(topic, () => byId("welcome").hidden || draw());
  on("command-sent", () => byId("welcome").classList.add("brief"));
  if (!localStorage.getItem(KEY)) show(true);
}

function show(shown) {
  byId("welcome").hidden = !shown;
  byId("open-help").setAttribute("aria-expanded", String(shown));
  byId("welcome").classList.remove("brief");
  if (shown) draw();
  else localStorage.setItem(KEY, "yes");
}

function draw() {
  const commands = TO_TRY.filter((name) => entryByName(name)).slice(0, MOST);
  const tries = commands.map((name) =>
    h("button", { type: "button", class: "try", onclick: () => tell("use-command", { name }) }, `/${name}`),
  );
  const other = [
    h("button", { type: "button", class: "try other", onclick: () => byId("act-as").click() }, "Act as someone else"),
    h("button", { type: "button", class: "try other", onclick: () => panel("clicks") }, "See what Discord sends"),
    h("button", { type: "button", class: "try other", onclick: () => panel("faults") }, "Make things go wrong"),
    h("a", { class: "try other", href: dashboard({ tour: 1 }) }, "Take a tour of the dashboard"),
  ];
  const links = (state.world?.links ?? []).map((each) =>
    h("a", { href: each.url, target: "_blank", rel: "noopener" }, each.label),
  );
  clear(
    byId("welcome"),
    h(
      "button",
      {
        type: "button",
        class: "icon-button close",
        "aria-label": "Close the welcome",
        title: "Close",
        onclick: () => show(false),
      },
      icon("close"),
    ),
    h("h2", {}, "Welcome to Tatiana's playground"),
    h(
      "p",
      {},
      `This looks like Discord, but it runs on your computer. ${application()?.name ?? "The bot"} is real: each click reaches it as a signed request. Try one of these:`,
    ),
    h("div", { class: "tries" }, tries, other),
    h(
      "details",
      {},
      h("summary", {}, "Keyboard shortcuts"),
      h(
        "dl",
        { class: "keys" },
        SHORTCUTS.map(([key, text]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, text)]),
      ),
    ),
    links.length > 0 && h("p", { class: "links" }, links),
  );
}

function panel(tab) {
  reveal("panel");
  tell("show-tab", tab);
}
