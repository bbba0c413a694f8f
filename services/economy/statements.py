"""A member's statement, line by line, and single receipts in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

from locales import t
from models import AccountKind
from services.core import areas
from services.core.errors import Forbidden, NotFound
from services.core.transactions import Row, rows

SIZE = 10  # lines on a page
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
END = datetime(2200, 1, 1, tzinfo=UTC)
NEWEST = 2**62  # greater than any line id

# The wallet is looked up separately, so that its lines are read in index order however long the ledger is.
_LINES = """
SELECT p.seq, p.amount, p.balance_after, t.id, t.kind, t.actor_id, t.reason, t.details, t.reverses_id, t.created_at,
       (SELECT o.user_id FROM postings q JOIN user_economy o ON o.id = q.account_id AND o.kind = 'wallet'
         WHERE q.guild_id = p.guild_id AND q.transfer_id = p.transfer_id AND q.account_id <> p.account_id
         ORDER BY q.id LIMIT 1) AS other_id,
       (SELECT r.id FROM transfers r WHERE r.guild_id = t.guild_id AND r.reverses_id = t.id) AS reversed_by
  FROM postings p
  JOIN transfers t ON t.id = p.transfer_id
 WHERE p.guild_id = $1
   AND p.account_id = (SELECT id FROM user_economy WHERE guild_id = $1 AND kind = 'wallet' AND user_id = $2)
   AND (cardinality($3::text[]) = 0 OR t.kind = ANY ($3)) AND t.created_at >= $4"""
_OLDER = _LINES + " AND p.seq < $5 ORDER BY p.seq DESC LIMIT $6"
_NEWER = _LINES + " AND p.seq > $5 ORDER BY p.seq LIMIT $6"

_TRANSFER = """
SELECT t.id, t.key, t.kind, t.actor_id, t.reason, t.details, t.reverses_id, t.created_at,
       (SELECT r.id FROM transfers r WHERE r.guild_id = t.guild_id AND r.reverses_id = t.id) AS reversed_by
  FROM transfers t WHERE t.guild_id = $1 AND t.id = $2"""
_LEGS = """
SELECT e.kind, e.user_id, p.amount, p.balance_after FROM postings p JOIN user_economy e ON e.id = p.account_id
 WHERE p.guild_id = $1 AND p.transfer_id = $2 ORDER BY p.amount, p.id"""
_REQUEST = """
SELECT r.action, r.created_at, j.id AS owed, j.failed_at
  FROM receipts r LEFT JOIN jobs j ON j.guild_id = 0 AND j.key = 'finish:' || split_part(r.key, ':', 2)
 WHERE r.guild_id = $1 AND r.key = $2"""

_LATEST_OF_MEMBER = """
SELECT t.id, t.kind, p.amount, t.created_at
  FROM postings p
  JOIN transfers t ON t.id = p.transfer_id
 WHERE p.guild_id = $1
   AND p.account_id = (SELECT id FROM user_economy WHERE guild_id = $1 AND kind = 'wallet' AND user_id = $2)
 ORDER BY p.seq DESC LIMIT 200"""
_LATEST_OF_GUILD = """
SELECT t.id, t.kind, t.created_at,
       (SELECT sum(p.amount) FROM postings p
         WHERE p.guild_id = t.guild_id AND p.transfer_id = t.id AND p.amount > 0)::bigint AS amount
  FROM transfers t WHERE t.guild_id = $1 ORDER BY t.id DESC LIMIT 200"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a statement; `other_id` is the other member, if there is one."""

    number: int
    place: int
    kind: str
    amount: int
    balance: int
    at: datetime
    actor_id: int
    other_id: int | None
    reason: str
    reverses: int | None
    reversed_by: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of lines, newest first, and whether there are newer or older ones."""

    lines: Sequence[Line]
    newer: bool
    older: bool


@dataclass(frozen=True, slots=True)
class Leg:
    """The change of one account, and its balance afterwards."""

    kind: AccountKind
    user_id: int
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class Request:
    """The request behind a transfer, and whether its response was delivered."""

    action: str
    at: datetime
    answer_owed: bool
    answer_failed: bool


@dataclass(frozen=True, slots=True)
class TransferDetails:
    """Everything about one transfer."""

    number: int
    kind: str
    at: datetime
    actor_id: int
    reason: str
    legs: Sequence[Leg]
    reverses: int | None
    reversed_by: int | None
    request: Request | None


@dataclass(frozen=True, slots=True)
class TransferSummary:
    """A transfer in short form."""

    number: int
    kind: str
    amount: int
    at: datetime


def kinds_of(group: str) -> list[str]:
    """The transfer kinds in a filter group; none means all."""
    return [] if group == "all" else list(areas.transfers_of(group))


def may_read(reader_id: int, user_id: int, *, reads_all: bool) -> bool:
    """Whether the reader may see this member's transactions: their own, or anyone's as an admin."""
    return reads_all or reader_id == user_id


def check_reader(reader_id: int, user_id: int, *, reads_all: bool) -> None:
    """Refuse readers who may not see them."""
    if not may_read(reader_id, user_id, reads_all=reads_all):
        raise Forbidden(t("Only admins of this server can read somebody else's transactions."))


async def page(
    guild_id: int,
    user_id: int,
    *,
    kind: str = "all",
    since: datetime = BEGINNING,
    before: int = NEWEST,
    after: int | None = None,
    size: int = SIZE,
) -> Page:
    """A member's lines before or right after a position, newest first."""
    if after is None:
        found = await rows(_OLDER, guild_id, user_id, kinds_of(kind), since, before, size + 1)
        return Page([_line(row, user_id) for row in found[:size]], newer=before != NEWEST, older=len(found) > size)
    found = await rows(_NEWER, guild_id, user_id, kinds_of(kind), since, after, size + 1)
    if len(found) <= size:  # reached the top: show it as the first page
        return await page(guild_id, user_id, kind=kind, since=since, size=size)
    return Page([_line(row, user_id) for row in found[size - 1 :: -1]], newer=True, older=True)


async def receipt(guild_id: int, number: int, reader_id: int, *, reads_all: bool = False) -> TransferDetails:
    """One receipt in full; NotFound alike for unknown ones and other people's."""
    found = await rows(_TRANSFER, guild_id, number)
    legs = [_leg(row) for row in await rows(_LEGS, guild_id, number)]
    if not found or not (reads_all or _concerns(found[0], legs, reader_id)):
        raise NotFound(t("You have no receipt #{number}.", number=str(number)))
    row = found[0]
    return TransferDetails(
        row["id"],
        row["kind"],
        row["created_at"],
        row["actor_id"],
        row["reason"],
        legs,
        row["reverses_id"],
        row["reversed_by"],
        await _request(guild_id, row["key"]),
    )


async def latest(guild_id: int, user_id: int | None, digits: str = "") -> list[TransferSummary]:
    """The latest receipts of a member, or of the whole guild (None), whose number starts with `digits`."""
    found = await (rows(_LATEST_OF_MEMBER, guild_id, user_id) if user_id else rows(_LATEST_OF_GUILD, guild_id))
    begun = [row for row in found if str(row["id"]).startswith(digits)]
    return [TransferSummary(row["id"], row["kind"], row["amount"] or 0, row["created_at"]) for row in begun[:25]]


async def _request(guild_id: int, key: str) -> Request | None:
    found = await rows(_REQUEST, guild_id, key)
    if not found:
        return None
    row = found[0]
    return Request(row["action"], row["created_at"], row["owed"] is not None, row["failed_at"] is not None)


def _concerns(row: Row, legs: Sequence[Leg], reader_id: int) -> bool:
    concerned = {leg.user_id for leg in legs} | {row["actor_id"], _details(row).get("payee")}
    return reader_id in concerned


def _line(row: Row, user_id: int) -> Line:
    return Line(
        row["id"],
        row["seq"],
        row["kind"],
        row["amount"],
        row["balance_after"],
        row["created_at"],
        row["actor_id"],
        _other(row, user_id),
        row["reason"],
        row["reverses_id"],
        row["reversed_by"],
    )


def _other(row: Row, user_id: int) -> int | None:
    """The other member: escrow involves no second wallet, so the transfer itself names its people."""
    if row["kind"] == "pay" and row["actor_id"] != user_id:
        return int(row["actor_id"])
    named = _details(row).get("payee")
    return int(named) if named else row["other_id"]


def _details(row: Row) -> dict[str, Any]:
    details: dict[str, Any] = orjson.loads(row["details"])
    return details


def _leg(row: Row) -> Leg:
    return Leg(AccountKind(row["kind"]), row["user_id"], row["amount"], row["balance_after"])
