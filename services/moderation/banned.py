"""Who is banned, and the bans in force that have a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from discord_api import bans, current
from discord_api.errors import UnknownBan
from locales import t
from services.core.actors import Actor
from services.core.errors import Conflict
from services.core.mentions import mention
from services.core.transactions import fetch, rows, transaction
from services.moderation import cases, seals, timers
from services.moderation.case import Case

# A name is compared as text, so that no sign in it means anything else.
_BANNED = """
SELECT c.user_id, coalesce(u.username, '') AS username, c.number
  FROM moderation_logs c LEFT JOIN users u ON u.discord_id = c.user_id
 WHERE c.guild_id = $1 AND c.action = 'ban' AND c.state = 'active' AND c.user_id IS NOT NULL
   AND (starts_with(c.user_id::text, $2) OR strpos(lower(u.username), lower($2)) > 0)
 ORDER BY c.number DESC LIMIT $3"""

_IN_DISCORD = f"""
SELECT number FROM moderation_logs
 WHERE guild_id = $1 AND (user_id = $2 OR member_mark = $3) AND action = 'ban' AND {cases.IN_DISCORD}
 ORDER BY number"""  # noqa: S608  # nosec B608  (our own names)


@dataclass(frozen=True, slots=True)
class BannedUser:
    """Someone who is banned by a case; without a name if we have never seen them."""

    user_id: int
    username: str
    number: int


async def search(guild_id: int, typed: str, limit: int) -> Sequence[BannedUser]:
    """The latest bans in force of people whose id begins with `typed` or whose name contains it."""
    return await fetch(BannedUser, _BANNED, guild_id, typed, limit)


async def is_banned(guild_id: int, user_id: int) -> bool:
    """Whether Discord has a ban of this user now."""
    try:
        await bans.get(current.client(), guild_id, user_id)
    except UnknownBan:
        return False
    return True


async def close(guild_id: int, actor: Actor, user_id: int) -> Case:
    """End the case of a ban that somebody else removed, and its timer; Conflict if there is none."""
    closed = None
    async with transaction():
        for row in await rows(_IN_DISCORD, guild_id, user_id, seals.member_mark(guild_id, user_id)):
            closed = await cases.end(await cases.get(guild_id, row["number"]), actor.id, "by_hand")
            await timers.stop(guild_id, row["number"])
    if closed is None:
        raise Conflict(t("{user} isn't banned.", user=mention(user_id)))
    return closed
