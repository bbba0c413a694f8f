/** Pictures of people and servers; initials on a steady tint where there is none. */

import { tint } from "../core/colours.js";
import { h } from "../core/dom.js";
import { plainName } from "../core/lookup.js";

export function avatar(person, size = "") {
  return picture(person?.avatar_url, plainName(person), person?.id ?? "0", `avatar ${size}`);
}

export const guildIcon = (guild) => picture(guild.icon_url, guild.name, guild.id, "guild-icon");

function picture(url, name, id, classes) {
  const source = url && ownPicture(url);
  if (source) return h("img", { class: classes, src: source, alt: "", loading: "lazy" });
  return h("span", { class: `${classes} initials ${tint(id)}`, "aria-hidden": "true" }, initials(name));
}

const LOOPBACK = ["127.0.0.1", "localhost", "[::1]"];

/**
 * The address of a picture as the page may load it, or null: its policy keeps every other server out.
 * "localhost" and 127.0.0.1 are the same server, whichever of them stands in the address line.
 */
export function ownPicture(url) {
  if (!URL.canParse(url, location.href)) return null;
  const { protocol, origin, hostname, port, pathname } = new URL(url, location.href);
  if (protocol === "data:") return url.startsWith("data:image/") ? url : null;
  const here =
    origin === location.origin ||
    (LOOPBACK.includes(hostname) && LOOPBACK.includes(location.hostname) && port === location.port);
  return here ? pathname : null;
}

function initials(name) {
  const words = name
    .replace(/[^\p{L}\p{N} ]/gu, "")
    .split(" ")
    .filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0].toUpperCase()).join("") || "?";
}
