"""The reason that Discord shows in a guild's audit log, made fit for an HTTP header."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

LONGEST = 512
INVISIBLE = {"Cc", "Cf", "Cs"}  # controls; direction marks and zero-width signs; lone surrogates


def encode(reason: str) -> str:
    """Percent-encoded, on one line, without invisible characters, at most 512 long as it is sent."""
    text = "".join(char if unicodedata.category(char) not in INVISIBLE else _stand_in(char) for char in reason)
    # Whether Discord counts before or after encoding is not documented: the shorter reading never fails.
    encoded = ""
    for char in " ".join(text.split()):
        piece = quote(char, safe="/ ")
        if len(encoded) + len(piece) > LONGEST:
            break
        encoded += piece
    return encoded.strip()


def _stand_in(char: str) -> str:
    # A line break parted two words.
    return " " if char.isspace() else ""
