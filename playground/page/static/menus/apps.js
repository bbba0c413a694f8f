/** The bot's user and message commands as items of a context menu. */

import { Refused } from "../core/api.js";
import { interact } from "../core/interactions.js";
import { tell } from "../core/state.js";
import { menuCommands } from "../composer/commands.js";
import { showSending } from "../messages/local.js";

export function appItems(type, targetId) {
  const commands = menuCommands(type);
  if (!commands.length) return [];
  const items = commands.map((command) => ({
    label: command.name_shown ?? command.name,
    note: command.usable === false ? command.why : null,
    disabled: command.usable === false,
    run: () => use(command, targetId),
  }));
  return [{ heading: "Apps" }, ...items];
}

async function use(command, targetId) {
  try {
    const started = await interact({ kind: "command", command_id: command.id, options: [], target_id: targetId });
    showSending(started, command.name_shown ?? command.name);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell("trouble", error.message);
  }
}
