/** Components of messages: rows of buttons and selects, and the layout components of V2. */

import { hex } from "../core/colours.js";
import { h, paint } from "../core/dom.js";
import { icon } from "../core/icons.js";
import { markup, spoiler } from "../markup/render.js";
import { emoji, select } from "../widgets/select.js";
import { fileCard, gallery, image } from "./media.js";
import { chosenIn, isWaiting, press } from "./presses.js";

const BUTTON_STYLES = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "secondary", 6: "primary" };

const builders = {
  1: row,
  2: button,
  3: selectMenu,
  5: selectMenu,
  6: selectMenu,
  7: selectMenu,
  8: selectMenu,
  9: section,
  10: (component, message) => markup(component.content, message.mentions),
  11: (component, message) =>
    image(component.media, message, {
      description: component.description,
      hidden: component.spoiler,
      classes: "thumbnail",
    }),
  12: (component, message) => gallery(component.items, message),
  13: file,
  14: separator,
  17: container,
};

export const components = (list, message) => (list ?? []).map((each) => component(each, message));

function component(each, message) {
  const build = builders[each.type];
  if (!build) return h("p", { class: "quiet" }, `The playground can't show components of type ${each.type}.`);
  return build(each, message);
}

function row(each, message) {
  return h("div", { class: "component-row" }, components(each.components, message));
}

function button(each, message) {
  const content = [each.emoji && emoji(each.emoji), each.label ?? (each.style === 6 ? "Premium" : null)];
  const name = each.label ? null : (each.emoji?.name ?? "Button");
  if (each.style === 5) {
    const attributes = {
      class: "button secondary",
      href: each.url,
      target: "_blank",
      rel: "noopener noreferrer nofollow",
      title: each.url,
    };
    return h(
      "a",
      each.disabled ? { class: "button secondary", "aria-disabled": true, role: "link" } : attributes,
      content,
      icon("link"),
    );
  }
  const waits = isWaiting(message, each);
  const attributes = {
    type: "button",
    class: `button ${BUTTON_STYLES[each.style]}`,
    disabled: each.disabled || each.style === 6,
    "aria-busy": waits,
    "aria-label": name,
  };
  return h(
    "button",
    { ...attributes, "data-focus": each.custom_id, onclick: () => press(message, each) },
    h("span", { class: "button-text" }, content),
  );
}

function selectMenu(each, message) {
  return h(
    "div",
    { class: "select-place" },
    select(each, {
      values: chosenIn(message, each),
      busy: isWaiting(message, each),
      chosen: (values) => press(message, each, values),
    }),
  );
}

function section(each, message) {
  return h(
    "div",
    { class: "section" },
    h("div", { class: "section-text" }, components(each.components, message)),
    h("div", { class: "section-accessory" }, component(each.accessory, message)),
  );
}

function file(each, message) {
  const name = each.file.url.replace("attachment://", "");
  const card = fileCard(message.attachments?.find((attachment) => attachment.filename === name) ?? { filename: name });
  return each.spoiler ? spoiler(card) : card;
}

function separator(each) {
  const classes = `separator spacing-${each.spacing ?? 1}`;
  return each.divider === false ? h("div", { class: classes }) : h("hr", { class: classes });
}

function container(each, message) {
  const hasAccent = each.accent_color !== null && each.accent_color !== undefined;
  const box = h("div", { class: hasAccent ? "container accented" : "container" }, components(each.components, message));
  if (hasAccent) paint(box, { "--edge": hex(each.accent_color) });
  return each.spoiler ? spoiler(box) : box;
}
