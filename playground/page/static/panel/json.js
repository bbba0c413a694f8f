/** JSON for people: indented, coloured and copyable. */

import { copy, h } from "../core/dom.js";

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|\b(true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

export function json(value, label) {
  const text = typeof value === "string" ? value : JSON.stringify(value, null, 2);
  const button = h(
    "button",
    { type: "button", class: "text-button", "aria-label": `Copy ${label}`, onclick: () => copy(text, button) },
    "Copy",
  );
  return h(
    "div",
    { class: "json" },
    h("div", { class: "json-head" }, h("span", {}, label), button),
    h("pre", { tabindex: 0, "aria-label": label }, h("code", {}, coloured(text ?? ""))),
  );
}

function coloured(text) {
  const parts = [];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [whole, string, colon, word] = match;
    parts.push(text.slice(at, match.index));
    const kind = string ? (colon ? "key" : "string") : word ? "word" : "number";
    parts.push(h("span", { class: `json-${kind}` }, string ?? whole), colon);
    at = match.index + whole.length;
  }
  return [...parts, text.slice(at)];
}
