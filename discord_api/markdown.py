"""Somebody's words inside ours: shown as they were typed, never as formatting, links or lines of our own."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile(r"([\\*_~`|>\[\]()<#:@-])")
_FORMATTING = re.compile(r"\*\*(.+?)\*\*|`")
# Format characters can turn a line around or hide in it; the joiner holds emoji together.
_JOINER = "\u200d"


def plain(words: str) -> str:
    """One line of text that Discord shows literally."""
    return _MARKS.sub(r"\\\1", _visible(words))


def quoted(words: str) -> str:
    """A quotation in a line of its own; nothing if there are no words."""
    shown = plain(words)
    return f"> {shown}" if shown else ""


def bare(words: str) -> str:
    """A sentence of ours for where Discord shows no formatting, as in suggestions: without the signs of it."""
    return _FORMATTING.sub(r"\1", words)


def _visible(words: str) -> str:
    kept = (c for c in words if c == _JOINER or c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    return " ".join("".join(kept).split())
