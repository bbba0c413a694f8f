/** Embeds. */

import { hex } from "../core/colours.js";
import { h, paint } from "../core/dom.js";
import { inlineMarkup, link, markup } from "../markup/render.js";
import { written } from "../markup/times.js";
import { ownPicture } from "../widgets/avatar.js";
import { image, resolve } from "./media.js";

export function embed(data, message) {
  const names = message.mentions ?? [];
  const box = h(
    "article",
    { class: "embed", "aria-label": data.title ? `Embed: ${data.title}` : "Embed" },
    h(
      "div",
      { class: "embed-text" },
      data.author?.name &&
        h(
          "div",
          { class: "embed-author" },
          small(data.author.icon_url, message),
          data.author.url ? link(data.author.url, data.author.name) : data.author.name,
        ),
      data.title &&
        h(
          "div",
          { class: "embed-title" },
          data.url ? link(data.url, inlineMarkup(data.title, names)) : inlineMarkup(data.title, names),
        ),
      data.description && markup(data.description, names),
      data.fields?.length > 0 && fields(data.fields, names),
    ),
    data.thumbnail?.url &&
      h("div", { class: "embed-thumbnail" }, image(data.thumbnail, message, { classes: "thumbnail" })),
    data.image?.url && h("div", { class: "embed-image" }, image(data.image, message)),
    footer(data, message),
  );
  return data.color ? paint(box, { "--edge": hex(data.color) }) : box;
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

function footer(data, message) {
  if (!data.footer?.text && !data.timestamp) return null;
  return h(
    "div",
    { class: "embed-footer" },
    small(data.footer?.icon_url, message),
    data.footer?.text,
    data.footer?.text && data.timestamp && " · ",
    data.timestamp && written(data.timestamp),
  );
}

function small(url, message) {
  const resolved = resolve(url, message);
  const source = resolved && ownPicture(resolved);
  return source && h("img", { class: "embed-icon", src: source, alt: "" });
}
