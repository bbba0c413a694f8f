"""Guilds that the bot may not be in: asking Discord about one of those counts against everything else we ask it.

Discord shuts an address out after too many refusals, so whoever tries guild ids one after the other must not be able
to spend them.
"""

from __future__ import annotations

import time
from collections import deque
from typing import NamedTuple

from services.core.transactions import rows

REFUSED = 120.0  # seconds for which a refusal stands: after five in ten minutes our own client would ask no more
PERIOD = 600.0  # seconds
RISKS = 10  # questions about guilds that nobody told us of, in a period
RISKS_EACH = 3  # of them caused by one person
MOST = 100_000  # guilds that are remembered at once

_KNOWN = "SELECT installed_at, left_at IS NULL AS here FROM guilds WHERE discord_id = $1"


class _Risk(NamedTuple):
    """A question that may be in vain; once it was, the guild in it is 0."""

    at: float
    user_id: int
    guild_id: int


_ours: set[int] = set()
_refused: dict[int, float] = {}  # since when, by our wall clock
_risks: deque[_Risk] = deque()


async def may_ask(guild_id: int, user_id: int) -> bool:
    """Whether Discord may be asked about a guild: it is ours, or few such questions were in vain lately."""
    if guild_id in _ours:
        return True
    known = await rows(_KNOWN, guild_id)
    refused_at = _refused.get(guild_id, 0.0)
    if time.time() - refused_at < REFUSED:
        # Unless the bot was added since.
        return bool(known and (added := known[0]["installed_at"]) and added.timestamp() > refused_at)
    if known and known[0]["here"]:
        return True
    now = time.monotonic()
    while _risks and _risks[0].at <= now - PERIOD:
        _risks.popleft()
    if any(one.guild_id == guild_id for one in _risks):
        return True  # it is being asked already, or did not answer
    if len(_risks) >= RISKS or sum(one.user_id == user_id for one in _risks) >= RISKS_EACH:
        return False
    _risks.append(_Risk(now, user_id, guild_id))
    return True


def is_ours(guild_id: int) -> None:
    """Discord told us about the guild, so the question was no risk."""
    if len(_ours) >= MOST:
        _ours.clear()
    _ours.add(guild_id)
    _settle([one for one in _risks if one.guild_id != guild_id])


def is_not_ours(guild_id: int) -> None:
    """Discord refused to tell us about the guild."""
    if len(_refused) >= MOST:
        _refused.clear()
    _ours.discard(guild_id)
    _refused[guild_id] = time.time()
    _settle([one._replace(guild_id=0) if one.guild_id == guild_id else one for one in _risks])


def forget() -> None:
    """Know nothing of any guild."""
    _ours.clear()
    _refused.clear()
    _risks.clear()


def _settle(risks: list[_Risk]) -> None:
    _risks.clear()
    _risks.extend(risks)
