/** Renders Discord's markup as DOM nodes. */

import { h, paint } from "../core/dom.js";
import { channel, colourOf, nameOf, role, user } from "../core/lookup.js";
import { BEHIND_MENTIONS, readable } from "../core/colours.js";
import { tell } from "../core/state.js";
import { parseBlocks } from "./blocks.js";
import { parseInline } from "./inline.js";
import { timestamp } from "./times.js";

const PLACES = {
  customize: "Channels & roles",
  browse: "Browse channels",
  guide: "Server guide",
  "linked-roles": "Linked roles",
};

/** `mentions` are the users in the message object, for those that the page doesn't know. */
export function markup(text, mentions = []) {
  return h(
    "div",
    { class: "markup" },
    parseBlocks(String(text)).map((node) => block(node, mentions)),
  );
}

export function inlineMarkup(text, mentions = []) {
  return h("span", { class: "markup" }, inline(parseInline(String(text)), mentions));
}

function block(node, mentions) {
  switch (node.type) {
    case "pre":
      return h(
        "pre",
        { class: "code-block", tabindex: 0, "aria-label": `Code ${node.language}`.trim() },
        h("code", {}, node.text),
      );
    case "quote":
      return h(
        "blockquote",
        {},
        node.children.map((child) => block(child, mentions)),
      );
    case "heading":
      // Headings in a message are below the page's own.
      return h(
        "div",
        { class: `heading-${node.level}`, role: "heading", "aria-level": node.level + 3 },
        inline(node.children, mentions),
      );
    case "subtext":
      return h("div", { class: "subtext" }, inline(node.children, mentions));
    case "list":
      return list(node, mentions);
    default:
      return h("div", { class: "lines" }, inline(node.children, mentions));
  }
}

function list(node, mentions) {
  const items = node.items.map((blocks) =>
    h(
      "li",
      {},
      blocks.map((child) => block(child, mentions)),
    ),
  );
  return node.start === null ? h("ul", {}, items) : h("ol", { start: node.start }, items);
}

const inline = (nodes, mentions) => nodes.map((node) => piece(node, mentions));

const TAGS = { strong: "strong", em: "em", u: "u", s: "s" };

function piece(node, mentions) {
  if (TAGS[node.type]) return h(TAGS[node.type], {}, inline(node.children, mentions));
  return pieces[node.type](node, mentions);
}

const pieces = {
  text: (node) => node.text,
  code: (node) => h("code", { class: "code" }, node.text),
  spoiler: (node, mentions) => spoiler(inline(node.children, mentions)),
  link: (node, mentions) => link(node.url, inline(node.children, mentions)),
  user: (node, mentions) => userMention(node.id, mentions),
  role: (node) => roleMention(node.id),
  channel: (node) => channelMention(node.id),
  command: (node) => commandMention(node),
  emoji: (node) => h("span", { class: "emoji", title: `Custom emoji :${node.name}:` }, `:${node.name}:`),
  time: (node) => timestamp(node.seconds, node.style),
  place: (node) => h("span", { class: "mention" }, PLACES[node.where]),
  everyone: (node) => h("span", { class: "mention" }, node.text),
};

export function link(url, children) {
  const attributes = { href: url, target: "_blank", rel: "noopener noreferrer nofollow", title: url };
  return h("a", attributes, children);
}

export function spoiler(children) {
  const reveal = (event) => {
    if (!cover.classList.contains("covered")) return;
    event.preventDefault();
    event.stopPropagation();
    cover.classList.remove("covered");
    for (const name of ["role", "tabindex", "aria-label"]) cover.removeAttribute(name);
    inside.removeAttribute("aria-hidden");
    inside.inert = false;
  };
  const inside = h("span", { "aria-hidden": "true" }, children);
  inside.inert = true;
  const keys = (event) => (event.key === "Enter" || event.key === " ") && reveal(event);
  const cover = h(
    "span",
    {
      class: "spoiler covered",
      role: "button",
      tabindex: 0,
      "aria-label": "Show the spoiler",
      onclick: reveal,
      onkeydown: keys,
    },
    inside,
  );
  return cover;
}

function userMention(id, mentions) {
  const person = user(id) ?? mentions.find((each) => each.id === id);
  if (!person) return h("span", { class: "mention unknown", title: `User ${id}` }, "@unknown-user");
  const open = (event) => tell("person-menu", { user: person, at: event.currentTarget });
  return h("button", { class: "mention", type: "button", onclick: open }, `@${nameOf(person)}`);
}

function roleMention(id) {
  const known = role(id);
  const mention = h("span", { class: "mention" }, known ? `@${known.name.replace(/^@/, "")}` : "@deleted-role");
  return known?.color ? paint(mention, { color: readable(known.color, BEHIND_MENTIONS) }) : mention;
}

function channelMention(id) {
  const known = channel(id);
  if (!known) return h("span", { class: "mention unknown" }, "# no access");
  return h("button", { class: "mention", type: "button", onclick: () => tell("go-to-channel", id) }, `#${known.name}`);
}

function commandMention({ name, id }) {
  return h(
    "button",
    { class: "mention", type: "button", onclick: () => tell("use-command", { name, id }) },
    `/${name}`,
  );
}

/** A name in the colour of the person's highest coloured role. */
export function colouredName(person, tag = "span", attributes = {}) {
  const element = h(tag, { class: "name", ...attributes }, nameOf(person));
  const colour = colourOf(person?.id);
  return colour ? paint(element, { color: readable(colour) }) : element;
}
