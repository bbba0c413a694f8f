"""Guild members fetched from Discord, for pages and the API, which get no member in their payload."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from discord_api import current, errors, members
from locales import t
from services.core.actors import Person, SomePerson
from services.core.discord_refusals import told
from services.core.errors import NotFound, Unanswered
from services.core.transactions import rows

_KNOWN = """
SELECT user_id FROM user_economy WHERE guild_id = $1 AND user_id = $2 AND kind = 'wallet'
UNION ALL SELECT user_id FROM user_guild_data WHERE guild_id = $1 AND user_id = $2 LIMIT 1"""


async def find(guild_id: int, user_id: int) -> Person:
    """A user by id, even if they are not in the guild; Unanswered if Discord can't say."""
    try:
        member = await _member(guild_id, user_id)
    except (errors.UnknownMember, errors.UnknownUser):
        return SomePerson(user_id, bot=False, in_guild=False)
    return SomePerson(user_id, bool(member["user"].get("bot")), in_guild=True)


async def check_here(guild_id: int, user_id: int) -> None:
    """Refuse a user who is not a member and has nothing in this server; Unanswered if Discord can't say."""
    if await rows(_KNOWN, guild_id, user_id) or (await find(guild_id, user_id)).in_guild:
        return
    raise NotFound(t("There is no such member in this server."))


async def roles(guild_id: int, user_id: int) -> Sequence[int]:
    """A member's roles, none for someone who is not in the guild; Unanswered if Discord can't say."""
    try:
        member = await _member(guild_id, user_id)
    except (errors.UnknownMember, errors.UnknownUser):
        return ()
    return [int(role_id) for role_id in member["roles"]]


async def _member(guild_id: int, user_id: int) -> dict[str, Any]:
    try:
        return await members.get(current.client(), guild_id, user_id)
    except (errors.UnknownMember, errors.UnknownUser):
        raise
    except errors.DiscordError as error:
        raise Unanswered(t("I can't check with Discord who is in this server: {reason}", reason=told(error))) from error
