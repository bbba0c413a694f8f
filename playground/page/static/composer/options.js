/** The values of a command's option: what to suggest, how to read them, and errors. */

import { channels, matching, mentionables, people, roles } from "../widgets/choices.js";

const STRING = 3;
const INTEGER = 4;
const BOOLEAN = 5;
const NUMBER = 10;
const ATTACHMENT = 11;

const ID = /^(?:<[@#][!&]?)?(\d{15,20})>?$/;

const PICKERS = {
  6: people,
  7: (option) => channels(option.channel_types),
  8: roles,
  9: mentionables,
};

const MISSING = {
  6: "Choose a person from the list.",
  7: "Choose a channel from the list.",
  8: "Choose a role from the list.",
  9: "Choose a person or a role from the list.",
};

const asChoice = (choice) => ({ value: choice.value, label: choice.name_shown ?? choice.name });

/** All choices that don't need the bot; null for free text. */
export function offered(option) {
  if (PICKERS[option.type]) return PICKERS[option.type](option);
  if (option.choices?.length) return option.choices.map(asChoice);
  if (option.type === BOOLEAN)
    return [
      { value: true, label: "True" },
      { value: false, label: "False" },
    ];
  return null;
}

export const asSuggestion = asChoice;

/** Reads typed text as {value}, {error}, or {} if it is empty. */
export function read(option, typed) {
  const text = typed.trim();
  if (!text) return option.required ? { error: "This option is required." } : {};
  if (offered(option)) return readChoice(option, text);
  if (option.type === INTEGER || option.type === NUMBER) return readNumber(option, text);
  if (option.type === ATTACHMENT) return { error: "The playground can't upload files. Leave this option empty." };
  return readText(option, text);
}

/** The choice that a text stands for: by name, by mention, or as the only match. */
export function choiceOf(option, typed) {
  const choices = offered(option) ?? [];
  const wanted = typed.trim().toLowerCase().replace(/^[@#]/, "");
  if (!wanted) return null;
  const id = pastedId(option, typed.trim());
  const exact = choices.find(
    (choice) =>
      choice.label.toLowerCase() === wanted || choice.description?.toLowerCase() === wanted || choice.value === id,
  );
  if (exact) return exact;
  const [only, ...others] = matching(choices, typed);
  return others.length ? null : (only ?? null);
}

const pastedId = (option, text) => (PICKERS[option.type] && ID.exec(text)?.[1]) || null;

function readChoice(option, text) {
  const value = choiceOf(option, text)?.value ?? pastedId(option, text);
  return value === null ? { error: MISSING[option.type] ?? "Choose an option from the list." } : { value };
}

function readNumber(option, text) {
  const number = Number(text.replace(/^\+/, ""));
  const whole = option.type === INTEGER;
  if (!/^[+-]?\d*\.?\d+$/.test(text) || (whole && !Number.isSafeInteger(number)))
    return { error: whole ? "Enter a whole number." : "Enter a number." };
  const { min_value: least, max_value: most } = option;
  if (least !== undefined && number < least)
    return { error: most === undefined ? `Enter ${least} or more.` : `Enter a number from ${least} to ${most}.` };
  if (most !== undefined && number > most)
    return { error: least === undefined ? `Enter ${most} or less.` : `Enter a number from ${least} to ${most}.` };
  return { value: number };
}

function readText(option, text) {
  const length = [...text].length;
  const { min_length: least = 0, max_length: most = 6000 } = option;
  if (length < least) return { error: `Write at least ${least} characters.` };
  if (length > most) return { error: `Write at most ${most} characters. This is ${length}.` };
  return { value: text };
}

/** The placeholder of an option. */
export function hint(option) {
  if (option.type === STRING && !option.choices?.length) return option.autocomplete ? "type or choose" : "text";
  if (option.type === INTEGER)
    return option.min_value !== undefined && option.max_value !== undefined
      ? `${option.min_value}–${option.max_value}`
      : "whole number";
  return (
    {
      5: "true or false",
      6: "person",
      7: "channel",
      8: "role",
      9: "person or role",
      10: "number",
      11: "not available",
    }[option.type] ?? "choose"
  );
}
