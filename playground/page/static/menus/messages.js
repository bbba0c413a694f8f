/** The context menu of a message: the bot's message commands, editing, copying. */

import { copy } from "../core/dom.js";
import { on, state, tell } from "../core/state.js";
import { openMenu } from "../widgets/menu.js";
import { edit, isOwn } from "../messages/editing.js";
import { isPrivate } from "../messages/message.js";
import { appItems } from "./apps.js";

const MESSAGE_COMMAND = 3;

export const startMessageMenu = () => on("message-menu", open);

function open({ message, at }) {
  const exchange = exchangeOf(message);
  const items = [
    // Discord has no message commands for ephemeral messages.
    ...(isPrivate(message) ? [] : appItems(MESSAGE_COMMAND, message.id)),
    isOwn(message) && { label: "Edit message", run: () => edit(message) },
    { heading: "More" },
    exchange && { label: "Show the request for this", run: () => tell("show-exchange", exchange.id) },
    message.content && { label: "Copy text", run: () => copy(message.content) },
    { label: "Copy message ID", run: () => copy(message.id) },
  ];
  openMenu(items.filter(Boolean), at, { title: "Message" });
}

function exchangeOf(message) {
  const id = message.interaction_metadata?.id;
  return id && state.exchanges.find((each) => each.request.body.id === id && each.outcome !== "duplicate");
}
