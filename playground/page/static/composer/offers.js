/** The suggestions for a command that is being filled in. */

import { h } from "../core/dom.js";
import { choiceRow, matching } from "../widgets/choices.js";
import { ask, cancel } from "./autocomplete.js";
import { optionTree } from "./commands.js";
import { asSuggestion } from "./options.js";
import { suggest } from "./suggestions.js";

const MOST_SHOWN = 50;

/** Suggests the optional options that the form doesn't have yet. */
export function offerMore(form) {
  const { entry, absent, more } = form;
  const options = absent.map((option) => ({
    value: option,
    label: option.name_shown ?? option.name,
    description: option.description_shown ?? option.description,
  }));
  const fitting = matching(options, more.value);
  if (!fitting.length) {
    const unknown = absent.length ? "This command has no such option. " : "";
    return suggest(more, { head: headline(`/${entry.shown}`, unknown + entry.description) });
  }
  suggest(more, {
    head: headline("Options", "All of these are optional. Press Enter to send."),
    rows: fitting.map((choice) => ({ element: choiceRow(choice), item: choice.value })),
    active: more.value ? 0 : -1,
    accept: (option) => {
      more.value = "";
      form.add(option).input.focus();
    },
  });
}

/** Suggests values for an option: from a list, from the bot, or just its description. */
export function offerOption(form, pill) {
  cancel();
  const { option, input } = pill;
  const head = about(option);
  if (pill.chosen) return suggest(input, { head });
  const accept = (choice) => {
    pill.choose(choice);
    form.forward(pill);
  };
  if (option.autocomplete) return askBot(form, pill, head, accept);
  const all = pill.offered;
  if (!all) return suggest(input, { head });
  const fitting = matching(all, input.value).slice(0, MOST_SHOWN);
  suggest(input, {
    head,
    rows: rows(fitting),
    accept,
    foot: fitting.length ? null : note("No matches."),
  });
}

function askBot(form, pill, head, accept) {
  const { input } = pill;
  const say = (sentence) => suggest(input, { head, foot: note(sentence) });
  const here = () => document.activeElement === input;
  ask(form.entry.command, optionTree(form.entry, partial(form, pill)), {
    loading: () => say("Asking the bot…"),
    failed: () => here() && say("Suggestions couldn't be loaded. You can still type."),
    arrived: (suggestions) => {
      if (!here()) return;
      const choices = suggestions.map(asSuggestion);
      if (!choices.length) return say("The bot has no suggestions.");
      const typed = input.value.trim().toLowerCase();
      // Keep what was typed, unless the first suggestion contains it.
      const active = !typed || choices[0].label.toLowerCase().includes(typed) ? 0 : -1;
      suggest(input, { head, rows: rows(choices), accept, active });
    },
  });
}

/** The options so far, valid or not, as Discord sends them. */
function partial(form, focused) {
  return form.pills
    .filter((pill) => pill === focused || !pill.isEmpty)
    .map((pill) => (pill === focused ? { ...pill.partial(), value: pill.input.value, focused: true } : pill.partial()));
}

const rows = (choices) => choices.map((choice) => ({ element: choiceRow(choice), item: choice }));
const note = (sentence) => h("p", { class: "empty" }, sentence);

const about = (option) =>
  headline(
    option.name_shown ?? option.name,
    option.description_shown ?? option.description,
    option.required ? "required" : "optional",
  );

function headline(title, description, remark) {
  const shown = [h("strong", {}, title), remark && h("span", { class: "note" }, remark)];
  return h("div", { class: "suggestion-title" }, shown, h("span", { class: "quiet" }, description));
}
