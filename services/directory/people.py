"""People as we know them, independent of any guild."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from discord_api.cdn import avatar_url
from services.core import cdn_address
from services.core.transactions import rows

_FIND = "SELECT username, avatar_url, language FROM users WHERE discord_id = $1"
# Whatever is known already came from the person's own use, and may be newer.
_REMEMBER = """
INSERT INTO users (discord_id, username, avatar_url) VALUES ($1, $2, $3) ON CONFLICT (discord_id) DO NOTHING"""
_FACES = "SELECT discord_id, username, avatar_url FROM users WHERE discord_id = ANY ($1::bigint[])"


@dataclass(frozen=True, slots=True)
class Person:
    """A user's name and avatar as last seen, and their chosen language; None follows Discord."""

    id: int
    username: str
    avatar_url: str | None
    language: str | None


async def person(user_id: int) -> Person:
    """One Discord user; without a name if we have never seen it."""
    found = await rows(_FIND, user_id)
    return Person(user_id, **found[0]) if found else Person(user_id, "", None, None)


@dataclass(frozen=True, slots=True)
class DisplayedPerson:
    """How a user is shown where only their id is known."""

    user_id: int
    name: str
    picture: str | None


async def people_of(ids: Iterable[int]) -> Mapping[int, DisplayedPerson]:
    """Names and avatars of the known users among these."""
    wanted = sorted({one for one in ids if one > 0})
    if not wanted:
        return {}
    found = await rows(_FACES, wanted)
    return {row["discord_id"]: DisplayedPerson(row["discord_id"], row["username"], row["avatar_url"]) for row in found}


async def remember(user_id: int, username: str, avatar: str | None) -> None:
    """Keep the name and picture of someone who may never have used the bot, such as the member of a case."""
    await rows(_REMEMBER, user_id, username, avatar_url(cdn_address.url(), user_id, avatar))
