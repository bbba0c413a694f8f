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
    const name = `${mark}${choice.label}`;
    written.set(
      name,
      { user: `<@${choice.value}>`, role: `<@&${choice.value}>`, channel: `<#${choice.value}>` }[choice.kind],
    );
    const start = before.length - typed.length - 1;
    input.setRangeText(`${name} `, start, input.selectionStart, "end");
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

/** A person as written in a message of one's own. */
export function mentionText(person) {
  written.set(`@${nameOf(person)}`, `<@${person.id}>`);
  return `@${nameOf(person)}`;
}
