/** A message as a row of the list. */

import { h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { application, botUser, member, nameOf, plainName, user } from "../core/lookup.js";
import { state, tell } from "../core/state.js";
import { colouredName, inlineMarkup, markup } from "../markup/render.js";
import { clockTime, written } from "../markup/times.js";
import { onContext } from "../widgets/menu.js";
import { avatar } from "../widgets/avatar.js";
import { components } from "./components.js";
import { dismissMessage } from "./dismissed.js";
import { editor, isEditing } from "./editing.js";
import { embed } from "./embed.js";
import { dismiss } from "./local.js";
import { attachments } from "./media.js";
import { dismissFailure, failureOf } from "./presses.js";

const EPHEMERAL = 64;
const LOADING = 128;
const SUPPRESS_EMBEDS = 4;

export const isPrivate = (message) => Boolean(message.flags & EPHEMERAL) || Boolean(message.ephemeral_for);
export const isThinking = (message) => message.state === "thinking" || Boolean(message.flags & LOADING);

export function messageRow(message, { grouped }) {
  const author = user(message.author.id) ?? message.author;
  const row = h(
    "li",
    { class: classes(message, grouped), tabindex: -1, "data-message": message.id },
    origin(message),
    h(
      "div",
      { class: "message-side" },
      grouped
        ? h("span", { class: "message-clock", "aria-hidden": "true" }, clockTime(message.timestamp))
        : face(author),
    ),
    h("div", { class: "message-body" }, !grouped && heading(author, message), content(message), notes(message)),
    h(
      "button",
      {
        type: "button",
        class: "icon-button more",
        tabindex: -1,
        "aria-haspopup": "menu",
        "aria-label": `More for this message by ${nameOf(author)}`,
        title: "More",
        onclick: (event) => menu(event.currentTarget),
      },
      icon("more"),
    ),
  );
  const menu = (at) => tell("message-menu", { message, at });
  onContext(row, menu);
  return row;
}

function classes(message, grouped) {
  return ["message", grouped && "grouped", isPrivate(message) && "private", calls(message) && "mentioned"]
    .filter(Boolean)
    .join(" ");
}

/** Whether this message pinged the current person; a silent mention doesn't count. */
function calls(message) {
  const roles = member(state.me)?.roles ?? [];
  return (
    message.pinged.includes(state.me) ||
    message.mention_everyone ||
    message.mention_roles.some((each) => roles.includes(each))
  );
}

const personMenu = (person) => (event) => tell("person-menu", { user: person, at: event.currentTarget });

// The name next to it opens the same menu, so the picture isn't a tab stop.
const face = (author) =>
  h(
    "button",
    { type: "button", class: "face", tabindex: -1, "aria-hidden": "true", onclick: personMenu(author) },
    avatar(author),
  );

function heading(author, message) {
  return h(
    "div",
    { class: "message-head" },
    colouredName(author, "button", { type: "button", "aria-haspopup": "menu", onclick: personMenu(author) }),
    author.bot && h("span", { class: "badge" }, "APP"),
    written(message.timestamp),
  );
}

/** "Ada used /daily", or the message that this one replies to. */
function origin(message) {
  const source = message.interaction_metadata;
  if (source?.type === 2 && (source.name ?? message.interaction?.name)) {
    const command = h("span", { class: "used-command" }, usedName(source, message));
    return line(avatar(user(source.user.id) ?? source.user, "tiny"), colouredName(source.user), " used ", command);
  }
  const answered = message.referenced_message ?? findMessage(message.message_reference?.message_id);
  if (!answered) return null;
  const first = (answered.content || "an earlier message").split("\n")[0].slice(0, 120);
  return line(
    avatar(answered.author, "tiny"),
    colouredName(answered.author),
    " ",
    h("span", { class: "quoted" }, inlineMarkup(first)),
  );
}

function usedName(source, message) {
  const name = source.name ?? message.interaction.name;
  const isMenu =
    source.target_user ||
    source.target_message_id ||
    state.commands.some((each) => each.type !== 1 && each.name === name);
  return isMenu ? name : `/${name}`;
}

const line = (...children) =>
  h("div", { class: "origin" }, h("span", { class: "origin-hook", "aria-hidden": "true" }), children);

function findMessage(id) {
  return id && state.messages.get(state.channelId)?.find((each) => each.id === id);
}

function content(message) {
  if (isEditing(message)) return editor();
  if (isThinking(message)) return thinking();
  if (message.state === "failed")
    return h("p", { class: "failure" }, message.content || "The application did not respond");
  const embeds = message.flags & SUPPRESS_EMBEDS ? [] : (message.embeds ?? []);
  const layout = Boolean(message.flags & 32768);
  return [
    message.content &&
      h(
        "div",
        { class: "message-text" },
        markup(message.content, message.mentions),
        message.edited_timestamp && edited(message),
      ),
    embeds.map((each) => embed(each, message)),
    !layout && attachments(message),
    message.components?.length
      ? h("div", { class: layout ? "components layout" : "components" }, components(message.components, message))
      : null,
    !message.content && message.edited_timestamp && edited(message),
  ];
}

const edited = (message) =>
  h("span", { class: "edited", title: `Edited at ${clockTime(message.edited_timestamp)}` }, "(edited)");

function thinking() {
  const dots = h("span", { class: "dots", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  return h("p", { class: "thinking" }, dots, `${application()?.name ?? "Tatiana"} is thinking…`);
}

function notes(message) {
  const failure = failureOf(message);
  return [
    failure &&
      h(
        "p",
        { class: "failure", role: "alert" },
        icon("warn"),
        failure,
        dismissButton("Dismiss", () => dismissFailure(message)),
      ),
    isPrivate(message) &&
      h(
        "p",
        { class: "private-note" },
        icon("eye"),
        "Only you can see this · ",
        dismissButton("Dismiss message", () => dismissPrivate(message)),
      ),
  ];
}

const dismissButton = (label, onclick) => h("button", { type: "button", class: "text-button", onclick }, label);

function dismissPrivate(message) {
  dismissMessage(message.id);
  tell("messages", { gone: message.id });
}

/** A command that was just sent, or that failed. */
export function localRow(entry) {
  const bot = botUser();
  const failed = entry.failure && h("p", { class: "failure", role: "alert" }, icon("warn"), entry.failure);
  return h(
    "li",
    { class: "message local private", tabindex: -1, "data-message": entry.id },
    line(
      avatar(user(entry.me), "tiny"),
      colouredName(user(entry.me)),
      " used ",
      h("span", { class: "used-command" }, entry.label),
    ),
    h("div", { class: "message-side" }, avatar(bot)),
    h(
      "div",
      { class: "message-body" },
      h(
        "div",
        { class: "message-head" },
        h("span", { class: "name" }, plainName(bot)),
        h("span", { class: "badge" }, "APP"),
        written(entry.at),
      ),
      failed ?? h("p", { class: "thinking" }, "Sending command…"),
      failed &&
        h(
          "p",
          { class: "private-note" },
          icon("eye"),
          "Only you can see this · ",
          dismissButton("Dismiss message", () => dismiss(entry.id)),
        ),
    ),
  );
}
