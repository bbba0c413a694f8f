"""Erasure of a person from cases: texts and evidence go, warnings stay under a mark, and the chain stays valid.

All events of a case lose their salts, because what those seal names the person. An event of its own then seals what is
left of each, so that nobody can pass an edit off as an erasure.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping

from discord_api import current, messages
from discord_api.errors import Forbidden, NotFound
from locales import t
from services.core import jobs, vault
from services.core.erasure_steps import Erased, ErasureStep, When
from services.core.transactions import fetch, rows, select, transaction
from services.core.worker import Task
from services.moderation import cases, chain, seals
from services.moderation.case import Case
from services.moderation.chain import Chain, Event

FORGET_COPY = "moderation.forget_copy"
SIZE = 20_000  # ids per statement, so that none comes near the time limit

_IDS = {
    "moderation_logs": """
        user_id = $1 OR moderator_id = $1 OR behalf_of_id = $1
        OR concat(reason, failure, details, key) LIKE '%' || $1::bigint::text || '%'""",
    "case_events": "actor_id = $1 OR details::text LIKE '%' || $1::bigint::text || '%'",
    "case_evidence": "added_by = $1",
}
_NEWEST_ID = "SELECT coalesce(max(id), 0) AS id FROM {table}"
_NAMED = "SELECT DISTINCT guild_id, number FROM {table} WHERE id > $2 AND id <= $3 AND ({names})"
_ABOUT = """
UPDATE moderation_logs SET user_id = NULL, member_mark = $3, sealed_user_id = $4, reason = '',
       details = CASE WHEN $4::bytea IS NULL THEN '{}' ELSE details END
 WHERE guild_id = $1 AND number = $2"""
_ID = "SELECT id FROM moderation_logs WHERE guild_id = $1 AND number = $2"
_BY = """
UPDATE moderation_logs
   SET moderator_id = CASE moderator_id WHEN $3 THEN -1 ELSE moderator_id END,
       behalf_of_id = CASE behalf_of_id WHEN $3 THEN -1 ELSE behalf_of_id END,
       reason = replace(reason, $3::bigint::text, '0'), failure = replace(failure, $3::bigint::text, '0'),
       details = replace(details::text, $3::bigint::text, '0')::jsonb,
       key = CASE WHEN key LIKE '%' || $3::bigint::text || '%' THEN 'erased:' || number ELSE key END
 WHERE guild_id = $1 AND number = $2"""
_EVENTS = f"{select(Event, 'e')} FROM case_events e WHERE guild_id = $1 AND number = $2 ORDER BY position"
_EMPTY_EVENTS = """
UPDATE case_events
   SET salt = NULL, actor_id = CASE actor_id WHEN $3 THEN -1 ELSE actor_id END,
       text = CASE WHEN $4 THEN NULL ELSE text END,
       details = CASE WHEN $4 OR kind = 'erased' THEN '{}'
                      ELSE replace(details::text, $3::bigint::text, '0')::jsonb END
 WHERE guild_id = $1 AND number = $2"""
_COPIES = """
SELECT DISTINCT channel_id, message_id FROM case_evidence
 WHERE guild_id = $1 AND number = $2 AND message_id IS NOT NULL"""
_EMPTY_FILES = """
UPDATE case_evidence SET filename = NULL, sha256 = NULL, channel_id = NULL, message_id = NULL
 WHERE guild_id = $1 AND number = $2"""
_ADDED = "UPDATE case_evidence SET added_by = -1 WHERE guild_id = $1 AND number = $2 AND added_by = $3"


async def _erase_cases(erased: Erased) -> None:
    for table, names in _IDS.items():
        (newest,) = await rows(_NEWEST_ID.format(table=table))
        for start in range(0, newest["id"], SIZE):
            sql = _NAMED.format(table=table, names=names)
            for row in await rows(sql, erased.user_id, start, start + SIZE):
                await _erase(row["guild_id"], row["number"], erased.user_id)


async def _erase(guild_id: int, number: int, user_id: int) -> None:
    """Erase a person from one case."""
    async with transaction():
        end, case = await cases.hold(guild_id, number)
        intact = await _intact(guild_id, number)
        about = case.user_id == user_id
        if about:
            await _empty(case, user_id)
        await rows(_BY, guild_id, number, user_id)
        await rows(_ADDED, guild_id, number, user_id)
        await rows(_EMPTY_EVENTS, guild_id, number, user_id, about)
        await _seal_rest(end, number, intact)


async def _empty(case: Case, user_id: int) -> None:
    """Empty a case about the person; only what has a timer still knows whom to lift it from."""
    place = case.guild_id, case.number
    (row,) = await rows(_ID, *place)
    sealed = vault.seal(str(user_id), chain.USER_IDS, row["id"]) if case.timed else None
    await rows(_ABOUT, *place, seals.member_mark(case.guild_id, user_id), sealed)
    for copy in await rows(_COPIES, *place):
        await jobs.enqueue(FORGET_COPY, copy, guild_id=case.guild_id, key=f"{FORGET_COPY}:{copy['message_id']}")
    await rows(_EMPTY_FILES, *place)


async def _intact(guild_id: int, number: int) -> set[int]:
    """The positions of the events that nobody tampered with; only these are sealed again."""
    events = await fetch(Event, _EVENTS, guild_id, number)
    listed = [event.details.get("emptied", {}) for event in events if event.kind == "erased" and event.salt]
    emptied: Mapping[str, str] = listed[-1] if listed else {}
    return {event.position for event in events if event.intact(emptied)}


async def _seal_rest(end: Chain, number: int, intact: set[int]) -> None:
    left = [event for event in await fetch(Event, _EVENTS, end.guild_id, number) if event.position in intact]
    rest = {str(event.position): event.rest_seal().hex() for event in left}
    await chain.append(end, number, "erased", 0, {"emptied": rest})


async def forget_copy(task: Task) -> None:
    """Delete the copy of erased evidence from the log channel."""
    with contextlib.suppress(Forbidden, NotFound):  # it is gone, or out of reach for good
        await messages.delete(current.client(), task.payload["channel_id"], task.payload["message_id"])


STEPS: Mapping[str, ErasureStep] = {
    "cases": ErasureStep(t("Removing you from moderation cases"), _erase_cases, When.BEFORE_TABLES),
}
