"""Names Discord accepts for slash commands and their options."""

from __future__ import annotations

import unicodedata

LONGEST = 32
# Discord's pattern is ^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$. These scripts write vowels as marks, which are
# neither letters nor numbers; their punctuation belongs to no script and stays out.
SCRIPTS = (
    (0x0900, 0x0950), (0x0955, 0x0963), (0x0966, 0x097F), (0xA8E0, 0xA8FF), (0x11B00, 0x11B09),
    (0x0E01, 0x0E3A), (0x0E40, 0x0E5B),
)  # fmt: skip


def fault(name: str) -> str:
    """The problem with a name, empty if there is none."""
    if not 1 <= len(name) <= LONGEST:
        return f"has {len(name)} characters, not 1 to {LONGEST}"
    if strange := "".join(sorted({char for char in name if not allowed(char)})):
        return f"has {strange!r}, which is neither letter, digit, hyphen nor underscore"
    if name != name.lower():
        return "is not in lower case"
    return ""


def allowed(char: str) -> bool:
    """Whether a character matches Discord's pattern."""
    if char in "-_'" or unicodedata.category(char)[0] in "LN":
        return True
    # A gap in a script is an unassigned character.
    return any(first <= ord(char) <= last for first, last in SCRIPTS) and unicodedata.category(char) != "Cn"
