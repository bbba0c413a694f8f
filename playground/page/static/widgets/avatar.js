/** Pictures of people and servers, or initials where there is none. */

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
 * The URL of a picture if the page's Content-Security-Policy allows it, or null.
 * "localhost" and 127.0.0.1 are the same server, so both are accepted.
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
  const parts = name
    .replace(/[^\p{L}\p{N} ]/gu, "")
    .split(" ")
    .filter(Boolean);
  const first = parts.length > 1 ? [parts[0], parts.at(-1)] : parts;
  return first.map((part) => [...part][0].toUpperCase()).join("") || "?";
}
