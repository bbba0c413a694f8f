/** The controls of a modal: each has an element, a value and an error. */

import { h, newId } from "../core/dom.js";
import { defaultsOf, select } from "../widgets/select.js";

const SHORT = 1;
const LONGEST = 4000;

/** Builds the control for a component; `kept` is its value in the draft. */
export function field(component, { label, describedBy, kept, host }) {
  return builders[component.type]?.(component, { label, describedBy, kept, host }) ?? unknown(component);
}

const isRequired = (component) => component.required !== false;

const builders = {
  3: selectField,
  4: textField,
  5: selectField,
  6: selectField,
  7: selectField,
  8: selectField,
  19: uploadField,
  21: radioField,
  22: checkboxesField,
  23: checkboxField,
};

function textField(component, { label, describedBy, kept }) {
  const attributes = {
    id: newId("field"),
    class: "field-text",
    placeholder: component.placeholder,
    "aria-label": label,
    "aria-describedby": describedBy,
    "aria-required": isRequired(component),
    maxlength: component.max_length ?? LONGEST,
    value: kept ?? component.value ?? "",
  };
  const input =
    component.style === SHORT
      ? h("input", { type: "text", autocomplete: "off", ...attributes })
      : h("textarea", { rows: 5, ...attributes });
  const wrong = () => {
    const length = [...input.value].length;
    if (!input.value.trim() && isRequired(component)) return "This is required.";
    if (length && length < (component.min_length ?? 0)) return `Write at least ${component.min_length} characters.`;
    return null;
  };
  return { element: withCount(input, component.max_length), focus: input, value: () => input.value, wrong };
}

function withCount(input, most) {
  if (!most) return input;
  const count = h("span", { class: "field-count", "aria-hidden": "true" });
  const show = () => (count.textContent = `${[...input.value].length} / ${most}`);
  input.addEventListener("input", show);
  show();
  return h("div", {}, input, count);
}

function selectField(component, { label, kept, host }) {
  let values = kept ?? defaultsOf(component);
  const least = component.min_values ?? (isRequired(component) ? 1 : 0);
  const button = select(
    { ...component, min_values: least },
    { label, values, host, chosen: (picked) => (values = [...picked]) },
  );
  const wrong = () =>
    values.length < least && (isRequired(component) || values.length) ? `Choose at least ${least}.` : null;
  return { element: button, focus: button, value: () => values, wrong };
}

function optionLine(type, option, name, checked) {
  const input = h("input", { type, name, value: option.value });
  input.checked = checked;
  const text = h(
    "span",
    { class: "choice-text" },
    h("span", { class: "choice-label" }, option.label),
    option.description && h("span", { class: "choice-description" }, option.description),
  );
  return { input, element: h("label", { class: "check-line" }, input, text) };
}

function radioField(component, { label, describedBy, kept }) {
  const name = newId("radio");
  const before = kept === undefined ? component.options.find((option) => option.default)?.value : kept;
  const lines = component.options.map((option) => optionLine("radio", option, name, option.value === before));
  const element = h(
    "div",
    { role: "radiogroup", "aria-label": label, "aria-describedby": describedBy },
    lines.map((line) => line.element),
  );
  const value = () => lines.find((line) => line.input.checked)?.input.value ?? null;
  return {
    element,
    focus: lines[0].input,
    value,
    wrong: () => (isRequired(component) && value() === null ? "Choose one of these." : null),
  };
}

function checkboxesField(component, { label, describedBy, kept }) {
  const name = newId("checks");
  const before = kept ?? component.options.filter((option) => option.default).map((option) => option.value);
  const lines = component.options.map((option) => optionLine("checkbox", option, name, before.includes(option.value)));
  const element = h(
    "div",
    { role: "group", "aria-label": label, "aria-describedby": describedBy },
    lines.map((line) => line.element),
  );
  const value = () => lines.filter((line) => line.input.checked).map((line) => line.input.value);
  const least = component.min_values ?? 1;
  const most = component.max_values ?? component.options.length;
  const wrong = () => {
    const count = value().length;
    if (count < least && (isRequired(component) || count)) return `Tick at least ${least}.`;
    return count > most ? `Tick at most ${most}.` : null;
  };
  return { element, focus: lines[0].input, value, wrong };
}

function checkboxField(component, { label, describedBy, kept }) {
  const input = h("input", { type: "checkbox", "aria-label": label, "aria-describedby": describedBy });
  input.checked = kept ?? Boolean(component.default);
  return {
    element: h("label", { class: "check-line" }, input, h("span", {}, label)),
    focus: input,
    value: () => input.checked,
    wrong: () => null,
  };
}

function uploadField(component) {
  const sentence = "The playground can't upload files. In Discord, you would choose one here.";
  const element = h("p", { class: "quiet boxed" }, sentence);
  return {
    element,
    focus: element,
    value: () => [],
    wrong: () => (isRequired(component) && component.min_values !== 0 ? sentence : null),
  };
}

function unknown(component) {
  const element = h("p", { class: "quiet boxed" }, `The playground can't show components of type ${component.type}.`);
  return { element, focus: element, value: () => null, wrong: () => null };
}
