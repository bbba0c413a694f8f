"""Typed amounts, with the name that coins have in this server."""

from __future__ import annotations

from services.core import amounts
from services.core.amounts import Amount, UnclearAmount
from services.economy import rules


async def parse(guild_id: int, text: str, locale: str) -> Amount:
    """An amount or a fraction; the guild's settings are read only if the text contains a name for the coins."""
    try:
        return amounts.parse(text, locale)
    except UnclearAmount:
        return amounts.parse(text, locale, await _symbol(guild_id))


async def whole(guild_id: int, text: str, locale: str) -> int:
    """An amount of coins, not a fraction."""
    try:
        return amounts.whole(text, locale)
    except UnclearAmount:
        return amounts.whole(text, locale, await _symbol(guild_id))


async def _symbol(guild_id: int) -> str:
    return (await rules.of(guild_id)).symbol
