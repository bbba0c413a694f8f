/** The `/` menu above the composer. */

import { h, newId } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { application } from "../core/lookup.js";
import { state } from "../core/state.js";
import { menuRows } from "./menu_rows.js";
import { suggest } from "./suggestions.js";

const NOT_HERE = "Not available here";

/** Lists what fits the text after the slash; `enter(entry)` opens a command, `expand(entry)` shows its subcommands. */
export function showCommandMenu(input, wanted, { enter, expand }) {
  const rows = menuRows(wanted);
  suggest(input, {
    head: head(rows, wanted),
    rows: rows.map((row) => ({ element: rowOf(row), item: row, heading: headingOf(row) })),
    accept: ({ entry, subcommands }) => {
      if (subcommands) expand(entry);
      else if (isUsable(entry)) enter(entry);
    },
  });
}

export const isUsable = (entry) => entry.command.usable !== false;

const headingOf = ({ heading }) => ({ key: heading, icon: heading.icon, label: heading.name_shown ?? heading.name });

function head(rows, wanted) {
  const bot = application()?.name ?? "The bot";
  const remark = rows.length ? "" : nothing(wanted, bot);
  return remark && h("div", { class: "suggestion-title" }, h("strong", {}, bot), h("span", { class: "quiet" }, remark));
}

function nothing(wanted, bot) {
  if (state.commandsFailed) return state.commandsFailed;
  if (!state.commands.length) return `${bot} has no commands that you can use here. Is the bot running?`;
  return `No commands match “${wanted}”. Press Enter to send it as a message.`;
}

function rowOf({ entry, subcommands }) {
  const usable = isUsable(entry);
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
      h(
        "span",
        { class: "choice-label" },
        `/${entry.shown}`,
        entry.options.map(optionName),
        subcommands && count(subcommands),
      ),
      h("span", { class: "choice-description" }, usable ? entry.description : (entry.command.why ?? NOT_HERE)),
    ),
  );
}

const count = (subcommands) => [
  " ",
  h("span", { class: "subcommands" }, `${subcommands.length} subcommands`, icon("right")),
];

const optionName = (option) => [
  " ",
  h("span", { class: option.required ? "option-name required" : "option-name" }, option.name_shown ?? option.name),
];
