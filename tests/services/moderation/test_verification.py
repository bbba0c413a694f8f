"""Whatever is changed in the database behind our back is found, and named by its case."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

import pytest

from models.moderation import CaseKind, CaseState, NoticeState
from services.core import vault
from services.core.erasure_steps import Erased
from services.core.transactions import rows
from services.moderation import cases, erasing, evidence, notes, verification
from services.moderation.area import MODERATION
from services.moderation.evidence import Copy
from services.moderation.verification import Wrong
from tests.support.bot import ALICE, BOB, CAROL, GUILD, OTHER_GUILD
from tests.support.cases import STAFF, opened

pytestmark = pytest.mark.usefixtures("database")

TABLES = ("moderation_logs", "case_events", "case_evidence", "case_chains")


async def _history() -> None:
    """Five cases of one server: a warning, a ban, a note, a void one, and one about someone who was erased since."""
    await opened(guild_id=OTHER_GUILD)
    warning = await opened(reason="Spam", duration=86_400)  # 1
    await cases.edit_reason(GUILD, STAFF, 1, "Advertising")
    await notes.add(GUILD, STAFF, 1, "For the third time")
    await evidence.attach(GUILD, STAFF, 1, [Copy("shop.png", "image/png", 5, sha256(b"shop").digest(), 7, 8)])
    ban = await opened(CaseKind.BAN, user_id=BOB, state=CaseState.PENDING, notify=True, duration=60)  # 2
    await cases.settle(ban, state=CaseState.ACTIVE, details={"until": 5}, notice=NoticeState.SENT)
    await cases.end(ban, 0, "time")
    await opened(CaseKind.NOTE, state=CaseState.ENDED, reason="A word")  # 3
    await opened(reason="Spam", user_id=BOB)  # 4
    await cases.void(GUILD, STAFF, 4, "A mistake")
    await opened(reason="Flood", user_id=CAROL)  # 5
    await notes.add(GUILD, STAFF, 5, "And again")
    await erasing.STEPS["cases"].run(Erased(1, CAROL))
    assert warning.number == 1


class Edit(NamedTuple):
    """Statements that change something behind our back, and the first thing that is wrong then."""

    wrong: Wrong
    number: int | None
    sql: str


def _cases(number: int, *changes: str) -> list[Edit]:
    return [Edit(Wrong.CASE, number, f"UPDATE moderation_logs SET {change} WHERE {HERE} AND number = {number}")
            for change in changes]  # fmt: skip


def _events(number: int, position: int, *changes: str) -> list[Edit]:
    return [Edit(Wrong.EVENT, number, f"UPDATE case_events SET {change} WHERE {HERE} AND position = {position}")
            for change in changes]  # fmt: skip


def _files(*changes: str) -> list[Edit]:
    return [Edit(Wrong.CASE, 1, f"UPDATE case_evidence SET {change} WHERE {HERE}") for change in changes]


def _ends(*changes: str) -> list[Edit]:
    return [Edit(Wrong.END, None, f"UPDATE case_chains SET {change} WHERE {HERE}") for change in changes]


def _swapped(table: str, key: str, columns: str) -> str:
    """Swap some columns of the rows 2 and 3 of a table."""
    both = ", ".join(f"{column} = b.{column}" for column in columns.split())
    return f"""UPDATE {table} a SET {both} FROM {table} b
        WHERE a.{HERE} AND b.{HERE} AND (a.{key}, b.{key}) IN ((2, 3), (3, 2))"""


HERE = f"guild_id = {GUILD}"
_LATE = (
    f"DELETE FROM case_events WHERE {HERE} AND position > 8; DELETE FROM moderation_logs WHERE {HERE} AND number > 3"
)
_NEW_END = f"head = (SELECT digest FROM case_events WHERE {HERE} AND position = 8)"
_ALL_OF_AN_EVENT = "kind actor_id details text salt case_digest seal digest created_at"
EDITS = [
    *_cases(
        1,
        "action = 'note'", "user_id = 5", "user_id = NULL", "channel_id = 5", "role_id = 5", "moderator_id = 5",
        "behalf_of_id = 5", "reason = 'Spam'", "reason = ''", "duration = 1", "duration = NULL", "expires_at = NULL",
        "expires_at = expires_at + interval '1 second'", "state = 'voided'", "failure = 'x'", "notice = 'sent'",
        """details = '{"a": 1}'""", "key = 'x'", "batch = 1", "created_at = now()", "settled_at = NULL",
        "ended_at = now()", "member_mark = 'x'", "sealed_user_id = 'x'",
    ),
    *_cases(2, "details = '{}'", "ended_at = NULL, state = 'active'", "settled_at = settled_at - interval '1 day'"),
    *_cases(4, "state = 'active'"),
    *_cases(5, "member_mark = NULL", f"user_id = {CAROL}", "reason = 'Flood'", "action = 'ban'"),
    Edit(Wrong.CASE, 2, _swapped("moderation_logs", "number", "user_id reason")),
    Edit(Wrong.GONE, 3, f"DELETE FROM moderation_logs WHERE {HERE} AND number = 3"),
    Edit(Wrong.GONE, 3, f"UPDATE moderation_logs SET guild_id = {OTHER_GUILD} WHERE {HERE} AND number = 3"),
    Edit(Wrong.GONE, 4, f"UPDATE moderation_logs SET number = 6 WHERE {HERE} AND number = 4"),
    Edit(Wrong.STRAY, 6, f"""INSERT INTO moderation_logs (guild_id, number, action, user_id, moderator_id, key)
        VALUES ({GUILD}, 6, 'ban', {ALICE}, 5, 'forged')"""),
    *_events(
        1, 2,
        "kind = 'noted'", "actor_id = 5", "details = '{}'", """details = '{"reason": ["Spam", "Scam"]}'""",
        "created_at = created_at - interval '1 day'", "salt = 'x'", "salt = NULL", "case_digest = 'x'", "seal = 'x'",
        "salt = NULL, details = '{}'",
    ),
    *_events(2, 2, "number = 2"),
    *_events(1, 3, "text = NULL", "text = 'x'", f"text = (SELECT text FROM case_events WHERE {HERE} AND position = 8)"),
    Edit(Wrong.ORDER, 2, f"UPDATE case_events SET digest = 'x' WHERE {HERE} AND position = 6"),
    *_events(5, 11, "actor_id = 5", """details = '{"a": 1}'""", "salt = 'x'", "kind = 'voided'", "seal = 'x'"),
    Edit(Wrong.EVENT, 5, f"UPDATE case_events SET salt = NULL WHERE {HERE} AND position = 13"),
    Edit(Wrong.EVENT, 5, f"UPDATE case_events SET details = '{{}}' WHERE {HERE} AND position = 13"),
    Edit(Wrong.EVENT, 1, _swapped("case_events", "position", _ALL_OF_AN_EVENT)),
    *(Edit(Wrong.MISSING, None, f"DELETE FROM case_events WHERE {HERE} AND position = {at}") for at in (1, 2, 3, 6, 9)),
    Edit(Wrong.CASE, 1, f"DELETE FROM case_events WHERE {HERE} AND position = 4"),
    Edit(Wrong.CASE, 4, f"DELETE FROM case_events WHERE {HERE} AND position > 9"),  # the end cut off
    Edit(Wrong.EVENT, 5, f"DELETE FROM case_events WHERE {HERE} AND position = 13"),
    Edit(Wrong.END, None, _LATE),
    Edit(Wrong.END, None, f"{_LATE}; UPDATE case_chains SET length = 8, newest_case = 3, {_NEW_END} WHERE {HERE}"),
    Edit(Wrong.EVENT, 4, f"""WITH late AS (  -- the end written anew by someone without the key
            UPDATE case_events SET details = '{{}}', seal = sha256('x'), digest = sha256(
                (SELECT digest FROM case_events WHERE {HERE} AND position = 8) || sha256('x'))
             WHERE {HERE} AND position = 9 RETURNING digest)
        UPDATE case_chains SET length = 9, head = (SELECT digest FROM late) WHERE {HERE}"""),
    *_ends("mac = 'x'", "head = 'x'", "length = 12", "newest_case = 4", "newest_case = 99",
           f"mac = (SELECT mac FROM case_chains WHERE guild_id = {OTHER_GUILD})"),
    Edit(Wrong.END, None, f"DELETE FROM case_chains WHERE {HERE}"),
    *_files("filename = 'x'", "filename = NULL", "content_type = ''", "size = 6", "sha256 = 'x'", "sha256 = NULL",
            "channel_id = 5", "message_id = NULL", "added_by = 5", "created_at = now()", "number = 2"),
    Edit(Wrong.CASE, 1, f"DELETE FROM case_evidence WHERE {HERE}"),
    *(Edit(wrong, number, f"""INSERT INTO case_evidence (guild_id, number, added_by, size, sha256)
        VALUES ({GUILD}, {number}, 5, 1, 'x')""") for wrong, number in ((Wrong.CASE, 2), (Wrong.STRAY, 77))),
]  # fmt: skip


async def test_every_change_behind_our_back_is_found_and_named() -> None:
    await _history()
    before = {table: (await rows(_KEPT.format(table)))[0]["lines"] for table in TABLES}
    assert await _first() is None
    unnoticed = []
    for edit in EDITS:
        for statement in edit.sql.split(";"):
            await rows(statement)
        if (found := await _first()) != (edit.wrong, edit.number):
            unnoticed.append((found, edit))
        for table, lines in before.items():
            await rows(f"DELETE FROM {table}")
            await rows(f"INSERT INTO {table} SELECT * FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb)", lines)
    assert unnoticed == []
    assert await _first() is None
    assert len(EDITS) > 80


async def test_a_change_is_not_hidden_by_what_is_recorded_after_it() -> None:
    await _history()
    await rows(f"UPDATE moderation_logs SET reason = 'Nothing' WHERE {HERE} AND number = 1")
    await rows(f"UPDATE case_chains SET newest_case = 50 WHERE {HERE}")
    await cases.void(GUILD, STAFF, 1, "Why not")
    found = (await verification.verify(GUILD)).findings
    assert [(finding.wrong, finding.number) for finding in found] == [(Wrong.CASE, 1), (Wrong.END, None)]


async def test_an_erasure_hides_no_change_made_before_it() -> None:
    await _history()
    await rows(f"UPDATE case_events SET actor_id = 5 WHERE {HERE} AND position = 6")
    await erasing.STEPS["cases"].run(Erased(2, BOB))
    found = (await verification.verify(GUILD)).findings
    assert [(finding.wrong, finding.number) for finding in found] == [(Wrong.EVENT, 2)]


async def test_texts_encrypted_anew_are_the_same_texts() -> None:
    await _history()
    vault.use({"newer": b"n" * 32, "test": b"k" * 32})
    assert await vault.renew(MODERATION.sealed) == 3  # two notes and a file's name; the third note was erased
    vault.use({"newer": b"n" * 32})
    assert (await verification.verify(GUILD)).sound


async def test_a_server_without_cases_is_in_order() -> None:
    assert (await verification.verify(GUILD)).sound


async def _first() -> tuple[Wrong, int | None] | None:
    found = (await verification.verify(GUILD)).findings
    return (found[0].wrong, found[0].number) if found else None


_KEPT = "SELECT coalesce(jsonb_agg(to_jsonb(line)), '[]')::text AS lines FROM {} line"
