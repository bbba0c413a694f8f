/** The registered commands as the `/` menu shows them: each sub-command is an entry of its own. */

import { state } from "../core/state.js";

const SUB_COMMAND = 1;
const GROUP = 2;

/** An entry is {command, path, shown, description, options}; `path` holds the names Discord sends. */
function entries() {
  return state.commands
    .filter((each) => each.type === 1)
    .flatMap((command) => unfold(command, command, [], []))
    .sort((a, b) => a.shown.localeCompare(b.shown));
}

function unfold(command, node, path, shown) {
  const here = [...path, node.name];
  const named = [...shown, node.name_shown ?? node.name];
  const options = node.options ?? [];
  if (options.some((each) => each.type === SUB_COMMAND || each.type === GROUP))
    return options.flatMap((each) => unfold(command, each, here, named));
  return [
    { command, path: here, shown: named.join(" "), description: node.description_shown ?? node.description, options },
  ];
}

export const menuCommands = (type) => state.commands.filter((each) => each.type === type);

/** Entries that fit what stands behind the slash, the best first. */
export function fitting(typed) {
  const wanted = typed.trim().toLowerCase();
  if (!wanted) return entries();
  const rank = ({ shown, path, description }) => {
    const name = shown.toLowerCase();
    if (name.startsWith(wanted) || path.join(" ").startsWith(wanted)) return 0;
    if (name.includes(` ${wanted}`)) return 1;
    if (name.includes(wanted)) return 2;
    return description.toLowerCase().includes(wanted) ? 3 : 4;
  };
  return entries()
    .map((entry, index) => [rank(entry), index, entry])
    .filter(([place]) => place < 4)
    .sort((a, b) => a[0] - b[0] || a[1] - b[1])
    .map(([, , entry]) => entry);
}

/** The entry whose whole name was typed, with what stands after it. */
export function typedEntry(text) {
  const all = entries().sort((a, b) => b.shown.length - a.shown.length);
  for (const entry of all) {
    for (const name of [entry.shown, entry.path.join(" ")]) {
      if (text.toLowerCase().startsWith(`/${name.toLowerCase()} `)) return { entry, rest: text.slice(name.length + 2) };
    }
  }
  return null;
}

export const entryByName = (name, id) =>
  entries().find((entry) => entry.path.join(" ") === name && (!id || entry.command.id === id));

/** The option tree as Discord sends it: the values wrapped in sub-command and group. */
export function optionTree(entry, values) {
  const names = entry.path.slice(1);
  return names.reduceRight(
    (options, name, index) => [{ name, type: index === names.length - 1 ? SUB_COMMAND : GROUP, options }],
    values,
  );
}
