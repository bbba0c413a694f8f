/** Modals: shown as dialogs, sent as interactions, and closed once the bot has accepted them. */

import { Refused } from "../core/api.js";
import { h, newId } from "../core/dom.js";
import { interact } from "../core/interactions.js";
import { application, botUser } from "../core/lookup.js";
import { on } from "../core/state.js";
import { markup } from "../markup/render.js";
import { avatar } from "../widgets/avatar.js";
import { openDialog } from "../widgets/dialog.js";
import { close as closeFloating } from "../widgets/floating.js";
import { draftOf, dropDraft, keepDraft } from "./drafts.js";
import { field } from "./fields.js";

const ACTION_ROW = 1;
const TEXT_DISPLAY = 10;
const LABEL = 18;

export const startModals = () => on("modal", show);

function show({ modal_id, modal }) {
  document.querySelector("dialog.modal")?.close();
  const titleId = newId("title");
  const dialog = h("dialog", { class: "modal", "aria-labelledby": titleId });
  const asItCame = build(modal, {}, dialog);
  const untouched = values(asItCame.controls);
  const kept = draftOf(modal, untouched);
  const { body, controls } = kept ? build(modal, kept, dialog) : asItCame;
  const trouble = h("p", { class: "failure", role: "alert", hidden: true });
  const send = h("button", { type: "submit", class: "button primary" }, "Submit");
  const again = kept && h("p", { class: "quiet" }, "Your draft has been restored.");
  const form = h(
    "form",
    { method: "dialog", novalidate: true },
    h("header", { class: "modal-head" }, avatar(botUser(), "small"), h("h2", { id: titleId }, modal.title)),
    h(
      "div",
      { class: "modal-body" },
      again,
      body,
      h(
        "p",
        { class: "quiet small-print" },
        `This goes to ${application()?.name ?? "the bot"}. Never type a password here.`,
      ),
    ),
    h(
      "footer",
      { class: "modal-foot" },
      trouble,
      h("button", { type: "button", class: "button secondary", onclick: () => dialog.close() }, "Cancel"),
      send,
    ),
  );
  let done = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (send.getAttribute("aria-busy") === "true" || !check(controls)) return;
    send.setAttribute("aria-busy", "true");
    const failure = await submit(modal_id, values(controls));
    send.setAttribute("aria-busy", "false");
    if (!failure) {
      done = true;
      dropDraft(modal, untouched);
      return dialog.close();
    }
    trouble.textContent = failure.text;
    trouble.hidden = false;
    complain(controls, (control, id) => failure.fields[id]);
  });
  const closed = () => {
    closeFloating();
    if (!done) keepDraft(modal, values(controls), untouched);
  };
  dialog.append(form);
  openDialog(dialog, { closed });
  [...controls.values()][0]?.control.focus.focus();
}

/** The form's elements, and its controls by custom_id; `kept` has the draft's values. */
function build(modal, kept, dialog) {
  const controls = new Map(); // custom_id -> {control, complaint}
  return { controls, body: modal.components.map((each) => part(each, { kept, controls, host: () => dialog })) };
}

/** The error as {text, fields: sentences by custom_id}, or null. */
async function submit(modalId, fields) {
  try {
    const started = await interact({ kind: "modal", modal_id: modalId, fields });
    const outcome = await started.settled;
    return outcome.ok
      ? null
      : { text: `${outcome.text.replace(/\.$/, "")}. What you typed is still here.`, fields: {} };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { text: error.message, fields: error.fields };
  }
}

function part(component, context) {
  if (component.type === TEXT_DISPLAY) return markup(component.content);
  if (component.type === LABEL) return labelled(component.component, component.label, component.description, context);
  if (component.type === ACTION_ROW)
    return component.components.map((each) => labelled(each, each.label, null, context));
  return h("p", { class: "quiet" }, `The playground can't show components of type ${component.type}.`);
}

function labelled(component, label, description, { kept, controls, host }) {
  const describedBy = newId("about");
  const control = field(component, { label, describedBy, kept: kept[component.custom_id], host });
  const complaint = h("p", { class: "field-wrong", role: "alert" });
  controls.set(component.custom_id, { control, complaint });
  const needed = component.required !== false && component.type !== 23;
  return h(
    "div",
    { class: "field" },
    h("div", { class: "field-label" }, label, needed && h("span", { class: "needed", "aria-hidden": "true" }, " *")),
    h("div", { class: "field-about", id: describedBy }, description, complaint),
    control.element,
  );
}

const values = (controls) => Object.fromEntries([...controls].map(([id, { control }]) => [id, control.value()]));

const check = (controls) => complain(controls, (control) => control.wrong());

/** Shows each field's error and focuses the first; true if there are none. */
function complain(controls, why) {
  let first = null;
  for (const [id, { control, complaint }] of controls) {
    const wrong = why(control, id);
    complaint.textContent = wrong ?? "";
    if (wrong) first ??= control;
  }
  first?.focus.focus();
  return !first;
}
