"""A person's servers: those they manage, with or without the bot, and those where they are only a member."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

from services.core.transactions import rows
from services.identity import authority, discord_grants
from services.identity.authority import Role
from services.identity.discord_grants import Server

_KNOWN = "SELECT discord_id, left_at IS NULL AS there FROM guilds WHERE discord_id = ANY($1::bigint[])"


class Managed(NamedTuple):
    """A person's servers by kind, each sorted by name."""

    here: list[Server]
    joined: list[Server]  # with the bot, where they manage nothing
    elsewhere: list[Server]  # managed, where the bot can be added


async def of(user_id: int) -> Managed:
    """Combine Discord's list of the person's servers with the bot's own memberships."""
    found = sorted(await discord_grants.servers(user_id), key=lambda one: (one.name.casefold(), one.id))
    # Only where the bot has been: asking about the others would be refused, and Discord allows few refusals.
    known = {row["discord_id"]: row["there"] for row in await rows(_KNOWN, [one.id for one in found])}
    maybe = [one for one in found if one.managed and one.id in known]
    roles = await asyncio.gather(*(authority.role(one.id, user_id) for one in maybe))
    here = {one.id for one, role in zip(maybe, roles, strict=True) if role >= Role.ADMIN}
    others = [one for one in found if one.id not in here]
    return Managed(
        [one for one in found if one.id in here],
        [other for other in others if known.get(other.id)],
        [other for other in others if other.managed and not known.get(other.id)],
    )
