"""Coins for tests: granting them and adding them up."""

from __future__ import annotations

import itertools

from models import AccountKind
from services.core.actors import Person, SomePerson
from services.core.transactions import rows
from services.economy import ledger
from tests.support.bot import GUILD

_keys = itertools.count()


def person(user_id: int) -> Person:
    return SomePerson(user_id, bot=False, in_guild=True)


async def give(user_id: int, coins: int, guild_id: int = GUILD) -> int:
    """Grant coins from the mint; returns the receipt number."""
    key = f"given:{next(_keys)}"
    entry = await ledger.transfer(guild_id, AccountKind.MINT, user_id, coins, key=key, kind="grant", actor_id=0)
    return entry.number


async def balance(user_id: int, guild_id: int = GUILD) -> int:
    found = await rows(
        "SELECT balance FROM user_economy WHERE guild_id = $1 AND user_id = $2 AND kind = 'wallet'", guild_id, user_id
    )
    return int(found[0]["balance"]) if found else 0


async def balances(guild_id: int = GUILD) -> dict[tuple[str, int], int]:
    """Every account's balance, in one snapshot."""
    found = await rows("SELECT kind, user_id, balance FROM user_economy WHERE guild_id = $1", guild_id)
    return {(row["kind"], row["user_id"]): row["balance"] for row in found}


async def supply(guild_id: int = GUILD) -> int:
    """All coins in circulation, in one snapshot."""
    return sum(coins for (kind, _), coins in (await balances(guild_id)).items() if kind not in ("mint", "sink"))
