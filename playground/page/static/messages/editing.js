/** Editing one's own message in place: Enter saves, Escape cancels. */

import { api, Refused } from "../core/api.js";
import { byId, h } from "../core/dom.js";
import { on, state, tell } from "../core/state.js";
import { withIds, withNames } from "../composer/mentions.js";

const ORDINARY = 0;

let editing = null; // {message, text, trouble}

export function startEditing() {
  on("channel", () => (editing = null));
}

export const isEditing = (message) => editing?.message.id === message.id;

export const isOwn = (message) => message.author.id === state.me && message.type === ORDINARY;

/** Opens the newest message that this person wrote here; false if there is none. */
export function editLast() {
  const message = state.messages.get(state.channelId)?.findLast(isOwn);
  if (message) edit(message);
  return Boolean(message);
}

export function edit(message) {
  const before = editing?.message;
  editing = { message, text: withNames(message.content), trouble: "" };
  if (before) redraw(before);
  redraw(message);
  const field = byId("edit-text");
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  field.closest(".message").scrollIntoView({ block: "nearest" });
}

function close() {
  const { message } = editing;
  editing = null;
  redraw(message);
  byId("text").focus();
}

async function save() {
  const edited = editing;
  try {
    await api.edit(state.me, state.channelId, edited.message.id, withIds(edited.text.trim()));
    if (editing === edited) close();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    edited.trouble = error.message;
    redraw(edited.message);
  }
}

const redraw = (message) => tell("messages", { redraw: message.id });

/** The text field that takes the message's place. */
export function editor() {
  const troubleId = "edit-trouble";
  const field = h("textarea", {
    id: "edit-text",
    class: "edit-text",
    maxlength: 2000,
    "aria-label": "Edit message",
    "aria-describedby": troubleId,
    "data-focus": "edit",
    oninput: (event) => (editing.text = event.target.value),
    onkeydown: keys,
  });
  field.value = editing.text;
  return h(
    "div",
    { class: "editor" },
    field,
    h("p", { id: troubleId, class: "edit-trouble", role: "alert", hidden: !editing.trouble }, editing.trouble),
    h(
      "p",
      { class: "quiet" },
      "Escape to ",
      h("button", { type: "button", class: "text-button", onclick: close }, "cancel"),
      " · Enter to ",
      h("button", { type: "button", class: "text-button", onclick: save }, "save"),
    ),
  );
}

function keys(event) {
  if (event.isComposing) return;
  if (event.key === "Escape") close();
  else if (event.key === "Enter" && !event.shiftKey) save();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
