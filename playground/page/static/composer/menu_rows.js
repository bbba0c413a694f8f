/** The rows of the `/` menu for what was typed: recent commands, then a heading per area, subcommands collapsed. */

import { application } from "../core/lookup.js";
import { state } from "../core/state.js";
import { entries, entryByName, fullName } from "./commands.js";
import { recentNames } from "./recent.js";

const RECENT = { name: "Recent" };
const NO_MATCH = 4;
const DESCRIPTION = 3;

/** Rows are {heading, entry} or, for a command whose subcommands are collapsed, {heading, entry, subcommands}. */
export function menuRows(typed) {
  const wanted = typed.trimStart().toLowerCase();
  const rows = wanted ? matching(wanted) : commands().map(collapsed);
  const byHeading = Map.groupBy(rows, (row) => headingOf(row.entry));
  const order = wanted ? [...byHeading.keys()] : headings();
  const sorted = order.flatMap((heading) => (byHeading.get(heading) ?? []).map((row) => ({ heading, ...row })));
  return wanted ? sorted : [...recent(), ...sorted];
}

const recent = () =>
  recentNames()
    .map((name) => entryByName(name))
    .filter(Boolean)
    .map((entry) => ({ heading: RECENT, entry }));

/** The subcommands of each top-level command; a command without any stands alone. */
const commands = () => [...Map.groupBy(entries(), (entry) => entry.command).values()];

const collapsed = (members) =>
  members.length === 1 ? { entry: members[0] } : { entry: parent(members[0]), subcommands: members };

const parent = ({ command }) => ({
  command,
  path: [command.name],
  shown: command.name_shown ?? command.name,
  description: command.description_shown ?? command.description,
  options: [],
});

/** The best matches first. Descriptions count only when no name matches. */
function matching(wanted) {
  const rows = commands()
    .flatMap((members) => expanded(members, wanted))
    .map((row, index) => ({ row, index, rank: rank(row.entry, wanted) }));
  const best = Math.min(...rows.map((row) => row.rank));
  const limit = best < DESCRIPTION ? DESCRIPTION : NO_MATCH;
  return rows
    .filter((row) => row.rank < limit)
    .sort((a, b) => a.rank - b.rank || a.index - b.index)
    .map(({ row }) => row);
}

/** Subcommands show once their command's name is typed in full, or when only they match. */
function expanded(members, wanted) {
  const row = collapsed(members);
  if (!row.subcommands) return [row];
  const typedInFull = namesOf(row.entry).some((name) => `${wanted} `.startsWith(name));
  if (!typedInFull && rank(row.entry, wanted) < NO_MATCH) return [row];
  return members.map((entry) => ({ entry }));
}

/** With a space at the end, which ends the name when it is typed. */
const namesOf = (entry) => [`${entry.shown.toLowerCase()} `, `${fullName(entry)} `];

function rank(entry, wanted) {
  const names = namesOf(entry);
  if (names.some((name) => name.startsWith(wanted))) return 0;
  if (names.some((name) => name.includes(` ${wanted}`))) return 1;
  if (names.some((name) => name.includes(wanted))) return 2;
  return entry.description.toLowerCase().includes(wanted) ? DESCRIPTION : NO_MATCH;
}

/** Discord groups the menu by app, so the bot's name heads every command that has no heading of its own. */
const headings = () => [...state.headings, application()];

const headingOf = ({ command }) =>
  state.headings.find((heading) => heading.commands.includes(command.name)) ?? application();
