"""Members that Discord knows, whether we do or not: a search that costs a request, so only when it is asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from discord_api import current
from discord_api.errors import DiscordError
from locales import t
from services.errors import UserError
from services.transactions import rows

LIMIT = 25
PATIENCE = 1.3  # seconds for Discord to answer, after it was asked already who searches
LONGEST = 100  # characters that Discord takes

_KNOWN = "SELECT user_id FROM user_guild_data WHERE guild_id = $1 AND user_id = ANY ($2)"


class Unanswered(UserError):
    """Discord can't be asked right now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE


@dataclass(frozen=True, slots=True)
class Found:
    """A member as Discord shows them; `known` says whether we have anything about them. `avatar` is a hash."""

    user_id: int
    username: str
    display_name: str
    avatar: str | None
    bot: bool
    known: bool


async def search(guild_id: int, begins: str, limit: int = LIMIT) -> Sequence[Found]:
    """Members whose username or nickname begins so, asked of Discord now; Unanswered if it can't say."""
    wanted = begins.strip()[:LONGEST]
    if not wanted:
        return []
    try:
        async with asyncio.timeout(PATIENCE):
            told = await current.client().search_members(guild_id, wanted, limit)
    except (DiscordError, TimeoutError) as error:
        raise Unanswered(
            t("Discord does not say right now who is in this server. Please try again in a minute.")
        ) from error
    known = {row["user_id"] for row in await rows(_KNOWN, guild_id, [int(one["user"]["id"]) for one in told])}
    return [
        Found(
            int(one["user"]["id"]),
            one["user"]["username"],
            one.get("nick") or one["user"].get("global_name") or one["user"]["username"],
            one["user"].get("avatar"),
            bool(one["user"].get("bot")),
            int(one["user"]["id"]) in known,
        )
        for one in told
    ]
