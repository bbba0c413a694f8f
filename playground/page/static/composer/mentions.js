/** `@` and `#` in an ordinary message: names while typing, ids when it is sent. */

import { nameOf } from "../core/lookup.js";
import { state } from "../core/state.js";
import { channels, choiceRow, matching, mentionables } from "../widgets/choices.js";
import { suggest } from "./suggestions.js";

const TYPING = /(?:^|\s)([@#])([^\s@#]{0,32})$/;
const MOST_SHOWN = 10;

const written = new Map(); // "@Ada" -> "<@1>"

/** Offers people, roles or channels for the word before the caret; true if it did. */
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

/** The names that were picked, as the ids that Discord sends. */
export function withIds(text) {
  const names = [...written.keys()].sort((a, b) => b.length - a.length);
  return names.reduce((result, name) => result.replaceAll(name, written.get(name)), text);
}

/** The ids in a message as the names that stand for them while it is edited. */
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

/** A person as written in a message of one's own. */
export function mentionText(person) {
  return write({ kind: "user", value: person.id, label: nameOf(person) });
}
