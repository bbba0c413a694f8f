/** Commands that were just sent: shown at once, until the response arrives or fails. */

import { now } from "../core/clock.js";
import { state, tell } from "../core/state.js";

const LINGER_MS = 400;
const entries = new Map(); // exchange id -> entry

export const localEntries = (channelId) =>
  [...entries.values()].filter((each) => each.channelId === channelId && each.me === state.me && !answered(each));

/** Whether the response has arrived, which replaces "Sending command…". */
function answered(entry) {
  const messages = state.messages.get(entry.channelId) ?? [];
  return messages.some((each) => each.interaction_metadata?.id === entry.interactionId);
}

export async function showSending({ exchangeId, interactionId, channelId, settled }, label) {
  const entry = {
    id: exchangeId,
    interactionId,
    channelId,
    me: state.me,
    label,
    at: new Date(now()).toISOString(),
    failure: null,
  };
  entries.set(exchangeId, entry);
  tell("messages", { local: true });
  tell("command-sent");
  const outcome = await settled;
  if (outcome.ok) {
    // The message may arrive a moment after the outcome.
    setTimeout(() => dismiss(exchangeId), LINGER_MS);
    return;
  }
  entry.failure = outcome.text;
  tell("messages", { local: true });
}

export function dismiss(id) {
  if (entries.delete(id)) tell("messages", { local: true });
}
