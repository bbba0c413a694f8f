/** What was typed into modals that are not through yet: a modal that failed or was closed keeps its text. */

import { state } from "../core/state.js";

const drafts = new Map();

/** The same form for the same person, though the bot may give it another custom_id each time it opens. */
const key = (modal, values) => [state.me, modal.title, ...Object.keys(values)].join("\n");

export const draftOf = (modal, untouched) => drafts.get(key(modal, untouched)) ?? null;
export const dropDraft = (modal, values) => drafts.delete(key(modal, values));

/** Keeps what differs from the form as it came; an untouched one leaves nothing behind. */
export function keepDraft(modal, values, untouched) {
  if (JSON.stringify(values) === JSON.stringify(untouched)) dropDraft(modal, values);
  else drafts.set(key(modal, values), values);
}
