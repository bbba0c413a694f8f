"""The right to be forgotten: asked for, a day to think, then done table by table as the tags say, and provably so."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from locales import t
from models import AccountKind
from services import audit, discord_grants, jobs, ledger, offers, sessions, store, token_families
from services.errors import Conflict, NotFound
from services.ledger import Move
from services.personal_data import NOBODY, TABLES, Fate, Holds, Table
from services.transactions import rows, transaction

JOB = "privacy.erase"
TIME_TO_THINK = timedelta(hours=24)
STEP = 20_000  # ids in one statement, so that none comes near the time limit

_REQUEST = """
INSERT INTO erasures (user_id, due_at) VALUES ($1, $2) ON CONFLICT DO NOTHING
RETURNING id, user_id, requested_at, due_at"""
_PENDING = "SELECT id, user_id, requested_at, due_at FROM erasures WHERE user_id = $1 AND done_at IS NULL"
_BY_ID = "SELECT id, user_id, requested_at, due_at FROM erasures WHERE id = $1 AND done_at IS NULL FOR UPDATE"
_BEGUN = "UPDATE erasures SET begun_at = now() WHERE id = $1"
_CANCEL = "DELETE FROM erasures WHERE user_id = $1 AND begun_at IS NULL AND done_at IS NULL RETURNING id"
_OFFERS = (
    "SELECT guild_id, id FROM offers WHERE (payer_id = $1 OR payee_id = $1) AND state = 'open' ORDER BY guild_id, id"
)
_COINS = """
SELECT guild_id, id FROM user_economy WHERE user_id = $1 AND kind = 'wallet' AND balance > 0 ORDER BY guild_id"""
_DONE = "UPDATE erasures SET done_at = now(), user_id = $2 WHERE id = $1 AND done_at IS NULL RETURNING id"


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody's wish to be forgotten; until `due_at` it can be taken back."""

    id: int
    user_id: int
    requested_at: datetime
    due_at: datetime


async def request(user_id: int, *, request_id: str = "", now: datetime | None = None) -> Wish:
    """Ask to be forgotten in a day; a second time gives the first wish again."""
    due_at = (now or datetime.now(UTC)) + TIME_TO_THINK
    async with transaction():
        made = await rows(_REQUEST, user_id, due_at)
        if made:
            await audit.record(0, user_id, "erasure.requested", str(user_id), request_id=request_id)
            await jobs.enqueue(JOB, {"erasure": made[0]["id"]}, key=f"{JOB}:{made[0]['id']}", at=due_at)
        (row,) = made or await rows(_PENDING, user_id)
    return Wish(**row)


async def pending(user_id: int) -> Wish | None:
    """The wish that waits, if there is one."""
    found = await rows(_PENDING, user_id)
    return Wish(**found[0]) if found else None


async def cancel(user_id: int, *, request_id: str = "") -> None:
    """Take the wish back; refused once there is none any more."""
    async with transaction():
        gone = await rows(_CANCEL, user_id)
        if not gone:
            if await pending(user_id):
                raise Conflict(t("It has begun already and can't be stopped any more."))
            raise NotFound(t("Nothing of yours waits to be deleted."))
        await jobs.remove(0, f"{JOB}:{gone[0]['id']}")
        await audit.record(0, user_id, "erasure.cancelled", str(user_id), request_id=request_id)


async def run(erasure_id: int) -> bool:
    """Forget somebody. Each step is one that can be repeated, so a run that was cut short is simply run again."""
    wish = await _begun(erasure_id)
    if wish is None:
        return False
    user_id = wish.user_id
    await _sign_out(user_id)
    for offer in await rows(_OFFERS, user_id):
        with suppress(NotFound):  # another run at the same time came first
            await offers.expire(offer["guild_id"], offer["id"])
    for wallet in await rows(_COINS, user_id):
        await _burn(wallet["guild_id"], user_id, f"erasure:{erasure_id}")
    for name, table in TABLES.items():
        if name != "erasures":
            await _erase(name, table, user_id)
    await _forget_in_redis(user_id)
    async with transaction():
        if await rows(_DONE, erasure_id, NOBODY):
            await audit.record(0, NOBODY, "erasure.done", str(erasure_id))
    return True


async def _begun(erasure_id: int) -> Wish | None:
    async with transaction():
        found = await rows(_BY_ID, erasure_id)
        if not found:
            return None
        wish = Wish(**found[0])
        if wish.due_at > datetime.now(UTC):
            raise Conflict(t("It is not time yet."))
        await rows(_BEGUN, erasure_id)
    return wish


async def _sign_out(user_id: int) -> None:
    await sessions.end_all(user_id)
    await token_families.end(user_id)
    await discord_grants.drop(user_id)


async def _burn(guild_id: int, user_id: int, key: str) -> None:
    """Nobody inherits: the coins leave the world, and the books show that they did."""
    async with transaction():
        books = await ledger.hold(guild_id, user_id, AccountKind.SINK)
        wallet = books.accounts.get(user_id)  # another run may have come first, and then it is nobody's by now
        if wallet and wallet.balance:
            move = Move(user_id, AccountKind.SINK, wallet.balance)
            await ledger.post(books, [move], key=key, kind="erase", actor_id=0, despite_freeze=True)


async def _erase(name: str, table: Table, user_id: int) -> None:
    statements = list(table.erase) or _statements(name, table)
    if not statements:
        return
    (ends,) = await rows(f"SELECT min({table.key}) AS first, max({table.key}) AS last FROM {name}")  # noqa: S608  # nosec B608  (our own names)
    if ends["first"] is None:
        return
    step = STEP if table.key == "id" else ends["last"] - ends["first"] + 1
    for start in range(ends["first"] - 1, ends["last"], step):
        for statement in statements:
            await rows(statement, user_id, start, start + step)


def _statements(name: str, table: Table) -> Sequence[str]:
    """What the fates of a table's columns come to; made of our own names, never of anybody's text."""
    made = []
    within = f"{table.key} > $2 AND {table.key} <= $3"
    for column, tag in table.columns.items():
        if tag.holds is Holds.PERSON and tag.fate is Fate.ROW_GOES:
            made.append(f"DELETE FROM {name} WHERE {column} = $1 AND {within}")  # noqa: S608  # nosec B608  (our own names)
        elif tag.holds is Holds.PERSON and tag.fate is Fate.NAMELESS:
            made.append(f"UPDATE {name} SET {column} = {NOBODY} WHERE {column} = $1 AND {within}")  # noqa: S608  # nosec B608  (our own names)
        elif tag.fate is Fate.BLANKED:
            made.append(
                f"UPDATE {name} SET {column} = replace({column}::text, $1::bigint::text, '0')::jsonb "  # noqa: S608  # nosec B608  (our own names)
                f"WHERE {column}::text LIKE '%' || $1::bigint::text || '%' AND {within}"
            )
    return made


async def _forget_in_redis(user_id: int) -> None:
    redis = store.redis()
    if redis is None:
        return
    async for key in redis.scan_iter(match=f"*{user_id}*", count=1000):
        await redis.delete(key)
