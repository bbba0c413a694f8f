"""Amounts as members of a server type them, with the name that its coins have there."""

from __future__ import annotations

from services.core import amounts
from services.core.amounts import Amount, UnclearAmount
from services.economy import rules


async def parse(guild_id: int, text: str, locale: str) -> Amount:
    """A number of coins or a share; the server is asked for the name of its coins only where there is one."""
    try:
        return amounts.parse(text, locale)
    except UnclearAmount:
        return amounts.parse(text, locale, await _symbol(guild_id))


async def whole(guild_id: int, text: str, locale: str) -> int:
    """A number of coins."""
    try:
        return amounts.whole(text, locale)
    except UnclearAmount:
        return amounts.whole(text, locale, await _symbol(guild_id))


async def _symbol(guild_id: int) -> str:
    return (await rules.of(guild_id)).symbol
