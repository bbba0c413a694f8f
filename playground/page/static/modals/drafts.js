/** Drafts: a modal that failed or was closed keeps what was typed. */

import { state } from "../core/state.js";

const drafts = new Map();

/** Identifies a form by its content, because the bot may give it a new custom_id each time. */
const key = (modal, values) => [state.me, modal.title, ...Object.keys(values)].join("\n");

export const draftOf = (modal, untouched) => drafts.get(key(modal, untouched)) ?? null;
export const dropDraft = (modal, values) => drafts.delete(key(modal, values));

/** Keeps values that differ from the form's defaults. */
export function keepDraft(modal, values, untouched) {
  if (JSON.stringify(values) === JSON.stringify(untouched)) dropDraft(modal, values);
  else drafts.set(key(modal, values), values);
}
