/** Moderating by hand, without the bot, as Discord's own menus allow it. */

import { api, Refused } from "../core/api.js";
import { h, newId } from "../core/dom.js";
import { guild, member, nameOf } from "../core/lookup.js";
import { state, tell } from "../core/state.js";
import { openDialog } from "../widgets/dialog.js";

const DURATIONS = { "60 seconds": 60, "10 minutes": 600, "1 hour": 3600, "1 day": 86_400, "1 week": 604_800 };
const HISTORY = { "Don't delete any": 0, "Previous hour": 3600, "Previous 24 hours": 86_400, "Previous 7 days": 604_800 };

const ENTRIES = {
  timeout: { label: "Timeout", fields: () => [choice("seconds", "Duration", DURATIONS)] },
  untimeout: { label: "Remove timeout" },
  kick: { label: "Kick", danger: true },
  ban: { label: "Ban", danger: true, fields: () => [choice("delete_message_seconds", "Delete messages", HISTORY)] },
  unban: { label: "Unban" },
  roles: { label: "Change roles", fields: (person) => [roleBoxes(person)] },
};

/** What the current person may do to this one, as items of a context menu. */
export function moderationItems(person) {
  const banned = guild()?.bans.some(({ user }) => user.id === person.id);
  const kinds = banned ? ["unban"] : (member(person.id)?.moderation ?? []);
  if (!kinds.length) return [];
  const items = kinds.map((kind) => ({
    label: `${ENTRIES[kind].label}…`,
    danger: ENTRIES[kind].danger,
    run: () => open(kind, person),
  }));
  return [{ heading: "Moderate by hand" }, ...items];
}

function open(kind, person) {
  const { label, danger, fields = () => [] } = ENTRIES[kind];
  const titleId = newId("title");
  const reason = textField("Reason");
  const parts = [...fields(person), reason];
  const trouble = h("p", { class: "failure", role: "alert", hidden: true });
  const form = h(
    "form",
    { method: "dialog", novalidate: true },
    h("header", { class: "modal-head" }, h("h2", { id: titleId }, `${label}: ${nameOf(person)}`)),
    h(
      "div",
      { class: "modal-body" },
      parts.map((part) => part.element),
      h("p", { class: "quiet small-print" }, "This bypasses the bot. The audit log will have your name."),
    ),
    h(
      "footer",
      { class: "modal-foot" },
      trouble,
      h("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, "Cancel"),
      h("button", { type: "submit", class: danger ? "button danger" : "button primary" }, label),
    ),
  );
  const dialog = h("dialog", { class: "modal", "aria-labelledby": titleId }, form);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const asked = Object.assign({}, ...parts.map((part) => part.value()));
    try {
      await api.moderate(state.me, state.guildId, { kind, user_id: person.id, ...asked });
      dialog.close();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      trouble.textContent = error.message;
      trouble.hidden = false;
    }
  });
  openDialog(dialog);
  form.querySelector("select, input").focus();
}

function textField(label) {
  const id = newId("field");
  const input = h("input", { type: "text", class: "field-text", id, maxlength: 512, autocomplete: "off" });
  return { element: labelled(label, id, input), value: () => ({ reason: input.value.trim() }) };
}

function choice(name, label, options) {
  const id = newId("field");
  const select = h(
    "select",
    { class: "field-text", id },
    Object.entries(options).map(([text, value]) => h("option", { value: String(value) }, text)),
  );
  return { element: labelled(label, id, select), value: () => ({ [name]: Number(select.value) }) };
}

const labelled = (label, id, control) =>
  h("div", { class: "field" }, h("label", { class: "field-label", for: id }, label), control);

function roleBoxes(person) {
  const here = guild();
  const held = member(person.id).roles;
  const boxes = here.roles
    .filter((role) => here.assignable_roles.includes(role.id))
    .sort((a, b) => b.position - a.position)
    .map((role) => {
      const box = h("input", { type: "checkbox", value: role.id });
      box.checked = held.includes(role.id);
      return { box, line: h("label", { class: "check-line" }, box, h("span", {}, role.name)) };
    });
  const kept = held.filter((id) => !here.assignable_roles.includes(id));
  const chosen = () => boxes.filter(({ box }) => box.checked).map(({ box }) => box.value);
  return { element: h("div", {}, boxes.map(({ line }) => line)), value: () => ({ roles: [...kept, ...chosen()] }) };
}
