"""A member's statement, line by line, and single receipts in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from locales import t
from models import AccountKind
from services.core import areas
from services.core.errors import Forbidden, NotFound
from services.core.transactions import fetch

SIZE = 10  # lines on a page
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
END = datetime(2200, 1, 1, tzinfo=UTC)
NEWEST = 2**62  # greater than any line id

# The wallet is looked up separately, so that its lines are read in index order however long the ledger is.
_LINES = """
SELECT t.id AS number, p.seq AS place, t.kind, p.amount, p.balance_after AS balance, t.created_at AS at, t.actor_id,
       t.reason, t.reverses_id AS reverses,
       CASE WHEN t.kind = 'pay' AND t.actor_id <> $2 THEN t.actor_id
            ELSE coalesce((t.details ->> 'payee')::bigint, (
                SELECT o.user_id FROM postings q JOIN user_economy o ON o.id = q.account_id AND o.kind = 'wallet'
                 WHERE q.guild_id = p.guild_id AND q.transfer_id = p.transfer_id AND q.account_id <> p.account_id
                 ORDER BY q.id LIMIT 1)) END AS other_id,
       (SELECT r.id FROM transfers r WHERE r.guild_id = t.guild_id AND r.reverses_id = t.id) AS reversed_by
  FROM postings p
  JOIN transfers t ON t.id = p.transfer_id
 WHERE p.guild_id = $1
   AND p.account_id = (SELECT id FROM user_economy WHERE guild_id = $1 AND kind = 'wallet' AND user_id = $2)
   AND (cardinality($3::text[]) = 0 OR t.kind = ANY ($3)) AND t.created_at >= $4"""
_OLDER = _LINES + " AND p.seq < $5 ORDER BY p.seq DESC LIMIT $6"
_NEWER = _LINES + " AND p.seq > $5 ORDER BY p.seq LIMIT $6"

_TRANSFER = """
SELECT t.id AS number, t.key, t.kind, t.created_at AS at, t.actor_id, t.reason, t.details, t.reverses_id AS reverses,
       (SELECT r.id FROM transfers r WHERE r.guild_id = t.guild_id AND r.reverses_id = t.id) AS reversed_by
  FROM transfers t WHERE t.guild_id = $1 AND t.id = $2"""
_LEGS = """
SELECT e.kind, e.user_id, p.amount, p.balance_after AS balance
  FROM postings p JOIN user_economy e ON e.id = p.account_id
 WHERE p.guild_id = $1 AND p.transfer_id = $2 ORDER BY p.amount, p.id"""
_REQUEST = """
SELECT r.action, r.created_at AS at, j.id IS NOT NULL AS answer_owed, j.failed_at IS NOT NULL AS answer_failed
  FROM receipts r LEFT JOIN jobs j ON j.guild_id = 0 AND j.key = 'finish:' || split_part(r.key, ':', 2)
 WHERE r.guild_id = $1 AND r.key = $2"""

_LATEST_OF_MEMBER = """
SELECT t.id AS number, t.kind, p.amount, t.created_at AS at
  FROM postings p
  JOIN transfers t ON t.id = p.transfer_id
 WHERE p.guild_id = $1
   AND p.account_id = (SELECT id FROM user_economy WHERE guild_id = $1 AND kind = 'wallet' AND user_id = $2)
 ORDER BY p.seq DESC LIMIT 200"""
_LATEST_OF_GUILD = """
SELECT t.id AS number, t.kind, t.created_at AS at,
       (SELECT coalesce(sum(p.amount), 0) FROM postings p
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
class _Transfer:
    number: int
    key: str
    kind: str
    at: datetime
    actor_id: int
    reason: str
    details: Mapping[str, Any]
    reverses: int | None
    reversed_by: int | None


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
        raise Forbidden(t("Only admins of this server can see someone else's transactions."))


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
        found = await fetch(Line, _OLDER, guild_id, user_id, kinds_of(kind), since, before, size + 1)
        return Page(found[:size], newer=before != NEWEST, older=len(found) > size)
    found = await fetch(Line, _NEWER, guild_id, user_id, kinds_of(kind), since, after, size + 1)
    if len(found) <= size:  # reached the top: show it as the first page
        return await page(guild_id, user_id, kind=kind, since=since, size=size)
    return Page(found[size - 1 :: -1], newer=True, older=True)


async def receipt(guild_id: int, number: int, reader_id: int, *, reads_all: bool = False) -> TransferDetails:
    """One receipt in full; NotFound alike for unknown ones and other people's."""
    found = await fetch(_Transfer, _TRANSFER, guild_id, number)
    legs = await fetch(Leg, _LEGS, guild_id, number)
    if not found or not (reads_all or _concerns(found[0], legs, reader_id)):
        raise NotFound(t("You don't have a receipt #{number}.", number=str(number)))
    one = found[0]
    request = next(iter(await fetch(Request, _REQUEST, guild_id, one.key)), None)
    return TransferDetails(
        one.number, one.kind, one.at, one.actor_id, one.reason, legs, one.reverses, one.reversed_by, request
    )


async def latest(guild_id: int, user_id: int | None, digits: str = "") -> list[TransferSummary]:
    """The latest receipts of a member, or of the whole guild (None), whose number starts with `digits`."""
    wanted = (_LATEST_OF_MEMBER, guild_id, user_id) if user_id else (_LATEST_OF_GUILD, guild_id)
    found = await fetch(TransferSummary, *wanted)
    return [one for one in found if str(one.number).startswith(digits)][:25]


def _concerns(transfer: _Transfer, legs: Sequence[Leg], reader_id: int) -> bool:
    concerned = {leg.user_id for leg in legs} | {transfer.actor_id, transfer.details.get("payee")}
    return reader_id in concerned
