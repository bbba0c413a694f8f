/** A command being filled in: its name, a pill for each option, and a field to add options. */

import { Refused } from "../core/api.js";
import { byId, h } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { interact } from "../core/interactions.js";
import { showSending } from "../messages/local.js";
import { cancel } from "./autocomplete.js";
import { optionTree } from "./commands.js";
import { parsed } from "./line.js";
import { offerMore, offerOption } from "./offers.js";
import { Pill } from "./pill.js";
import { noteUse } from "./recent.js";
import { hide, isShown, suggestionKey } from "./suggestions.js";

export class CommandForm {
  /** `left({sent})` is called when the command has been sent or cancelled. */
  constructor(entry, left) {
    this.entry = entry;
    this.left = left;
    this.sending = false;
    this.pills = [];
    const quit = h(
      "button",
      {
        type: "button",
        class: "icon-button",
        "aria-label": "Cancel this command",
        title: "Cancel this command (Esc)",
        onclick: () => this.giveUp(),
      },
      icon("close"),
    );
    this.name = h("span", { class: "command-name" }, `/${entry.shown}`);
    this.more = h("input", {
      type: "text",
      class: "more-options",
      size: 12,
      role: "combobox",
      autocomplete: "off",
      spellcheck: false,
      "aria-autocomplete": "list",
      "aria-expanded": false,
      "aria-controls": "suggestion-list",
    });
    this.trouble = h("p", { class: "command-trouble", role: "alert", hidden: true });
    this.pillsElement = h("span", { class: "pills" });
    this.element = h(
      "div",
      { class: "command-form", role: "group", "aria-label": `Command ${entry.shown}` },
      quit,
      this.name,
      this.pillsElement,
      this.more,
      this.trouble,
    );
    this.more.addEventListener("focus", () => offerMore(this));
    this.more.addEventListener("click", () => offerMore(this));
    this.more.addEventListener("input", () => offerMore(this));
    this.more.addEventListener("blur", () => hide());
    this.element.addEventListener("keydown", (event) => this.key(event));
    for (const option of entry.options.filter((each) => each.required)) this.add(option);
    this.showMore();
  }

  /** Fills in the text that follows the command's name, and puts the caret after it. */
  start(rest = "") {
    const filled = this.take(rest);
    const first = filled ?? this.pills[0];
    if (!first) return this.more.focus();
    first.input.setSelectionRange(first.input.value.length, first.input.value.length);
    first.input.focus();
  }

  /** Fills empty options from a typed line, and returns the last one filled. */
  take(line) {
    const empty = this.entry.options.filter((option) => this.pillOf(option)?.isEmpty !== false);
    const { given, left } = parsed(empty, line);
    const filled = given.map(([option, typed]) => {
      const pill = this.pillOf(option) ?? this.add(option);
      pill.type(typed);
      return pill;
    });
    this.more.value = left;
    return filled.at(-1);
  }

  pillOf(option) {
    return this.pills.find((each) => each.option === option);
  }

  /** Focuses the first empty option. */
  focus() {
    (this.pills.find((pill) => pill.isEmpty)?.input ?? this.more).focus();
  }

  add(option) {
    const pill = new Pill(option);
    this.pills.push(pill);
    this.pillsElement.append(pill.element);
    pill.input.addEventListener("focus", () => offerOption(this, pill));
    pill.input.addEventListener("click", () => isShown() || offerOption(this, pill));
    pill.input.addEventListener("input", () => offerOption(this, pill));
    pill.input.addEventListener("blur", () => {
      hide();
      cancel();
      pill.settle();
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
    return this.entry.options.filter((option) => !this.pillOf(option));
  }

  showMore() {
    const count = this.absent.length;
    this.more.placeholder = count ? `+${count} optional` : "Press Enter to send";
    this.more.setAttribute(
      "aria-label",
      count ? `Add an option, ${count} left. Press Enter to send.` : "Press Enter to send",
    );
  }

  /** Moves to the next empty option, or to the end, where Enter sends the command. */
  forward(pill) {
    const rest = this.pills.slice(this.pills.indexOf(pill) + 1);
    (rest.find((each) => each.isEmpty)?.input ?? this.more).focus();
  }

  key(event) {
    // The cancel button handles its own keys.
    if (event.isComposing || !event.target.matches("input") || suggestionKey(event)) return;
    const pill = this.pills.find((each) => each.input === event.target);
    // A chosen value is deleted as a unit: the browser deletes what is selected now.
    if (event.key === "Backspace" && pill?.chosen && event.target.selectionEnd > 0) return event.target.select();
    if (event.key === "Enter") this.send();
    else if (event.key === "Escape") this.escape();
    else if (event.key === "Backspace" && !event.target.value) this.backspace(pill);
    else if (event.key === "ArrowLeft" && event.target.selectionEnd === 0) this.step(event.target, -1);
    else if (event.key === "ArrowRight" && event.target.selectionStart === event.target.value.length)
      this.step(event.target, 1);
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

  /** Validates all options and focuses the first invalid one. */
  check() {
    if (this.more.value.trim()) this.take(this.more.value);
    if (this.more.value.trim()) {
      this.say(`No option is left for “${this.more.value.trim()}”.`);
      this.more.focus();
      return null;
    }
    let firstWrong = null;
    const values = [];
    for (const pill of this.pills) {
      const { value, error } = pill.read();
      pill.complain(error ?? "");
      if (error) firstWrong ??= pill;
      else if (value !== undefined) values.push({ name: pill.option.name, type: pill.option.type, value });
    }
    firstWrong?.input.focus();
    return firstWrong ? null : values;
  }

  async send() {
    const values = this.sending ? null : this.check();
    if (!values) return;
    this.sending = true;
    this.say("");
    try {
      const started = await interact({
        kind: "command",
        command_id: this.entry.command.id,
        options: optionTree(this.entry, values),
      });
      hide();
      noteUse(this.entry);
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
    // Focus first, because a pill that loses the focus validates itself again.
    wrong[0]?.input.focus();
    for (const pill of wrong) pill.complain(error.fields[pill.option.name]);
    if (!wrong.length) this.say(error.message);
  }

  say(sentence) {
    this.trouble.textContent = sentence;
    this.trouble.hidden = !sentence;
  }
}
