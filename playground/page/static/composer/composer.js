/** The composer: messages, the `/` menu, and the command being filled in. */

import { api } from "../core/api.js";
import { byId, clear, paint } from "../core/dom.js";
import { application, channel, inDirectMessages, me, member, nameOf } from "../core/lookup.js";
import { loadCommands } from "../core/session.js";
import { on, state } from "../core/state.js";
import { editLast } from "../messages/editing.js";
import { toEnd } from "../messages/list.js";
import { isNarrow } from "../sides/drawers.js";
import { CommandForm } from "./command_form.js";
import { isUsable, showCommandMenu } from "./command_menu.js";
import { entryByName, typedEntry } from "./commands.js";
import { menuRows } from "./menu_rows.js";
import { offerMentions, selectMention, withIds } from "./mentions.js";
import { hide, suggestionKey } from "./suggestions.js";
import { startTypingAnywhere } from "./typing_anywhere.js";

const HIGHEST_PX = 200;

let form = null;

const input = () => byId("text");

export function startComposer() {
  input().addEventListener("input", typed);
  input().addEventListener("keydown", keys);
  input().addEventListener("paste", (event) => {
    event.preventDefault();
    insert(event.clipboardData.getData("text/plain"));
  });
  input().addEventListener("blur", hide);
  byId("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  byId("open-commands").addEventListener("click", openMenu);
  on("channel", () => {
    leave();
    showPlace();
  });
  on("world", showPlace);
  on("commands", () => input() === document.activeElement && typed());
  on("use-command", ({ name, id }) => useCommand(name, id));
  on("insert-text", mention);
  startTypingAnywhere({ focus: () => (form ? form.focus() : input().focus()), insert });
}

function showPlace() {
  const here = channel(state.channelId);
  const where = inDirectMessages() ? `@${application()?.name}` : `#${here?.name}`;
  const who = isNarrow() ? "" : ` as ${nameOf(me())}`;
  const timedOut = Boolean(member(state.me)?.timed_out_until);
  const invitation = here ? `Message ${where}${who}, or type /` : "No channel here";
  input().placeholder = timedOut ? "You are timed out" : invitation;
  input().disabled = byId("open-commands").disabled = !here || timedOut;
}

function typed() {
  grow();
  say("");
  const text = input().value;
  if (!text.startsWith("/") || text.includes("\n")) return offerMentions(input()) || hide();
  const typedOut = typedEntry(text);
  if (typedOut && isUsable(typedOut.entry)) return enter(typedOut.entry, typedOut.rest);
  showCommandMenu(input(), text.slice(1), { enter, expand });
}

/** Lists the subcommands of a command. */
function expand(entry) {
  input().value = `/${entry.shown} `;
  typed();
}

function keys(event) {
  if (event.isComposing || suggestionKey(event)) return;
  // The browser deletes the selection.
  if (event.key === "Backspace") return selectMention(input());
  if (event.key === "Enter" && !event.shiftKey) submit();
  else if (event.key === "Escape") hide();
  else if (event.key === "ArrowUp" && !input().value) editLast();
  else return;
  event.preventDefault();
}

function openMenu() {
  if (form) leave();
  input().value = "/";
  input().focus();
  typed();
}

function useCommand(name, id) {
  const entry = entryByName(name, id);
  if (!entry) return say(`${nameOf(me())} can't use /${name} in this channel.`);
  if (!isUsable(entry)) return say(entry.command.why ?? `/${name} can't be used here.`);
  enter(entry);
}

function enter(entry, rest = "") {
  say("");
  hide();
  const opened = new CommandForm(entry, ({ sent }) => {
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
  form.start(rest);
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
    // Put the text back, unless something new has been typed.
    input().value ||= text;
    grow();
    say(error.message);
  }
}

/** Someone who types faster than the commands load waits for them: their text may be a command. */
async function becameCommand(text) {
  await loadCommands();
  if (!form) typed();
  if (form) form.send();
  return form !== null || input().value.trim() !== text || menuRows(text.slice(1)).length > 0;
}

/** Inserts pasted text at the caret. The line break after a copied command would make it a message. */
function insert(text) {
  document.execCommand("insertText", false, text.startsWith("/") ? text.trimEnd() : text);
}

function mention(name) {
  if (form) leave();
  const field = input();
  const space = field.value && !field.value.endsWith(" ") ? " " : "";
  field.value += `${space}${name} `;
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
