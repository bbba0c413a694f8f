/** Pictures of people and servers; initials on a steady tint where there is none. */

import { tint } from "../core/colours.js";
import { h } from "../core/dom.js";
import { plainName } from "../core/lookup.js";

export function avatar(person, size = "") {
  return picture(person?.avatar_url, plainName(person), person?.id ?? "0", `avatar ${size}`);
}

export const guildIcon = (guild) => picture(guild.icon_url, guild.name, guild.id, "guild-icon");

function picture(url, name, id, classes) {
  if (url && ownPicture(url)) return h("img", { class: classes, src: url, alt: "", loading: "lazy" });
  return h("span", { class: `${classes} initials ${tint(id)}`, "aria-hidden": "true" }, initials(name));
}

/** The page shows pictures of its own server only; its policy keeps every other address out. */
export function ownPicture(url) {
  if (url.startsWith("data:image/")) return true;
  try {
    return new URL(url, location.href).origin === location.origin;
  } catch {
    return false;
  }
}

function initials(name) {
  const words = name.replace(/[^\p{L}\p{N} ]/gu, "").split(" ").filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0].toUpperCase()).join("") || "?";
}
