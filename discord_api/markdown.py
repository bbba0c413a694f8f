"""Typed text inside our messages: shown literally, never as formatting, links or extra lines."""

from __future__ import annotations

import re
import unicodedata

_MARKS = re.compile(r"([\\*_~`|>\[\]()<#:@-])")
_FORMATTING = re.compile(r"\*\*(.+?)\*\*|`")
# Format characters can reverse a line or hide in it; the zero-width joiner is part of emoji.
_JOINER = "\u200d"


def plain(words: str) -> str:
    """A text as one line that Discord shows literally."""
    return _MARKS.sub(r"\\\1", _visible(words))


def quoted(words: str) -> str:
    """A text as a quotation on its own line; empty for no text."""
    shown = plain(words)
    return f"> {shown}" if shown else ""


def bare(words: str) -> str:
    """One of our sentences without its markdown, for places without formatting such as suggestions."""
    return _FORMATTING.sub(r"\1", words)


def _visible(words: str) -> str:
    kept = (c for c in words if c == _JOINER or c.isspace() or unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    return " ".join("".join(kept).split())
