/** Buttons and select menus that were used: those still waiting, and errors. */

import { Refused } from "../core/api.js";
import { interact } from "../core/interactions.js";
import { tell } from "../core/state.js";

const waiting = new Map(); // message id -> custom_id
const failures = new Map(); // message id -> sentence
const choices = new Map(); // message id and custom_id -> {values, edited}

export const isWaiting = (message, component) => waiting.get(message.id) === component.custom_id;
export const failureOf = (message) => failures.get(message.id) ?? null;

export function dismissFailure(message) {
  failures.delete(message.id);
  changed(message);
}

const choiceKey = (message, component) => `${message.id} ${component.custom_id}`;

/** The values chosen in a select menu; undefined once the bot has edited the message. */
export function chosenIn(message, component) {
  const choice = choices.get(choiceKey(message, component));
  return choice?.edited === message.edited_timestamp ? choice?.values : undefined;
}

/** Sends a press. A message takes one at a time, until the bot has responded. */
export async function press(message, component, values) {
  if (waiting.has(message.id)) return;
  waiting.set(message.id, component.custom_id);
  failures.delete(message.id);
  if (values) choices.set(choiceKey(message, component), { values: [...values], edited: message.edited_timestamp });
  changed(message);
  try {
    const body = {
      kind: "component",
      message_id: message.id,
      custom_id: component.custom_id,
      ...(values && { values }),
    };
    const { settled } = await interact(body);
    const outcome = await settled;
    if (!outcome.ok) failures.set(message.id, outcome.text);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    failures.set(message.id, error.message);
  } finally {
    waiting.delete(message.id);
    changed(message);
  }
}

const changed = (message) => tell("messages", { redraw: message.id });
