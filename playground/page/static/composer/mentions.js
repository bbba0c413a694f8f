/** `@` and `#` in messages: shown as names, sent as IDs. */

import { nameOf } from "../core/lookup.js";
import { state } from "../core/state.js";
import { channels, choiceRow, matching, mentionables } from "../widgets/choices.js";
import { suggest } from "./suggestions.js";

const TYPING = /(?:^|\s)([@#])([^\s@#]{0,32})$/;
const MOST_SHOWN = 10;

const written = new Map(); // "@Ada" -> "<@1>"

/** Suggests people, roles or channels for the word before the caret; true if there are any. */
export function offerMentions(input) {
  const before = input.value.slice(0, input.selectionStart);
  const [, mark, typed] = TYPING.exec(before) ?? [];
  if (!mark || !state.guildId) return false;
  const all = mark === "#" ? channels() : mentionables().filter((each) => each.label !== "@everyone");
  const choices = matching(all, typed).slice(0, MOST_SHOWN);
  if (!choices.length) return false;
  const accept = (choice) => {
    const start = before.length - typed.length - 1;
    input.setRangeText(`${write(choice)} `, start, input.selectionStart, "end");
    input.dispatchEvent(new Event("input"));
  };
  suggest(input, { rows: choices.map((choice) => ({ element: choiceRow(choice), item: choice })), accept });
  return true;
}

/** The text with names replaced by the IDs that Discord sends. */
export function withIds(text) {
  const names = [...written.keys()].sort((a, b) => b.length - a.length);
  return names.reduce((result, name) => result.replaceAll(name, written.get(name)), text);
}

/** The text with IDs replaced by names, to edit it. */
export function withNames(content) {
  const choices = new Map([...mentionables(), ...channels()].map((choice) => [idOf(choice), choice]));
  return content.replace(/<(?:@[!&]?|#)\d+>/g, (id) => {
    const choice = choices.get(id.replace("!", ""));
    return choice ? write(choice) : id;
  });
}

/** Selects the name right before the caret, if there is one. */
export function selectMention(input) {
  const { selectionStart: caret, selectionEnd, value } = input;
  if (caret !== selectionEnd) return;
  const names = [...written.keys()].filter((name) => value.slice(0, caret).endsWith(name));
  const start = Math.min(...names.map((name) => caret - name.length));
  if (names.length) input.setSelectionRange(start, caret);
}

const idOf = (choice) => `<${{ user: "@", role: "@&", channel: "#" }[choice.kind]}${choice.value}>`;

/** The name of a choice, remembered for `withIds`. */
function write(choice) {
  const name = `${choice.kind === "channel" ? "#" : "@"}${choice.label}`;
  written.set(name, idOf(choice));
  return name;
}

/** The mention of a person, for a message being written. */
export function mentionText(person) {
  return write({ kind: "user", value: person.id, label: nameOf(person) });
}
