/** A chosen command being filled in: its name, a pill for each option, and where more options come from. */

import { Refused } from "../core/api.js";
import { byId, h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { interact } from "../core/interactions.js";
import { showSending } from "../messages/local.js";
import { choiceRow, matching } from "../widgets/choices.js";
import { ask, cancel } from "./autocomplete.js";
import { asSuggestion } from "./options.js";
import { optionTree } from "./commands.js";
import { Pill } from "./pill.js";
import { hide, isShown, suggest, suggestionKey } from "./suggestions.js";

const MOST_SHOWN = 50;

export class CommandForm {
  /** `left(entry)` is called when the command was sent or given up. */
  constructor(entry, left) {
    this.entry = entry;
    this.left = left;
    this.sending = false;
    this.pills = [];
    const quit = h("button", { type: "button", class: "icon-button", "aria-label": "Leave this command", title: "Leave this command (Esc)", onclick: () => this.giveUp() }, icon("close"));
    this.name = h("span", { class: "command-name" }, `/${entry.shown}`);
    this.more = h("input", { type: "text", class: "more-options", size: 12, role: "combobox", autocomplete: "off", spellcheck: false, "aria-autocomplete": "list", "aria-expanded": false, "aria-controls": "suggestion-list" });
    this.trouble = h("p", { class: "command-trouble", role: "alert", hidden: true });
    this.pillsPlace = h("span", { class: "pills" });
    this.element = h("div", { class: "command-form", role: "group", "aria-label": `Command ${entry.shown}` }, quit, this.name, this.pillsPlace, this.more, this.trouble);
    this.more.addEventListener("focus", () => this.offerMore());
    this.more.addEventListener("click", () => this.offerMore());
    this.more.addEventListener("input", () => this.offerMore());
    this.more.addEventListener("blur", () => hide());
    this.element.addEventListener("keydown", (event) => this.key(event));
    for (const option of entry.options.filter((each) => each.required)) this.add(option);
    this.showMore();
  }

  start(rest = "") {
    const first = this.pills[0];
    if (!first) return this.more.focus();
    if (rest) {
      first.type(rest);
      first.input.setSelectionRange(rest.length, rest.length);
    }
    first.input.focus();
  }

  /** Fills the form with what an earlier one held. */
  restore(values) {
    for (const { name, typed, chosen } of values) {
      const option = this.entry.options.find((each) => each.name === name);
      const pill = this.pills.find((each) => each.option === option) ?? (option && this.add(option));
      if (chosen) pill?.choose(chosen);
      else pill?.type(typed);
    }
    (this.pills.at(-1)?.input ?? this.more).focus();
  }

  values() {
    return this.pills.filter((pill) => !pill.isEmpty).map((pill) => ({ name: pill.option.name, typed: pill.input.value, chosen: pill.chosen }));
  }

  add(option) {
    const pill = new Pill(option);
    this.pills.push(pill);
    this.pillsPlace.append(pill.element);
    pill.input.addEventListener("focus", () => this.offer(pill));
    pill.input.addEventListener("click", () => isShown() || this.offer(pill));
    pill.input.addEventListener("input", () => this.offer(pill));
    pill.input.addEventListener("blur", () => {
      hide();
      cancel();
      if (!pill.isEmpty) pill.complain(pill.read().error ?? "");
    });
    this.showMore();
    return pill;
  }

  remove(pill) {
    const index = this.pills.indexOf(pill);
    this.pills.splice(index, 1);
    pill.element.remove();
    this.showMore();
    (this.pills[index - 1]?.input ?? this.pills[0]?.input ?? this.more).focus();
  }

  get absent() {
    return this.entry.options.filter((option) => !this.pills.some((pill) => pill.option === option));
  }

  showMore() {
    const count = this.absent.length;
    this.more.placeholder = count ? `+${count} optional` : "Enter sends it";
    this.more.setAttribute("aria-label", count ? `Add an optional option, ${count} left. Enter sends the command.` : "Enter sends the command");
  }

  offerMore() {
    const choices = matching(this.absent.map((option) => ({ value: option, label: option.name_shown ?? option.name, description: option.description_shown ?? option.description })), this.more.value);
    if (!choices.length) return this.describe(this.more, this.entry.description, this.absent.length ? "No such option. " : "");
    const rows = choices.map((choice) => ({ element: choiceRow(choice), item: choice.value }));
    const accept = (option) => {
      this.more.value = "";
      this.add(option).input.focus();
    };
    suggest(this.more, { head: headline("Options", "All of these may stay empty. Enter sends the command."), rows, accept, active: this.more.value ? 0 : -1 });
  }

  describe(input, description, before = "") {
    suggest(input, { head: headline(`/${this.entry.shown}`, `${before}${description}`) });
  }

  offer(pill) {
    const { option } = pill;
    const head = headline(option.name_shown ?? option.name, option.description_shown ?? option.description, option.required ? "required" : "optional");
    cancel();
    if (pill.chosen) return suggest(pill.input, { head });
    const accept = (choice) => {
      pill.choose(choice);
      this.forward(pill);
    };
    if (option.autocomplete) return this.askBot(pill, head, accept);
    const all = pill.offered;
    if (!all) return suggest(pill.input, { head });
    const choices = matching(all, pill.input.value).slice(0, MOST_SHOWN);
    const foot = choices.length ? null : h("p", { class: "empty" }, "Nothing fits what you typed.");
    suggest(pill.input, { head, rows: choices.map((choice) => ({ element: choiceRow(choice), item: choice })), accept, foot });
  }

  askBot(pill, head, accept) {
    const values = this.pills.filter((each) => each === pill || !each.isEmpty).map((each) => ({ ...each.partial(), ...(each === pill && { value: pill.input.value, focused: true }) }));
    const say = (sentence) => suggest(pill.input, { head, foot: h("p", { class: "empty" }, sentence) });
    const here = () => document.activeElement === pill.input;
    ask(this.entry.command, optionTree(this.entry, values), {
      loading: () => say("Asking the bot…"),
      failed: () => here() && say("Loading options failed. You can still type."),
      arrived: (found) => {
        if (!here()) return;
        const choices = found.map(asSuggestion);
        if (!choices.length) return say("The bot has no suggestions.");
        const typed = pill.input.value.trim().toLowerCase();
        // What was typed freely stays unless the first suggestion is plainly meant.
        const active = !typed || choices[0].label.toLowerCase().includes(typed) ? 0 : -1;
        suggest(pill.input, { head, rows: choices.map((choice) => ({ element: choiceRow(choice), item: choice })), accept, active });
      },
    });
  }

  /** On to the next empty option, or to the end where Enter sends. */
  forward(pill) {
    const rest = this.pills.slice(this.pills.indexOf(pill) + 1);
    (rest.find((each) => each.isEmpty)?.input ?? this.more).focus();
  }

  key(event) {
    if (event.isComposing || suggestionKey(event)) return;
    const pill = this.pills.find((each) => each.input === event.target);
    if (event.key === "Enter") this.send();
    else if (event.key === "Escape") this.escape();
    else if (event.key === "Backspace" && !event.target.value) this.backspace(pill);
    else if (event.key === "ArrowLeft" && event.target.selectionEnd === 0) this.step(event.target, -1);
    else if (event.key === "ArrowRight" && event.target.selectionStart === event.target.value.length) this.step(event.target, 1);
    else return;
    event.preventDefault();
  }

  step(input, by) {
    const inputs = [...this.pills.map((each) => each.input), this.more];
    inputs[inputs.indexOf(input) + by]?.focus();
  }

  escape() {
    if (isShown() && byId("suggestion-list").hidden === false) hide();
    else this.giveUp();
  }

  backspace(pill) {
    if (pill && !pill.option.required) return this.remove(pill);
    const last = this.pills.at(-1);
    if (!pill && last) return last.input.focus();
    if (pill && this.pills.indexOf(pill) > 0) return this.step(pill.input, -1);
    if (this.pills.every((each) => each.isEmpty)) this.giveUp();
  }

  giveUp() {
    hide();
    cancel();
    this.left({ sent: false });
  }

  /** Every option is read before anything is sent; the first wrong one gets the focus. */
  check() {
    let firstWrong = null;
    const values = [];
    for (const pill of this.pills) {
      const { value, error } = pill.read();
      pill.complain(error ?? "");
      if (error) firstWrong ??= pill;
      else if (value !== undefined) values.push({ name: pill.option.name, type: pill.option.type, value });
    }
    firstWrong?.input.focus();
    if (firstWrong) firstWrong.complain(firstWrong.read().error);
    return firstWrong ? null : values;
  }

  async send() {
    const values = this.sending ? null : this.check();
    if (!values) return;
    this.sending = true;
    this.say("");
    try {
      const started = await interact({ kind: "command", command_id: this.entry.command.id, options: optionTree(this.entry, values) });
      hide();
      this.left({ sent: true });
      showSending(started, `/${this.entry.shown}`);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      this.refused(error);
    } finally {
      this.sending = false;
    }
  }

  refused(error) {
    const wrong = this.pills.filter((pill) => error.fields[pill.option.name]);
    for (const pill of wrong) pill.complain(error.fields[pill.option.name]);
    wrong[0]?.input.focus();
    for (const pill of wrong) pill.complain(error.fields[pill.option.name]);
    if (!wrong.length) this.say(error.message);
  }

  say(sentence) {
    this.trouble.textContent = sentence;
    this.trouble.hidden = !sentence;
  }
}

function headline(title, description, note) {
  return h("div", { class: "suggestion-title" }, h("strong", {}, title), note && h("span", { class: "note" }, note), h("span", { class: "quiet" }, description));
}
