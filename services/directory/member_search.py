"""Search among all of a guild's members. It costs a Discord request, so it runs only when asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from discord_api import current, errors, members
from discord_api.errors import DiscordError
from locales import t
from services.core.errors import NotFound, Unanswered
from services.core.transactions import rows

LIMIT = 25
PATIENCE = 1.3  # seconds for Discord to answer, after it has already been asked about the searcher
LONGEST = 100  # characters Discord accepts

_KNOWN = "SELECT user_id FROM user_guild_data WHERE guild_id = $1 AND user_id = ANY ($2)"


@dataclass(frozen=True, slots=True)
class MemberMatch:
    """A member as Discord shows them; `known` if we have data about them. `avatar` is a hash."""

    user_id: int
    username: str
    display_name: str
    avatar: str | None
    bot: bool
    known: bool


async def search(guild_id: int, begins: str, limit: int = LIMIT) -> Sequence[MemberMatch]:
    """Members whose username or nickname starts with `begins`, from Discord; Unanswered if it fails."""
    wanted = begins.strip()[:LONGEST]
    if not wanted:
        return []
    try:
        async with asyncio.timeout(PATIENCE):
            told = await members.search(current.client(), guild_id, wanted, limit)
    except (DiscordError, TimeoutError) as error:
        raise _unanswered() from error
    known = {row["user_id"] for row in await rows(_KNOWN, guild_id, [int(one["user"]["id"]) for one in told])}
    return [_found(one, known) for one in told]


async def stranger(guild_id: int, user_id: int) -> MemberMatch:
    """A member we have no data about, from Discord; NotFound if they are not in the guild."""
    try:
        async with asyncio.timeout(PATIENCE):
            told = await members.get(current.client(), guild_id, user_id)
    except (errors.UnknownMember, errors.UnknownUser) as error:
        raise NotFound(t("There is no such member in this server.")) from error
    except (DiscordError, TimeoutError) as error:
        raise _unanswered() from error
    return _found(told, ())


def _found(told: dict[str, Any], known: Collection[int]) -> MemberMatch:
    user = told["user"]
    return MemberMatch(
        int(user["id"]),
        user["username"],
        told.get("nick") or user.get("global_name") or user["username"],
        user.get("avatar"),
        bool(user.get("bot")),
        int(user["id"]) in known,
    )


def _unanswered() -> Unanswered:
    return Unanswered(t("I can't check with Discord who is in this server right now. Please try again in a minute."))
