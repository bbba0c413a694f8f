"""Erase somebody, step by step: each step can be repeated and none can be held up by what others do meanwhile.

What an erasure takes is settled when it begins. Whatever comes after that, such as a payment, belongs to a new life.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from redis.exceptions import RedisError

from locales import Text, t
from models import AccountKind
from services.core import areas, audit, store
from services.core.amounts import LARGEST
from services.core.errors import Conflict, NotFound
from services.core.tags import NOBODY, Holds, OnErasure, Table
from services.core.transactions import rows, transaction
from services.economy import ledger, offers
from services.economy.ledger import Move
from services.identity import discord_grants, sessions, token_families

SIZE = 20_000  # ids in one statement, so that none comes near the time limit

# Steps that are not simply a table; those of the tables have the tables' names.
SIGN_INS, OFFERS, WALLETS, CACHE = "sign-ins", "offers", "wallets", "cache"
OWN_STEPS = frozenset({"user_economy", "erasures"})  # tables that are not erased by their tags
# Whoever acts on a row of these locks it, and may then write about its people anywhere. So they are erased before
# everything else: what was begun by then is waited for, and what comes later finds nothing to act on.
SOURCES = ("offers", "plans", "jobs")
_WORDS = {
    SIGN_INS: t("Signing you out everywhere"),
    OFFERS: t("Closing your open payments and requests"),
    WALLETS: t("Emptying your wallets"),
    CACHE: t("Clearing caches"),
}

_LOCK = "SELECT user_id, due_at, wallets FROM erasures WHERE id = $1 AND done_at IS NULL FOR UPDATE"
_BEGIN = """
UPDATE erasures SET begun_at = coalesce(begun_at, now()), wallets = coalesce(wallets, ARRAY(
    SELECT id FROM user_economy WHERE user_id = $2 AND kind = 'wallet' ORDER BY id))
 WHERE id = $1 RETURNING wallets"""
_STEP = "UPDATE erasures SET step = $2 WHERE id = $1 AND done_at IS NULL"
_OFFERS = (
    "SELECT guild_id, id FROM offers WHERE (payer_id = $1 OR payee_id = $1) AND state = 'open' ORDER BY guild_id, id"
)
_WALLET = "SELECT guild_id FROM user_economy WHERE id = $1 AND user_id = $2"
_NOBODYS = """
UPDATE user_economy SET user_id = -id, salt = NULL, daily_streak = 0, last_daily = NULL, daily_period = NULL,
       last_work = NULL, frozen_at = NULL WHERE id = $1"""
_UNUSED = "DELETE FROM user_economy WHERE user_id = $1 AND kind = 'wallet' AND seq = 0 AND frozen_at IS NULL"
_DONE = """
UPDATE erasures SET done_at = now(), user_id = $2, wallets = NULL, step = NULL WHERE id = $1 AND done_at IS NULL
RETURNING id"""


@dataclass(frozen=True, slots=True)
class _Erasure:
    """Who is erased, and the wallets they had when it began."""

    id: int
    user_id: int
    wallets: Sequence[int]


async def run(erasure_id: int) -> bool:
    """Erase somebody; False if it was cancelled or is done. A run that was cut short is simply run again."""
    begun = await _begin(erasure_id)
    if begun is None:
        return False
    user_id = begun.user_id
    await _note(begun, SIGN_INS)
    await _sign_out(user_id)
    await _note(begun, OFFERS)
    for offer in await rows(_OFFERS, user_id):
        with contextlib.suppress(NotFound):  # another run at the same time came first
            await offers.expire(offer["guild_id"], offer["id"])
    for name in SOURCES:
        await _erase(begun, name)
    await _note(begun, WALLETS)
    for wallet_id in begun.wallets:
        await _empty(begun, wallet_id)
    for name in areas.tables():
        if name not in OWN_STEPS:
            await _erase(begun, name)
    await _note(begun, CACHE)
    await _forget_in_redis(user_id)
    async with transaction():
        # A wallet that was opened since this began, by somebody who then moved nothing.
        await rows(_UNUSED, user_id)
        if await rows(_DONE, erasure_id, NOBODY):
            await audit.record(0, NOBODY, "erasure.done", str(erasure_id))
    return True


def step_words(step: str | None) -> Text:
    """What an erasure is doing, or stopped at."""
    if table := areas.tables().get(step or ""):
        return t("Deleting: {what}", what=table.about)
    return _WORDS[step or SIGN_INS]


async def _begin(erasure_id: int) -> _Erasure | None:
    async with transaction():
        found = await rows(_LOCK, erasure_id)
        if not found:
            return None
        if found[0]["due_at"] > datetime.now(UTC):
            raise Conflict(t("It is not time yet."))
        user_id = found[0]["user_id"]
        (row,) = await rows(_BEGIN, erasure_id, user_id)
    return _Erasure(erasure_id, user_id, row["wallets"])


async def _note(begun: _Erasure, step: str) -> None:
    await rows(_STEP, begun.id, step)


async def _sign_out(user_id: int) -> None:
    await sessions.end_all(user_id)
    await token_families.end(user_id)
    await discord_grants.drop(user_id)


async def _empty(begun: _Erasure, wallet_id: int) -> None:
    """Burn a wallet's coins, since nobody inherits, and make it nobody's in the same moment."""
    async with transaction():
        await rows(_LOCK, begun.id)  # one run at a time, or the second would open a new wallet in the place of this one
        for wallet in await rows(_WALLET, wallet_id, begun.user_id):
            books = await ledger.hold(wallet["guild_id"], begun.user_id, AccountKind.SINK)
            moves = _burned(begun.user_id, books[begun.user_id].balance)
            if moves:
                key = f"erasure:{begun.id}:{wallet_id}"
                await ledger.post(books, moves, key=key, kind="erase", actor_id=0, despite_freeze=True)
            await rows(_NOBODYS, wallet_id)


def _burned(user_id: int, coins: int) -> list[Move]:
    """All coins, in moves of a size that the ledger takes."""
    whole, rest = divmod(coins, LARGEST)
    return [Move(user_id, AccountKind.SINK, part) for part in [*[LARGEST] * whole, rest] if part]


async def _erase(begun: _Erasure, name: str) -> None:
    table = areas.tables()[name]
    await _note(begun, name)
    statements = list(table.erase) or _statements(name, table)
    if not statements:
        return
    (ends,) = await rows(f"SELECT min({table.key}) AS first, max({table.key}) AS last FROM {name}")  # noqa: S608  # nosec B608  (our own names)
    if ends["first"] is None:
        return
    size = SIZE if table.key == "id" else ends["last"] - ends["first"] + 1
    for start in range(ends["first"] - 1, ends["last"], size):
        for statement in statements:
            await rows(statement, begun.user_id, start, start + size)


def _statements(name: str, table: Table) -> Sequence[str]:
    """What the fates of a table's columns come to; made of our own names, never of anybody's text."""
    made = []
    within = f"{table.key} > $2 AND {table.key} <= $3"
    for column, tag in table.columns.items():
        if tag.holds is Holds.PERSON and tag.fate is OnErasure.ROW_GOES:
            made.append(f"DELETE FROM {name} WHERE {column} = $1 AND {within}")  # noqa: S608  # nosec B608  (our own names)
        elif tag.holds is Holds.PERSON and tag.fate is OnErasure.NAMELESS:
            made.append(f"UPDATE {name} SET {column} = {NOBODY} WHERE {column} = $1 AND {within}")  # noqa: S608  # nosec B608  (our own names)
        elif tag.fate is OnErasure.BLANKED:
            made.append(
                f"UPDATE {name} SET {column} = replace({column}::text, $1::bigint::text, '0')::jsonb "  # noqa: S608  # nosec B608  (our own names)
                f"WHERE {column}::text LIKE '%' || $1::bigint::text || '%' AND {within}"
            )
    return made


async def _forget_in_redis(user_id: int) -> None:
    redis = store.redis()
    if redis is None:
        return
    # Everything there expires by itself within a day; a Redis that is away must not keep anybody from being erased.
    with contextlib.suppress(RedisError, OSError):
        async for key in redis.scan_iter(match=f"*{user_id}*", count=1000):
            await redis.delete(key)
