"""Texts with a NUL or a lone surrogate, which people can type but PostgreSQL can't store."""

from __future__ import annotations

import re

# JSON escapes, left to right: a surrogate pair, a lone surrogate or NUL, any other.
_ESCAPES = re.compile(rb"(\\u[dD][89abAB]..\\u[dD][c-fC-F]..)|(\\u(?:[dD][89a-fA-F]..|0000))|\\.", re.DOTALL)
_REPLACEMENT = rb"\ufffd"


def mended(raw: bytes) -> bytes:
    """The JSON with U+FFFD in place of every NUL and lone surrogate."""
    return _ESCAPES.sub(lambda found: _REPLACEMENT if found[2] else found[0], raw)
