"""Proofs of a guild's books that somebody asked for: made by a worker, with how far it is, and stopped on a word."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from locales import t
from models import AccountKind
from services.core import audit, jobs
from services.core.errors import NotFound
from services.core.transactions import rows, transaction
from services.economy import ledger_audit
from services.economy.ledger_audit import LedgerAudit, WrongAccount

JOB = "books.prove_one"
AGAIN = timedelta(minutes=5)  # in which a proof that was made is shown instead of a new one
_PULSE = 0.5  # seconds between two looks at how far it is and whether it is still wanted

_COLUMNS = "id, asked_by, asked_at, ended_at, done, total, found"
_NEWEST = f"SELECT {_COLUMNS} FROM proofs WHERE guild_id = $1 ORDER BY id DESC LIMIT 1"  # noqa: S608  # nosec B608  (our own names)
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('proofs:' || $1::bigint, 0))"
_ASK = f"""
INSERT INTO proofs (guild_id, asked_by, asked_at, done, total) VALUES ($1, $2, $3, 0, 0)
RETURNING {_COLUMNS}"""  # noqa: S608  # nosec B608  (our own names)
_WANTED = "SELECT guild_id FROM proofs WHERE id = $1 AND ended_at IS NULL"
_MOVE = "UPDATE proofs SET done = $2, total = $3 WHERE id = $1 AND ended_at IS NULL RETURNING id"
_END = "UPDATE proofs SET ended_at = $2, found = $3::jsonb, done = total WHERE id = $1 AND ended_at IS NULL"
_CANCEL = "UPDATE proofs SET ended_at = $2 WHERE guild_id = $1 AND ended_at IS NULL RETURNING id"
_SIZE = """
SELECT (SELECT count(*) FROM transfers WHERE guild_id = $1) + count(*) + coalesce(sum(seq), 0)::bigint AS rows
  FROM user_economy WHERE guild_id = $1"""


@dataclass(frozen=True, slots=True)
class Asked:
    """A proof that was asked for: running until it has ended, and stopped if it ended with nothing found."""

    id: int
    asked_by: int
    asked_at: datetime
    ended_at: datetime | None
    done: int
    total: int
    found: LedgerAudit | None

    @property
    def running(self) -> bool:
        return self.ended_at is None


async def newest(guild_id: int) -> Asked | None:
    """The last one that anybody asked for."""
    found = await rows(_NEWEST, guild_id)
    return _asked(found[0]) if found else None


async def ask(guild_id: int, user_id: int, *, request_id: str = "") -> Asked:
    """Have the books proved; while one runs or is fresh, that one is given."""
    async with transaction():
        await rows(_LOCK, guild_id)
        known = await newest(guild_id)
        if known and (known.running or (known.found and datetime.now(UTC) - known.asked_at < AGAIN)):
            return known
        (row,) = await rows(_ASK, guild_id, user_id, datetime.now(UTC))
        await jobs.enqueue(JOB, {"proof": row["id"]}, guild_id=guild_id, key=JOB)
        await audit.record(guild_id, user_id, "economy.proof", str(row["id"]), request_id=request_id)
    return _asked(row)


async def cancel(guild_id: int) -> None:
    """Stop the one that runs; refused if none does."""
    if not await rows(_CANCEL, guild_id, datetime.now(UTC)):
        raise NotFound(t("No proof is being made right now."))


async def run(proof_id: int) -> None:
    """Make one, told of as it goes on; a run that was cut short begins anew, one that was stopped ends."""
    for row in await rows(_WANTED, proof_id):
        guild_id = row["guild_id"]
        (size,) = await rows(_SIZE, guild_id)
        seen = _Seen()
        proving = asyncio.create_task(ledger_audit.prove(guild_id, seen.count))
        try:
            while not (await asyncio.wait([proving], timeout=_PULSE))[0]:
                if not await rows(_MOVE, proof_id, min(seen.rows, size["rows"]), size["rows"]):
                    return
            await rows(_END, proof_id, datetime.now(UTC), orjson.dumps(asdict(proving.result())).decode())
        finally:
            proving.cancel()


class _Seen:
    """How many rows were looked at so far."""

    rows = 0

    def count(self, more: int) -> None:
        self.rows += more


def _asked(row: dict[str, Any]) -> Asked:
    found = orjson.loads(row["found"]) if row["found"] else None
    return Asked(
        row["id"],
        row["asked_by"],
        row["asked_at"],
        row["ended_at"],
        row["done"],
        row["total"],
        _proof(found) if found else None,
    )


def _proof(found: dict[str, Any]) -> LedgerAudit:
    accounts = [WrongAccount(**one | {"kind": AccountKind(one["kind"])}) for one in found.pop("wrong_accounts")]
    return LedgerAudit(**found | {"wrong_transfers": tuple(found["wrong_transfers"])}, wrong_accounts=tuple(accounts))
