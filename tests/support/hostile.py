"""Texts and bodies that are slow to process for careless code."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping

from web.frame.body import LIMIT

SAMPLE = 3  # share of the cases, unless all are requested
MESSAGE = 6000  # characters of the longest text Discord allows

_turn = itertools.count()

# Each is as long as allowed: repeated, or opened and never closed.
TEXTS = {
    name: (piece * LIMIT)[:LIMIT]
    for name, piece in {
        "brackets": "[", "braces": "{", "maps in maps": '{"a":', "lists of maps": '[{"a":', "dashes": "- ",
        "keys": "? ",
        "colons": "a: ", "quotes": '"', "backslashes": "\\", "stars": "**a", "backticks": "`a", "underscores": "_*",
        "mentions": "<@1>", "times": "<t:1:R>", "tags": "<b>", "entities": "&amp;", "digits": "9", "dots": "1.",
        "commas": "1,", "spaces": " ", "lines": "\n", "anchors": "&a ", "aliases": "*a ", "percents": "%25",
        "pluses": "+", "ampersands": "a=1&", "semicolons": "a=1;", "emoji": "🪙", "accents": "e\u0301", "slashes": "/a",
        "links": "[a](b)", "numbers and signs": "1e9", "names": "a.b.c.",
        "sixties": "1:", "nulls": "null,", "marks": "\u0301", "marks out of order": "\u0301\u0316",
        "right to left": "\u202e\u05d0", "joined": "👩\u200d", "flags": "🇧", "expanding": "\ufdfa", "full width": "９",
        "spoilers": "||a", "fences": "```\n", "quoted lines": "> ", "headings": "# ", "small print": "-# ",
        "struck": "~~a", "escapes": "\\*", "nested": "**_~~||", "pictures": "<:a:1>", "addresses": "https://a.b/c ",
        "commands": "</a b:1>", "everyone": "@everyone ", "comments": "<!--", "opened links": "[a](",
    }.items()
}  # fmt: skip
BODIES = {
    "fields": "&".join(f"f{number}=1" for number in range(9000)),
    "one field again and again": "a=1&" * (LIMIT // 4),
    "nothing but signs between fields": "&" * LIMIT,
    "objects": "{" + ",".join(f'"k{number}":{{}}' for number in range(5000)) + "}",
    "lists": "[" + "[]," * (LIMIT // 4) + "[]]",
    "numbers": "[" + "1," * (LIMIT // 2 - 2) + "1]",
    "parts": "".join(f'--x\r\nContent-Disposition: form-data; name="f{n}"\r\n\r\n\r\n' for n in range(1000)) + "--x--",
    "surrogates alone": '{"a":"' + "\\ud800" * (LIMIT // 6 - 2) + '"}',
    "surrogates in a form": "a=" + "%ED%A0%80" * (LIMIT // 9 - 1),
    "headers of parts": "--x\r\n" + "A: b\r\n" * (LIMIT // 7) + "\r\n\r\n--x--",
}


def some(cases: Mapping[str, str], full: bool) -> Mapping[str, str]:
    """All cases in full runs; otherwise different ones each time, so that each is used somewhere."""
    if full:
        return cases
    chance = random.Random(next(_turn))
    return {name: cases[name] for name in chance.sample(sorted(cases), min(SAMPLE, len(cases)))}
