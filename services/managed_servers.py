"""The servers that somebody manages: those where the bot is, and those to which it could be invited."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from services import authority, discord_grants
from services.authority import Role
from services.discord_grants import Server
from services.transactions import rows

_KNOWN = "SELECT discord_id FROM guilds WHERE discord_id = ANY($1::bigint[])"


class Managed(NamedTuple):
    """Both kinds, each by name."""

    here: list[Server]
    elsewhere: list[Server]


async def of(user_id: int) -> Managed:
    """What Discord says of both sides: of the person by their own leave, of the bot by its membership."""
    found = [one for one in await discord_grants.servers(user_id) if one.managed]
    found.sort(key=lambda one: (one.name.casefold(), one.id))
    # Only where the bot has been: to ask about all others would be a refusal each, of which Discord allows few.
    known = {row["discord_id"] for row in await rows(_KNOWN, [one.id for one in found])}
    maybe = [one for one in found if one.id in known]
    roles = await asyncio.gather(*(authority.role(one.id, user_id) for one in maybe))
    here = {one.id for one, role in zip(maybe, roles, strict=True) if role >= Role.ADMIN}
    return Managed([one for one in found if one.id in here], [one for one in found if one.id not in here])
