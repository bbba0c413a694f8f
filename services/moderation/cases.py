"""Opening, reading and changing cases. Each change is an event of the guild's chain and a line of the audit log.

Everything here joins the caller's transaction or opens one, and locks the guild's chain first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import orjson

from locales import t
from models.moderation import CaseKind, CaseState, NoticeState
from services.core import audit, clock, durations, jobs, vault
from services.core.actors import Actor
from services.core.errors import Conflict, NotFound
from services.core.transactions import fetch, rows, select, transaction
from services.moderation import chain
from services.moderation.case import WITH_END, Case, Order

LONGEST_FAILURE = 400  # characters

COLUMNS = select(Case, "c") + " FROM moderation_logs c"
_GET = f"{COLUMNS} WHERE c.guild_id = $1 AND c.number = $2"
_BY_KEY = f"{COLUMNS} WHERE c.guild_id = $1 AND c.key = $2"
_OPEN = """
INSERT INTO moderation_logs
       (guild_id, number, action, user_id, channel_id, role_id, moderator_id, behalf_of_id, reason, duration,
        expires_at, state, notice, details, key, batch, created_at, settled_at, ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::jsonb, $15, $16, $17, $18, $19)"""
# What a case did may still be there, even if the case was voided.
IN_DISCORD = "state IN ('active', 'voided') AND failure IS NULL AND ended_at IS NULL"
# An erased member's id, and what lifting needs to know, go once there is nothing left to lift.
_FORGET = "details = CASE WHEN sealed_user_id IS NULL THEN details ELSE '{}' END, sealed_user_id = NULL"
_SETTLE = """
UPDATE moderation_logs
   SET state = $3::text, settled_at = $4, ended_at = CASE $3::text WHEN 'ended' THEN $4::timestamptz END,
       details = CASE WHEN $3::text = 'active' OR sealed_user_id IS NULL THEN details || $5::jsonb ELSE '{}' END,
       notice = coalesce($6, notice), sealed_user_id = CASE $3::text WHEN 'active' THEN sealed_user_id END
 WHERE guild_id = $1 AND number = $2 AND state = 'pending'"""
_FAIL = f"""
UPDATE moderation_logs SET state = 'failed', settled_at = $3, failure = $4, {_FORGET}
 WHERE guild_id = $1 AND number = $2 AND state = 'pending'"""  # noqa: S608  # nosec B608  (our own names)
# A voided case stays voided, but remembers its end.
_END = f"""
UPDATE moderation_logs SET state = CASE state WHEN 'active' THEN 'ended' ELSE state END, ended_at = $3, {_FORGET}
 WHERE guild_id = $1 AND number = $2 AND {IN_DISCORD}"""  # noqa: S608  # nosec B608  (our own names)
_RENEW = "UPDATE moderation_logs SET details = details || $3::jsonb WHERE guild_id = $1 AND number = $2"
_NOTICE = "UPDATE moderation_logs SET notice = $3 WHERE guild_id = $1 AND number = $2"
_REASON = "UPDATE moderation_logs SET reason = $3 WHERE guild_id = $1 AND number = $2"
_EXPIRY = "UPDATE moderation_logs SET expires_at = $3, duration = $4 WHERE guild_id = $1 AND number = $2"
_VOID = "UPDATE moderation_logs SET state = 'voided' WHERE guild_id = $1 AND number = $2"
_FORGET_MEMBER = f"UPDATE moderation_logs SET {_FORGET} WHERE guild_id = $1 AND number = $2"  # noqa: S608  # nosec B608  (our own names)
# What it was before shows in what else it says.
_REOPEN = """
UPDATE moderation_logs
   SET state = CASE WHEN failure IS NOT NULL THEN 'failed' WHEN ended_at IS NOT NULL THEN 'ended' ELSE 'active' END
 WHERE guild_id = $1 AND number = $2"""
_SEALED = "SELECT id, sealed_user_id FROM moderation_logs WHERE guild_id = $1 AND number = $2"


class Opened(NamedTuple):
    """A case, and whether this call opened it."""

    case: Case
    new: bool


async def open_case(
    guild_id: int, actor: Actor, order: Order, *, key: str, state: CaseState = CaseState.PENDING
) -> Opened:
    """Open a case; the same key again returns the first one.

    The text of a note is not its reason: it is kept sealed, as the first of the case's private notes.
    """
    async with transaction():
        end = await chain.hold(guild_id)
        if first := await by_key(guild_id, key):
            return Opened(first, new=False)
        number, at, noted = end.newest_case + 1, clock.now(), order.action is CaseKind.NOTE
        settled, ended = (at if state is wanted else None for wanted in (state, CaseState.ENDED))
        await rows(
            _OPEN, guild_id, number, order.action, order.user_id, order.channel_id, order.role_id, actor.id,
            order.behalf_of_id, "" if noted else order.reason, order.duration, _expiry(at, order.duration), state,
            NoticeState.WAITING if order.notify else NoticeState.NONE, orjson.dumps(order.details).decode(), key,
            order.batch, at, None if state is CaseState.PENDING else settled, ended,
        )  # fmt: skip
        await chain.append(end, number, "opened", actor.id, text=order.reason if noted else None)
        case = await get(guild_id, number)
        if state is not CaseState.PENDING:
            await log(case, case.action, actor)
    return Opened(case, new=True)


async def settle(
    case: Case, *, state: CaseState, details: Mapping[str, Any] | None = None, notice: NoticeState | None = None
) -> Case:
    """Record that a pending case was carried out, and what belongs to it; once settled, nothing changes."""
    added = orjson.dumps(details or {}).decode()
    return await _step(case, _SETTLE, state, clock.now(), added, notice, kind="settled", action=case.action)


async def fail(case: Case, failure: str) -> Case:
    """Record that a pending case was not carried out, and why."""
    said = failure[:LONGEST_FAILURE]
    return await _step(case, _FAIL, clock.now(), said, kind="failed", action="failed")


async def end(case: Case, actor_id: int, why: str) -> Case:
    """Record that a case is no longer in force; `why` is a stored word such as `time`."""
    return await _step(case, _END, clock.now(), kind="ended", action="ended", actor_id=actor_id, details={"why": why})


async def renew(case: Case, details: Mapping[str, Any]) -> Case:
    """Record what a case in force left in Discord when it was extended."""
    return await _step(case, _RENEW, orjson.dumps(details).decode(), kind="renewed", details=details)


async def set_notice(case: Case, notice: NoticeState) -> Case:
    """Record what became of the direct message."""
    return await _step(case, _NOTICE, notice, kind="notice", details={"notice": notice})


async def edit_reason(guild_id: int, actor: Actor, number: int, reason: str) -> Case:
    """Change why a case was opened; its events keep what it said before."""
    async with transaction():
        end, case = await hold(guild_id, number)
        check_editable(case)
        if reason == case.reason:
            return case
        return await _change(end, case, actor, "edited", {"reason": [case.reason, reason]}, _REASON, reason)


def check_editable(case: Case) -> None:
    """Refuse to change the reason of a note, which has none."""
    if case.action is CaseKind.NOTE:
        raise Conflict(t("A note can't be changed. Add another one to the same case instead."))


async def change_duration(guild_id: int, actor: Actor, number: int, seconds: int | None) -> Case:
    """Change for how long a case is in force, counted from when it was opened; None is without an end."""
    async with transaction():
        end, case = await hold(guild_id, number)
        if case.state is not CaseState.ACTIVE or case.action not in WITH_END:
            raise Conflict(t("Case #{number} is not in force, so its end can't be changed.", number=str(number)))
        if case.action is CaseKind.TIMEOUT:
            durations.ending(seconds)
        expires_at = _expiry(case.created_at, seconds)
        if expires_at == case.expires_at:
            return case
        changed = {"until": [case.expires_at, expires_at]}
        return await _change(end, case, actor, "duration", changed, _EXPIRY, expires_at, seconds)


async def void(guild_id: int, actor: Actor, number: int, why: str) -> Case:
    """Let a case count no longer; it stays, and so does what it did in Discord."""
    async with transaction():
        end, case = await hold(guild_id, number)
        if case.state is CaseState.VOIDED:
            raise Conflict(t("Case #{number} is already void.", number=str(number)))
        if case.state is CaseState.PENDING:
            raise Conflict(t("Case #{number} is still being carried out.", number=str(number)))
        if not case.timed:
            await rows(_FORGET_MEMBER, guild_id, number)
        return await _change(end, case, actor, "voided", {"why": why}, _VOID)


async def reopen(guild_id: int, actor: Actor, number: int) -> Case:
    """Make a voided case count again, in the state it had."""
    async with transaction():
        end, case = await hold(guild_id, number)
        if case.state is not CaseState.VOIDED:
            raise Conflict(t("Case #{number} is not void.", number=str(number)))
        return await _change(end, case, actor, "reopened", {}, _REOPEN)


async def get(guild_id: int, number: int) -> Case:
    """A case of this guild; NotFound if there is none."""
    found = await fetch(Case, _GET, guild_id, number)
    if not found:
        raise NotFound(t("There is no case #{number} on this server.", number=str(number)))
    return found[0]


async def by_key(guild_id: int, key: str) -> Case | None:
    """The case that this cause opened."""
    found = await fetch(Case, _BY_KEY, guild_id, key)
    return found[0] if found else None


async def member_of(case: Case) -> int | None:
    """Whom a case is about, even if they were erased since, for as long as something has to be done."""
    if case.user_id is not None:
        return case.user_id
    (row,) = await rows(_SEALED, case.guild_id, case.number)
    sealed = row["sealed_user_id"]
    return int(vault.unseal(sealed, chain.USER_IDS, row["id"])) if sealed else None


async def hold(guild_id: int, number: int) -> tuple[chain.Chain, Case]:
    """Lock the guild's chain, in the caller's transaction, and read a case."""
    end = await chain.hold(guild_id)
    case = await get(guild_id, number)
    await chain.check(end, number)
    return end, case


async def _step(
    case: Case,
    sql: str,
    *values: Any,
    kind: str,
    action: str = "",
    actor_id: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> Case:
    """Move a case on, unless it has moved on already."""
    actor = Actor(case.moderator_id if actor_id is None else actor_id, jobs.cause())
    async with transaction():
        end, now = await hold(case.guild_id, case.number)
        if not await rows(f"{sql} RETURNING number", case.guild_id, case.number, *values):
            return now
        await chain.append(end, case.number, kind, actor.id, details)
        changed = await get(case.guild_id, case.number)
        if action:
            await log(changed, action, actor)
    return changed


async def _change(
    end: chain.Chain, case: Case, actor: Actor, kind: str, details: Mapping[str, Any], sql: str, *values: Any
) -> Case:
    await rows(sql, case.guild_id, case.number, *values)
    await chain.append(end, case.number, kind, actor.id, details)
    changed = await get(case.guild_id, case.number)
    await log(changed, kind, actor, why=details.get("why"))
    return changed


async def log(case: Case, action: str, actor: Actor, *, why: str | None = None) -> None:
    """Record a change of a case in the audit log."""
    about = case.user_id or case.channel_id or ""
    said = {"case": case.number, "reason": case.failure or case.reason, "until": case.expires_at, "why": why}
    told = {name: value for name, value in said.items() if value}
    await audit.record(case.guild_id, actor.id, f"moderation.{action}", str(about), told, actor.request_id)


def _expiry(since: datetime, seconds: int | None) -> datetime | None:
    return since + timedelta(seconds=seconds) if seconds else None
