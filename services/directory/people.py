"""One person as we know them, outside of any guild."""

from __future__ import annotations

from dataclasses import dataclass

from services.transactions import rows

_FIND = "SELECT username, avatar_url, language FROM users WHERE discord_id = $1"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody's name and picture as last seen, and the language they chose; None follows Discord."""

    id: int
    username: str
    avatar_url: str | None
    language: str | None


async def person(user_id: int) -> Person:
    """Somebody on Discord; without a name if we were never told it."""
    found = await rows(_FIND, user_id)
    return Person(user_id, **found[0]) if found else Person(user_id, "", None, None)
