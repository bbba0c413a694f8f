/** Parses Discord's block markup into a tree: code blocks, quotes, headings, subtext, lists and lines. */

import { parseInline } from "./inline.js";

const FENCE = /```(?:([\w+#.-]{1,20})\n)?\n?([\s\S]+?)\n?```/g;
const HEADING = /^(#{1,3}) +(\S.*)$/;
const SUBTEXT = /^-# +(\S.*)$/;
const ITEM = /^( *)(?:[-*]|(\d{1,9})\.) +(\S.*)$/;

export function parseBlocks(text) {
  const blocks = [];
  let at = 0;
  for (const match of text.matchAll(FENCE)) {
    blocks.push(...parseLines(trimEnd(text.slice(at, match.index))));
    blocks.push({ type: "pre", language: match[1] ?? "", text: match[2] });
    at = match.index + match[0].length;
    if (text[at] === "\n") at++;
  }
  return [...blocks, ...parseLines(text.slice(at))];
}

const trimEnd = (text) => (text.endsWith("\n") ? text.slice(0, -1) : text);

function parseLines(text) {
  if (!text) return [];
  const lines = text.split("\n");
  const blocks = [];
  while (lines.length) blocks.push(next(lines, blocks.at(-1)));
  return blocks.filter((block, index) => block !== blocks[index - 1]);
}

function next(lines, before) {
  const line = lines[0];
  if (line.startsWith(">>> ")) {
    const rest = lines.splice(0).join("\n").slice(4);
    return { type: "quote", children: parseLines(rest) };
  }
  if (/^> /.test(line))
    return {
      type: "quote",
      children: parseLines(
        take(lines, (each) => /^> /.test(each))
          .map((each) => each.slice(2))
          .join("\n"),
      ),
    };
  const heading = HEADING.exec(line);
  if (heading) return block(lines, { type: "heading", level: heading[1].length, children: parseInline(heading[2]) });
  const subtext = SUBTEXT.exec(line);
  if (subtext) return block(lines, { type: "subtext", children: parseInline(subtext[1]) });
  if (ITEM.test(line)) return list(lines);
  lines.shift();
  if (before?.type !== "text") return { type: "text", source: line, children: parseInline(line) };
  // Inline markup can span lines, so consecutive lines are parsed together.
  before.source += `\n${line}`;
  before.children = parseInline(before.source);
  return before;
}

function block(lines, node) {
  lines.shift();
  return node;
}

function take(lines, belongs) {
  let count = 0;
  while (count < lines.length && belongs(lines[count])) count++;
  return lines.splice(0, count);
}

/** Parses the items of a list; a deeper item starts a nested list in the item before it. */
function list(lines) {
  const [, { length: indent }, first] = ITEM.exec(lines[0]);
  const node = { type: "list", start: first === undefined ? null : Number(first), items: [] };
  while (lines.length && ITEM.test(lines[0])) {
    const [, spaces, number, content] = ITEM.exec(lines[0]);
    if (spaces.length > indent + 1) node.items.at(-1).push(list(lines));
    else if (spaces.length < indent - 1 || (number === undefined) !== (first === undefined)) break;
    else {
      lines.shift();
      node.items.push([{ type: "text", children: parseInline(content) }]);
    }
  }
  return node;
}
