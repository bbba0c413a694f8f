/** Parses Discord's inline markup into a tree: {type, children | text | …}; the rest is text. */

const MAX_DEPTH = 12;

const MENTIONS = [
  [/^<@!?(\d{1,20})>/, ([, id]) => ({ type: "user", id })],
  [/^<@&(\d{1,20})>/, ([, id]) => ({ type: "role", id })],
  [/^<#(\d{1,20})>/, ([, id]) => ({ type: "channel", id })],
  [/^<\/([^\s:<>][^:<>]{0,100}):(\d{1,20})>/, ([, name, id]) => ({ type: "command", name, id })],
  [/^<a?:(\w{2,32}):(\d{1,20})>/, ([, name]) => ({ type: "emoji", name })],
  [
    /^<t:(-?\d{1,13})(?::([tTdDfFsSR]))?>/,
    ([, seconds, style]) => ({ type: "time", seconds: +seconds, style: style ?? "f" }),
  ],
  [/^<id:(customize|browse|guide|linked-roles)(?::\d+)?>/, ([, where]) => ({ type: "place", where })],
  [/^<(https?:\/\/[^\s<>]+)>/, ([, url]) => ({ type: "link", url, children: [{ type: "text", text: url }] })],
];

// Longer marks first: "**" must not be read as two "*".
const MARKS = [
  ["***", "strong-em"],
  ["**", "strong"],
  ["__", "u"],
  ["~~", "s"],
  ["||", "spoiler"],
  ["*", "em"],
  ["_", "em"],
];

const WORD = /[\p{L}\p{N}]/u;
const BARE_URL = /^https?:\/\/[^\s<>]+/;
const MASKED = /^\[([^\]\n]{1,300})\]\((<?)(https?:\/\/[^\s<>()]+(?:\([^\s<>()]*\)[^\s<>()]*)*)(>?)\)/;

export function parseInline(text, depth = 0) {
  const nodes = [];
  let plain = "";
  const flush = () => {
    if (plain) nodes.push({ type: "text", text: plain });
    plain = "";
  };
  let at = 0;
  while (at < text.length) {
    const matched = depth < MAX_DEPTH ? match(text, at, depth) : null;
    if (!matched) {
      plain += text[at++];
      continue;
    }
    const [node, length] = matched;
    if (node.type === "text") plain += node.text;
    else {
      flush();
      nodes.push(node);
    }
    at += length;
  }
  flush();
  return nodes;
}

function match(text, at, depth) {
  switch (text[at]) {
    case "\\":
      return /^[!-/:-@[-`{-~]$/.test(text[at + 1] ?? "") ? [{ type: "text", text: text[at + 1] }, 2] : null;
    case "`":
      return code(text, at);
    case "<":
      return mention(text.slice(at, at + 2200));
    case "[":
      return masked(text.slice(at, at + 2600), depth);
    case "@":
      return everyone(text.slice(at, at + 9));
    case "h":
      return WORD.test(text[at - 1] ?? " ") ? null : bareUrl(text.slice(at, at + 2200));
    default:
      return marked(text, at, depth);
  }
}

function code(text, at) {
  const fence = /^`+/.exec(text.slice(at))[0];
  let end = text.indexOf(fence, at + fence.length);
  while (end >= 0 && text[end + fence.length] === "`") end = text.indexOf(fence, end + fence.length + 1);
  if (end < 0) return [{ type: "text", text: fence }, fence.length];
  const inside = text.slice(at + fence.length, end);
  const shown = /^ .*[^ ].* $/s.test(inside) ? inside.slice(1, -1) : inside;
  return shown ? [{ type: "code", text: shown }, end + fence.length - at] : null;
}

function mention(text) {
  for (const [pattern, build] of MENTIONS) {
    const matched = pattern.exec(text);
    if (matched) return [build(matched), matched[0].length];
  }
  return null;
}

function masked(text, depth) {
  const matched = MASKED.exec(text);
  if (!matched || Boolean(matched[2]) !== Boolean(matched[4])) return null;
  const children = parseInline(matched[1], depth + 1);
  return [{ type: "link", url: matched[3], masked: true, children }, matched[0].length];
}

function everyone(text) {
  const matched = /^@(everyone|here)/.exec(text);
  return matched && [{ type: "everyone", text: matched[0] }, matched[0].length];
}

function bareUrl(text) {
  const matched = BARE_URL.exec(text);
  if (!matched) return null;
  const url = matched[0].replace(/[.,:;"'\])*_~|]+$/, "");
  return url.length > 8 ? [{ type: "link", url, children: [{ type: "text", text: url }] }, url.length] : null;
}

function marked(text, at, depth) {
  for (const [mark, type] of MARKS) {
    if (!text.startsWith(mark, at)) continue;
    const end = closing(text, at, mark);
    if (end < 0) continue;
    const children = parseInline(text.slice(at + mark.length, end), depth + 1);
    const node = type === "strong-em" ? { type: "strong", children: [{ type: "em", children }] } : { type, children };
    return [node, end + mark.length - at];
  }
  return null;
}

function closing(text, at, mark) {
  const single = mark.length === 1;
  // Neither snake_case nor "2 * 3" opens italics.
  if (mark === "_" && WORD.test(text[at - 1] ?? " ")) return -1;
  if (single && /\s/.test(text[at + 1] ?? " ")) return -1;
  for (let end = at + mark.length; end < text.length; end++) {
    if (text[end] === "\\") end++;
    else if (text[end] === "`") end = skipCode(text, end);
    else if (text.startsWith(mark, end) && end > at + mark.length && closes(text, end, mark)) return end;
    else if (single && text[end] === mark && text[end + 1] === mark) end++;
  }
  return -1;
}

function skipCode(text, at) {
  const end = text.indexOf("`", at + 1);
  return end < 0 ? at : end;
}

function closes(text, end, mark) {
  if (mark === "_") return !WORD.test(text[end + 1] ?? " ") && text[end + 1] !== "_";
  if (mark === "*") return text[end + 1] !== "*" && !/\s/.test(text[end - 1]);
  // In "**a *b***" the last two asterisks close the outer mark.
  return mark === "***" || text[end + mark.length] !== mark[0] || text[end + mark.length + 1] === mark[0];
}
