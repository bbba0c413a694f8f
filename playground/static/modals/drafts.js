/** What was typed into modals that are not through yet: a modal that failed or was closed keeps its text. */

const drafts = new Map();

const key = (modal) => `${modal.custom_id} ${modal.title}`;

export const draftOf = (modal) => drafts.get(key(modal)) ?? {};
export const keepDraft = (modal, values) => drafts.set(key(modal), values);
export const dropDraft = (modal) => drafts.delete(key(modal));
