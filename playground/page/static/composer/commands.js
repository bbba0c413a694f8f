/** The registered commands, with each subcommand as an entry of its own. */

import { state } from "../core/state.js";

const SUB_COMMAND = 1;
const GROUP = 2;

/** An entry is {command, path, shown, description, options}; `path` holds the names that Discord sends. */
export function entries() {
  return state.commands
    .filter((command) => command.type === 1)
    .flatMap((command) => unfold(command, command, [], []))
    .sort((a, b) => a.shown.localeCompare(b.shown));
}

function unfold(command, node, path, shown) {
  const here = [...path, node.name];
  const names = [...shown, node.name_shown ?? node.name];
  const options = node.options ?? [];
  if (options.some((option) => option.type === SUB_COMMAND || option.type === GROUP))
    return options.flatMap((option) => unfold(command, option, here, names));
  return [
    { command, path: here, shown: names.join(" "), description: node.description_shown ?? node.description, options },
  ];
}

export const menuCommands = (type) => state.commands.filter((command) => command.type === type);

/** The entry whose whole name was typed, and the text after it. */
export function typedEntry(text) {
  const longestFirst = entries().sort((a, b) => b.shown.length - a.shown.length);
  for (const entry of longestFirst) {
    for (const name of [entry.shown, fullName(entry)]) {
      if (text.toLowerCase().startsWith(`/${name.toLowerCase()} `)) return { entry, rest: text.slice(name.length + 2) };
    }
  }
  return null;
}

export const fullName = (entry) => entry.path.join(" ");

export const entryByName = (name, id) =>
  entries().find((entry) => fullName(entry) === name && (!id || entry.command.id === id));

/** The option tree as Discord sends it: the values inside their subcommand and group. */
export function optionTree(entry, values) {
  const names = entry.path.slice(1);
  return names.reduceRight(
    (options, name, index) => [{ name, type: index === names.length - 1 ? SUB_COMMAND : GROUP, options }],
    values,
  );
}
