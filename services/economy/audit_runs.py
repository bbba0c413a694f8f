"""Ledger audits requested by an admin: run by a worker, with progress, and cancellable."""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import orjson

from locales import t
from models import AccountKind
from services.core import audit, clock, jobs
from services.core.errors import NotFound
from services.core.transactions import rows, transaction
from services.economy import ledger_audit
from services.economy.ledger_audit import LedgerAudit, WrongAccount

JOB = "books.prove_one"
AGAIN = timedelta(minutes=5)  # age up to which a finished audit is shown instead of running a new one
_PULSE = 0.5  # seconds between progress updates, which also check for cancellation

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
class AuditRun:
    """A requested audit: running until it ends, cancelled if it ended without a result."""

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


async def newest(guild_id: int) -> AuditRun | None:
    """The latest requested audit."""
    found = await rows(_NEWEST, guild_id)
    return _asked(found[0]) if found else None


async def ask(guild_id: int, user_id: int, *, request_id: str = "") -> AuditRun:
    """Request an audit; while one is running or fresh, that one is returned."""
    async with transaction():
        await rows(_LOCK, guild_id)
        known = await newest(guild_id)
        if known and (known.running or (known.found and clock.now() - known.asked_at < AGAIN)):
            return known
        (row,) = await rows(_ASK, guild_id, user_id, clock.now())
        await jobs.enqueue(JOB, {"proof": row["id"]}, guild_id=guild_id, key=JOB)
        await audit.record(guild_id, user_id, "economy.proof", str(row["id"]), request_id=request_id)
    return _asked(row)


async def cancel(guild_id: int) -> None:
    """Cancel the running audit; refused if none is running."""
    if not await rows(_CANCEL, guild_id, clock.now()):
        raise NotFound(t("No audit is running right now."))


async def run(proof_id: int) -> None:
    """Run an audit and report progress; an interrupted run starts over, a cancelled one ends."""
    for row in await rows(_WANTED, proof_id):
        guild_id = row["guild_id"]
        (size,) = await rows(_SIZE, guild_id)
        seen = _Seen()
        proving = asyncio.create_task(ledger_audit.audit(guild_id, seen.count))
        try:
            while not (await asyncio.wait([proving], timeout=_PULSE))[0]:
                if not await rows(_MOVE, proof_id, min(seen.rows, size["rows"]), size["rows"]):
                    return
            await rows(_END, proof_id, clock.now(), orjson.dumps(asdict(proving.result())).decode())
        finally:
            proving.cancel()


class _Seen:
    """The number of rows checked so far."""

    rows = 0

    def count(self, more: int) -> None:
        self.rows += more


def _asked(row: dict[str, Any]) -> AuditRun:
    found = orjson.loads(row["found"]) if row["found"] else None
    return AuditRun(**row | {"found": _proof(found) if found else None})


def _proof(found: dict[str, Any]) -> LedgerAudit:
    accounts = [WrongAccount(**one | {"kind": AccountKind(one["kind"])}) for one in found.pop("wrong_accounts")]
    return LedgerAudit(**found | {"wrong_transfers": tuple(found["wrong_transfers"])}, wrong_accounts=tuple(accounts))
