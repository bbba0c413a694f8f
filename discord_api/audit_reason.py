"""The reason shown in a guild's audit log, encoded for an HTTP header."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

LONGEST = 512
INVISIBLE = {"Cc", "Cf", "Cs"}  # control characters; direction marks and zero-width characters; lone surrogates


def encode(reason: str) -> str:
    """Percent-encode a reason: one line, no invisible characters, at most 512 characters when encoded."""
    text = "".join(char if unicodedata.category(char) not in INVISIBLE else _stand_in(char) for char in reason)
    # Discord doesn't document whether it counts before or after encoding; the stricter reading never fails.
    encoded = ""
    for char in " ".join(text.split()):
        piece = quote(char, safe="/ ")
        if len(encoded) + len(piece) > LONGEST:
            break
        encoded += piece
    return encoded.strip()


def _stand_in(char: str) -> str:
    # A line break separated two words.
    return " " if char.isspace() else ""
