/** Starts interactions and reports how each one ended. */

import { api } from "./api.js";
import { state, tell } from "./state.js";

const REMEMBERED = 200;
const outcomes = new Map(); // exchange id -> {ok, text}; an outcome may arrive before the server's "started"
const waiting = new Map(); // exchange id -> resolve

/**
 * Sends an interaction as the current person. `settled` of the result resolves to {ok, text}
 * once the bot has responded, opened a modal or failed. Throws Refused if it couldn't start.
 */
export async function interact(body) {
  const channelId = state.channelId;
  const started = await api.interact({ as: state.me, channel_id: channelId, ...body });
  const settled = new Promise((resolve) => {
    const known = outcomes.get(started.exchange_id);
    if (known) resolve(known);
    else waiting.set(started.exchange_id, resolve);
  });
  return { exchangeId: started.exchange_id, interactionId: started.interaction_id, channelId, settled };
}

function settle(exchangeId, outcome) {
  if (outcomes.has(exchangeId)) return;
  outcomes.set(exchangeId, outcome);
  if (outcomes.size > REMEMBERED) outcomes.delete(outcomes.keys().next().value);
  waiting.get(exchangeId)?.(outcome);
  waiting.delete(exchangeId);
}

export function noteExchange(exchange) {
  if (!exchange.outcome) return;
  const failed = exchange.outcome === "failed" || exchange.outcome === "lost";
  // The error comes in an event of its own right before this, unless the stream had a gap.
  settle(exchange.id, failed ? { ok: false, text: "The application did not respond" } : { ok: true });
}

export const noteFailure = ({ exchange_id, text }) => settle(exchange_id, { ok: false, text });

export function noteModal(event) {
  settle(event.exchange_id, { ok: true });
  tell("modal", event);
}
