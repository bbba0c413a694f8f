"""A budget for asking Discord about guilds the bot may not be in, because each refusal counts against all our requests.

Discord blocks an address after too many refusals, so someone who tries one guild id after another must not be able
to spend them.
"""

from __future__ import annotations

import time
from collections import deque
from typing import NamedTuple

from services.core.transactions import rows

REFUSED = 120.0  # seconds a refusal is remembered: after five in ten minutes our own client would stop asking
PERIOD = 600.0  # seconds
RISKS = 10  # requests about unknown guilds per period
RISKS_EACH = 3  # of those, caused by one person
MAX_CACHED_GUILDS = 100_000  # guilds remembered at once

_KNOWN = "SELECT installed_at, left_at IS NULL AS here FROM guilds WHERE discord_id = $1"


class _Risk(NamedTuple):
    """A request that may be refused; once it was, its guild becomes 0."""

    at: float
    user_id: int
    guild_id: int


_ours: set[int] = set()
_refused: dict[int, float] = {}  # since when, by the wall clock
_risks: deque[_Risk] = deque()


async def may_ask(guild_id: int, user_id: int) -> bool:
    """Whether Discord may be asked about a guild: the bot is in it, or few such requests were refused lately."""
    if guild_id in _ours:
        return True
    known = await rows(_KNOWN, guild_id)
    refused_at = _refused.get(guild_id, 0.0)
    if time.time() - refused_at < REFUSED:
        # The bot may have been added since.
        return bool(known and (added := known[0]["installed_at"]) and added.timestamp() > refused_at)
    if known and known[0]["here"]:
        return True
    now = time.monotonic()
    while _risks and _risks[0].at <= now - PERIOD:
        _risks.popleft()
    if any(risk.guild_id == guild_id for risk in _risks):
        return True  # a request is under way, or got no answer
    if len(_risks) >= RISKS or sum(risk.user_id == user_id for risk in _risks) >= RISKS_EACH:
        return False
    _risks.append(_Risk(now, user_id, guild_id))
    return True


def is_ours(guild_id: int) -> None:
    """Note that Discord answered for the guild, so the bot is in it."""
    if len(_ours) >= MAX_CACHED_GUILDS:
        _ours.clear()
    _ours.add(guild_id)
    _settle([risk for risk in _risks if risk.guild_id != guild_id])


def is_not_ours(guild_id: int) -> None:
    """Note that Discord refused to answer for the guild."""
    if len(_refused) >= MAX_CACHED_GUILDS:
        _refused.clear()
    _ours.discard(guild_id)
    _refused[guild_id] = time.time()
    _settle([risk._replace(guild_id=0) if risk.guild_id == guild_id else risk for risk in _risks])


def forget() -> None:
    """Forget every guild."""
    _ours.clear()
    _refused.clear()
    _risks.clear()


def _settle(risks: list[_Risk]) -> None:
    _risks.clear()
    _risks.extend(risks)
