/** The line at the bottom: ordinary messages, the `/` menu, and the command being filled in. */

import { api } from "../core/api.js";
import { byId, clear, h, newId, paint } from "../core/dom.js";
import { application, channel, inDirectMessages, me, nameOf } from "../core/lookup.js";
import { loadCommands } from "../core/session.js";
import { on, state } from "../core/state.js";
import { toEnd } from "../messages/list.js";
import { isNarrow } from "../sides/drawers.js";
import { CommandForm } from "./command_form.js";
import { entryByName, fitting, typedEntry } from "./commands.js";
import { offerMentions, withIds } from "./mentions.js";
import { hide, suggest, suggestionKey } from "./suggestions.js";

const HIGHEST_PX = 200;

let form = null;
let last = null; // the command sent or left last: {name, id, values}

const input = () => byId("text");

export function startComposer() {
  input().addEventListener("input", typed);
  input().addEventListener("keydown", keys);
  input().addEventListener("blur", hide);
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  byId("open-commands").addEventListener("click", openMenu);
  on("place", () => {
    leave();
    showPlace();
  });
  on("world", showPlace);
  on("commands", () => input() === document.activeElement && typed());
  on("use-command", ({ name, id }) => useCommand(name, id));
  on("insert-text", insert);
}

function showPlace() {
  const here = channel(state.channelId);
  const where = inDirectMessages() ? `@${application()?.name}` : `#${here?.name}`;
  const who = isNarrow() ? "" : ` as ${nameOf(me())}`;
  input().placeholder = here ? `Message ${where}${who}, or type /` : "No channel here";
  input().disabled = !here;
}

function typed() {
  grow();
  say("");
  const text = input().value;
  if (!text.startsWith("/") || text.includes("\n")) return offerMentions(input()) || hide();
  const found = typedEntry(text);
  if (found?.entry.command.usable !== false && found) return enter(found.entry, found.rest);
  menu(text.slice(1));
}

function menu(wanted) {
  const rows = fitting(wanted).map((entry) => ({ element: commandRow(entry), item: entry }));
  const bot = application()?.name ?? "The bot";
  const head = h(
    "div",
    { class: "suggestion-title" },
    h("strong", {}, bot),
    h(
      "span",
      { class: "quiet" },
      rows.length ? `${rows.length} ${rows.length === 1 ? "command" : "commands"}` : nothing(wanted, bot),
    ),
  );
  suggest(input(), { head, rows, accept: (entry) => entry.command.usable !== false && enter(entry) });
}

function nothing(wanted, bot) {
  if (state.commandsFailed) return state.commandsFailed;
  if (!state.commands.length)
    return `${bot} has not registered any commands that you may use here. Is the bot running?`;
  return `No command fits “${wanted}”. Enter sends it as a message.`;
}

function commandRow(entry) {
  const usable = entry.command.usable !== false;
  const options = entry.options.map((option) =>
    h("span", { class: option.required ? "option-name required" : "option-name" }, option.name_shown ?? option.name),
  );
  return h(
    "div",
    {
      role: "option",
      id: newId("command"),
      class: usable ? "choice command" : "choice command unusable",
      "aria-disabled": !usable,
    },
    h(
      "span",
      { class: "choice-text" },
      h("span", { class: "choice-label" }, `/${entry.shown}`, " ", options),
      h("span", { class: "choice-description" }, usable ? entry.description : (entry.command.why ?? "Not usable here")),
    ),
  );
}

function keys(event) {
  if (event.isComposing || suggestionKey(event)) return;
  if (event.key === "Enter" && !event.shiftKey) submit();
  else if (event.key === "Escape") hide();
  else if (event.key === "ArrowUp" && !input().value && last) useCommand(last.name, last.id, last.values);
  else return;
  event.preventDefault();
}

function openMenu() {
  if (form) leave();
  input().value = "/";
  input().focus();
  typed();
}

function useCommand(name, id, values = []) {
  const entry = entryByName(name, id);
  if (!entry) return say(`/${name} is not there for ${nameOf(me())} in this channel.`);
  if (entry.command.usable === false) return say(entry.command.why ?? `/${name} cannot be used here.`);
  enter(entry, "", values);
}

function enter(entry, rest = "", values = []) {
  say("");
  hide();
  const opened = new CommandForm(entry, ({ sent }) => {
    last = { name: entry.path.join(" "), id: entry.command.id, values: opened.values() };
    if (form !== opened) return;
    leave();
    input().focus();
    if (sent) toEnd();
  });
  form = opened;
  input().value = "";
  input().hidden = true;
  clear(byId("command-place"), form.element);
  byId("composer").classList.add("with-command");
  if (values.length) form.restore(values);
  else form.start(rest);
}

function leave() {
  hide();
  say("");
  form = null;
  input().hidden = false;
  clear(byId("command-place"));
  byId("composer").classList.remove("with-command");
  grow();
}

async function submit() {
  if (form) return form.send();
  const text = input().value.trim();
  if (!text || !state.channelId) return;
  if (text.startsWith("/") && state.commands.length === 0 && (await becameCommand(text))) return;
  const content = withIds(text);
  input().value = "";
  grow();
  hide();
  try {
    await api.say(state.me, state.channelId, content);
    toEnd();
  } catch (error) {
    // What was typed comes back, unless something new already stands there.
    input().value ||= text;
    grow();
    say(error.message);
  }
}

/** Who was faster than the list of commands waits for it: what they typed is no message if a command fits. */
async function becameCommand(text) {
  await loadCommands();
  if (!form) typed();
  if (form) form.send();
  return form !== null || input().value.trim() !== text || fitting(text.slice(1)).length > 0;
}

function insert(text) {
  if (form) leave();
  const field = input();
  const space = field.value && !field.value.endsWith(" ") ? " " : "";
  field.value += `${space}${text} `;
  field.focus();
  grow();
}

function say(sentence) {
  byId("composer-trouble").textContent = sentence;
  byId("composer-trouble").hidden = !sentence;
}

function grow() {
  const field = input();
  paint(field, { height: "auto" });
  paint(field, { height: `${Math.min(field.scrollHeight, HIGHEST_PX)}px` });
}
