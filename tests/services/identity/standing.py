"""What happens at Discord to somebody's standing in a server, and how often Discord is asked about it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import time_machine

from discord_api import current
from discord_api.client import Discord
from discord_api.transport import Transport
from playground.client.acting import Play
from playground.world.cast import CAPTAIN, HARBOUR, MANAGER


def demote(play: Play, user_id: int = MANAGER, role_id: int = CAPTAIN) -> None:
    play.world.guild(HARBOUR).members[user_id].role_ids.remove(role_id)


def silence(play: Play, user_id: int) -> None:
    play.world.guild(HARBOUR).members[user_id].timed_out_until = datetime.now(UTC) + timedelta(hours=1)


def asked(play: Play) -> int:
    """How often Discord was asked about a member."""
    return sum("/members/" in call.path for call in play._state.journal.calls)


def later(seconds: float) -> Any:
    return time_machine.travel(datetime.now(UTC) + timedelta(seconds=seconds))


@asynccontextmanager
async def played(answer: Any) -> AsyncIterator[None]:
    """A Discord that answers like this, without network."""
    transport = Transport(httpx.AsyncClient(transport=httpx.MockTransport(answer)))
    discord = Discord("token", project_url="http://x.test", version="1", transport=transport)
    current.use(discord)
    yield
    await discord.close()


GUILD: Any = {"id": "5", "owner_id": "1", "roles": [{"id": "5", "permissions": "0"}]}
MEMBER: Any = {"user": {"id": "2"}, "roles": [], "communication_disabled_until": None}
