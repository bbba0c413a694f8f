/** Parses a typed line into options: `name:value` pairs, after values for the other options in order. */

/** Pairs of option and text in `given`, and in `left` any text for which there is no option. */
export function parsed(options, line) {
  const byName = new Map(options.flatMap((each) => names(each).map((name) => [name, each])));
  const marks = [...line.matchAll(/(?:^|\s)([^\s:]+):/g)].filter(([, name]) => byName.has(name.toLowerCase()));
  const named = marks.map((mark, index) => [
    byName.get(mark[1].toLowerCase()),
    unquoted(line.slice(mark.index + mark[0].length, marks[index + 1]?.index)),
  ]);
  const ahead = line.slice(0, marks[0]?.index).trim();
  const unnamed = options.filter((each) => !named.some(([option]) => option === each));
  const { given, left } = inOrder(unnamed, ahead);
  return { given: [...given, ...named], left };
}

const names = (option) => [option.name, option.name_shown ?? option.name].map((name) => name.toLowerCase());

/** A single option takes the whole text; several required ones take a word each, and the next option the rest. */
function inOrder(options, text) {
  if (!text || !options.length) return { given: [], left: text };
  const required = options.filter((each) => each.required);
  if (required.length < 2) return { given: [[required[0] ?? options[0], unquoted(text)]], left: "" };
  const words = text.match(/"[^"]*"|\S+/g);
  const given = required.slice(0, words.length).map((option, index) => [option, unquoted(words[index])]);
  const rest = words.slice(required.length).join(" ");
  const next = options.find((each) => !each.required);
  if (rest && next) given.push([next, unquoted(rest)]);
  return { given, left: next ? "" : rest };
}

const unquoted = (text) => text.trim().replace(/^"([^"]*)"$/, "$1");
