"""Names and texts that hold a NUL or half a character: people can type them, and no store of ours can hold them."""

from __future__ import annotations

import re

# Escapes from left to right: a whole pair of surrogates, half of one or NUL, anything else.
_ESCAPES = re.compile(rb"(\\u[dD][89abAB]..\\u[dD][c-fC-F]..)|(\\u(?:[dD][89a-fA-F]..|0000))|\\.", re.DOTALL)
_REPLACEMENT = rb"\ufffd"


def mended(raw: bytes) -> bytes:
    """The same with U+FFFD in place of each NUL and lone surrogate, which people can type and no store can hold."""
    return _ESCAPES.sub(lambda found: _REPLACEMENT if found[2] else found[0], raw)
