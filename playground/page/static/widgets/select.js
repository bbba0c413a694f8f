/** Select menus of messages and modals: a button that opens a list, with a search field if it is long. */

import { clear, h, newId } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { channels, choiceRow, matching, mentionables, people, roles } from "./choices.js";
import { close, float, isOpen } from "./floating.js";

const SEARCH_FROM = 8;

const SOURCES = {
  5: people,
  6: roles,
  7: mentionables,
  8: (component) => channels(component.channel_types),
};

const PROMPTS = {
  3: "Choose",
  5: "Choose people",
  6: "Choose roles",
  7: "Choose people or roles",
  8: "Choose channels",
};

function choicesOf(component) {
  if (SOURCES[component.type]) return SOURCES[component.type](component);
  return (component.options ?? []).map((option) => ({
    ...option,
    picture: option.emoji && (() => emoji(option.emoji)),
  }));
}

export const emoji = ({ id, name }) => h("span", { class: "emoji" }, id ? `:${name}:` : name);

export function defaultsOf(component) {
  if (component.type === 3)
    return (component.options ?? []).filter((option) => option.default).map((option) => option.value);
  return (component.default_values ?? []).map((each) => each.id);
}

/**
 * `chosen(values)` is called once the choice is final: at once for a single choice,
 * or when the list closes. `label` names the control for screen readers.
 */
export function select(component, { values = defaultsOf(component), chosen, label, host, busy = false }) {
  const most = component.max_values ?? 1;
  const least = component.min_values ?? 1;
  let picked = [...values];
  let before = [...values];
  const shown = h("span", { class: "select-shown" });
  const button = h(
    "button",
    {
      type: "button",
      class: "select",
      "aria-haspopup": "listbox",
      "aria-expanded": false,
      "aria-busy": busy,
      disabled: component.disabled,
      "data-focus": component.custom_id,
    },
    shown,
    icon("down"),
  );
  const show = () => {
    const names = choicesOf(component)
      .filter((choice) => picked.includes(choice.value))
      .map((choice) => choice.label);
    const text = names.join(", ") || component.placeholder || PROMPTS[component.type];
    shown.textContent = text;
    shown.classList.toggle("placeholder", !names.length);
    button.setAttribute(
      "aria-label",
      `${label ?? component.placeholder ?? PROMPTS[component.type]}: ${names.join(", ") || "nothing chosen"}`,
    );
  };
  const finish = () => {
    button.setAttribute("aria-expanded", "false");
    if (picked.join() === before?.join()) return;
    if (picked.length < least) {
      picked = [...(before ?? [])];
      return show();
    }
    before = [...picked];
    chosen(picked);
  };
  const pick = (value) => {
    if (most === 1) {
      picked = least === 0 && picked.includes(value) ? [] : [value];
      before = null; // choosing the same value again counts as a choice
      show();
      close();
      button.focus();
      return;
    }
    if (picked.includes(value)) picked = picked.filter((each) => each !== value);
    else if (picked.length < most) picked.push(value);
    show();
  };
  const open = () => {
    if (busy) return;
    if (button.getAttribute("aria-expanded") === "true") return close();
    button.setAttribute("aria-expanded", "true");
    const list = listbox(component, {
      picked: () => picked,
      pick,
      least,
      most,
      leave: () => (close(), button.focus()),
    });
    float(list.element, button, { host: host?.() ?? document.body, closed: finish, fit: true });
    list.focus();
  };
  button.addEventListener("click", open);
  button.addEventListener("keydown", (event) => {
    if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !isOpen(button)) {
      event.preventDefault();
      open();
    }
  });
  show();
  return button;
}

function listbox(component, { picked, pick, least, most, leave }) {
  const all = choicesOf(component);
  let active = Math.max(
    0,
    all.findIndex((choice) => picked().includes(choice.value)),
  );
  let rows = all;
  const list = h("div", {
    role: "listbox",
    class: "choices",
    id: newId("list"),
    tabindex: 0,
    "aria-multiselectable": most > 1,
    "aria-label": component.placeholder ?? PROMPTS[component.type],
  });
  const searched = all.length > SEARCH_FROM || component.type !== 3;
  const search = searched
    ? h("input", {
        class: "search",
        type: "text",
        placeholder: "Search",
        "aria-label": "Search",
        role: "combobox",
        "aria-expanded": true,
        "aria-controls": list.id,
      })
    : null;
  const draw = () => {
    rows = search ? matching(all, search.value) : all;
    active = Math.min(active, Math.max(0, rows.length - 1));
    const elements = rows.map((choice, index) =>
      choiceRow(choice, {
        "aria-selected": picked().includes(choice.value),
        class: index === active ? "choice active" : "choice",
        onpointermove: () => index !== active && move(index),
        onclick: () => choose(index),
      }),
    );
    clear(list, rows.length ? elements : h("p", { class: "empty" }, "No matches."));
    (search || list).setAttribute("aria-activedescendant", elements[active]?.id ?? "");
    elements[active]?.scrollIntoView({ block: "nearest" });
  };
  const move = (index) => {
    active = (index + rows.length) % Math.max(1, rows.length);
    draw();
  };
  const choose = (index) => {
    if (!rows[index]) return;
    pick(rows[index].value);
    if (most > 1) draw();
  };
  const keys = (event) => {
    const moves = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: rows.length - 1 };
    if (event.key in moves && !(search && ["Home", "End"].includes(event.key))) move(moves[event.key]);
    else if (event.key === "Enter" || (event.key === " " && !search)) choose(active);
    else if (event.key === "Escape" || event.key === "Tab") leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const foot =
    most > 1 &&
    h(
      "div",
      { class: "choices-foot" },
      h("span", {}, least > 1 ? `${least} to ${most}` : `Up to ${most}`),
      h("button", { type: "button", class: "button small", onclick: leave }, "Done"),
    );
  const element = h("div", { class: "choices-box", onkeydown: keys }, search, list, foot);
  search?.addEventListener("input", () => {
    active = 0;
    draw();
  });
  draw();
  return { element, focus: () => (search || list).focus() };
}
