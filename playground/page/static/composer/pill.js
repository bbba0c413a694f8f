/** One option of a command as a pill: its name, its input and its error. */

import { h, newId } from "../core/dom.js";
import { choiceOf, hint, offered, read } from "./options.js";

const NARROWEST = 4;
const WIDEST = 40;

export class Pill {
  constructor(option) {
    this.option = option;
    this.chosen = null; // {value, label} picked from a list
    const errorId = newId("error");
    const inputId = newId("option");
    this.input = h("input", {
      id: inputId,
      type: "text",
      class: "pill-input",
      placeholder: hint(option),
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: false,
      role: "combobox",
      "aria-autocomplete": "list",
      "aria-expanded": false,
      "aria-controls": "suggestion-list",
      "aria-describedby": errorId,
      "aria-required": Boolean(option.required),
      inputmode: [4, 10].includes(option.type) ? "decimal" : "text",
    });
    this.error = h("span", { class: "pill-error", id: errorId, role: "alert" });
    const label = h("label", { for: inputId, class: "pill-name" }, option.name_shown ?? option.name);
    this.element = h("span", { class: "pill" }, label, this.input, this.error);
    this.input.addEventListener("input", () => {
      if (this.chosen && this.chosen.label !== this.input.value) this.take(null);
      this.complain("");
      this.fit();
    });
    this.fit();
  }

  fit() {
    const length = (this.input.value || this.input.placeholder).length;
    this.input.size = Math.max(NARROWEST, Math.min(WIDEST, length));
  }

  /** Marks a chosen value, which looks like a unit and is deleted as one. */
  take(choice) {
    this.chosen = choice;
    this.element.classList.toggle("chosen", Boolean(choice));
  }

  choose(choice) {
    this.take(choice);
    this.input.value = choice.label;
    this.complain("");
    this.fit();
  }

  type(text) {
    this.take(null);
    this.input.value = text;
    this.fit();
    this.settle();
  }

  /** Turns text that stands for a choice into that choice. */
  settle() {
    const choice = this.chosen ?? choiceOf(this.option, this.input.value);
    if (choice) this.choose(choice);
  }

  complain(sentence) {
    this.error.textContent = sentence;
    this.element.classList.toggle("wrong", Boolean(sentence));
    this.input.setAttribute("aria-invalid", String(Boolean(sentence)));
  }

  get isEmpty() {
    return !this.input.value.trim();
  }

  /** {value}, {error}, or {} if it is empty. */
  read() {
    return this.chosen ? { value: this.chosen.value } : read(this.option, this.input.value);
  }

  /** The value so far, valid or not, as sent while typing. */
  partial() {
    const { value } = this.read();
    return { name: this.option.name, type: this.option.type, value: value ?? this.input.value };
  }

  get offered() {
    return offered(this.option);
  }
}
