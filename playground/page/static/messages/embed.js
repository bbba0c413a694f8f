/** Embeds: the framed boxes of ordinary messages. */

import { hex } from "../core/colours.js";
import { h, paint } from "../core/dom.js";
import { inlineMarkup, link, markup } from "../markup/render.js";
import { written } from "../markup/times.js";
import { ownPicture } from "../widgets/avatar.js";
import { image, resolve } from "./media.js";

export function embed(one, message) {
  const names = message.mentions ?? [];
  const box = h(
    "article",
    { class: "embed", "aria-label": one.title ? `Embed: ${one.title}` : "Embed" },
    h(
      "div",
      { class: "embed-words" },
      one.author?.name &&
        h(
          "div",
          { class: "embed-author" },
          small(one.author.icon_url, message),
          one.author.url ? link(one.author.url, one.author.name) : one.author.name,
        ),
      one.title &&
        h(
          "div",
          { class: "embed-title" },
          one.url ? link(one.url, inlineMarkup(one.title, names)) : inlineMarkup(one.title, names),
        ),
      one.description && markup(one.description, names),
      one.fields?.length > 0 && fields(one.fields, names),
    ),
    one.thumbnail?.url &&
      h("div", { class: "embed-thumbnail" }, image(one.thumbnail, message, { classes: "thumbnail" })),
    one.image?.url && h("div", { class: "embed-image" }, image(one.image, message)),
    footer(one, message),
  );
  return one.color ? paint(box, { "--edge": hex(one.color) }) : box;
}

function fields(list, names) {
  return h(
    "div",
    { class: "embed-fields" },
    list.map((field) =>
      h(
        "div",
        { class: field.inline ? "embed-field inline" : "embed-field" },
        h("div", { class: "embed-field-name" }, inlineMarkup(field.name, names)),
        markup(field.value, names),
      ),
    ),
  );
}

function footer(one, message) {
  if (!one.footer?.text && !one.timestamp) return null;
  return h(
    "div",
    { class: "embed-footer" },
    small(one.footer?.icon_url, message),
    one.footer?.text,
    one.footer?.text && one.timestamp && " · ",
    one.timestamp && written(one.timestamp),
  );
}

function small(url, message) {
  const found = resolve(url, message);
  const source = found && ownPicture(found);
  return source && h("img", { class: "embed-icon", src: source, alt: "" });
}
