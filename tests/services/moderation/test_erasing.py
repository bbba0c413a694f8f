"""Who is erased is in no case any more, but a warning stays, and the chain is sound."""

from __future__ import annotations

from hashlib import sha256

import orjson
import pytest

from models.moderation import CaseKind, CaseState
from services.core.erasure_steps import Erased
from services.core.transactions import rows
from services.moderation import case_list, cases, erasing, evidence, notes, verification
from services.moderation.evidence import Copy
from tests.support.bot import ALICE, BOB, CAROL, GUILD, MANAGER, OTHER_GUILD
from tests.support.cases import STAFF, opened

pytestmark = pytest.mark.usefixtures("database")

FILE = Copy("proof.png", "image/png", 5, sha256(b"proof").digest(), 70, 80)


async def _erase(user_id: int) -> None:
    await erasing.STEPS["cases"].run(Erased(1, user_id))


async def _everything() -> str:
    tables = ("moderation_logs", "case_events", "case_evidence")
    found = [row["text"] for table in tables for row in await rows(f"SELECT one::text AS text FROM {table} one")]
    return "\n".join(found)


async def test_texts_and_evidence_about_a_person_go_and_the_warning_stays() -> None:
    case = await opened(reason="A word only she gave cause for", details={"before": "her nickname"})
    await opened(user_id=BOB, reason=f"Quarrelled with <@{ALICE}>", key=f"warn:{ALICE}")
    await cases.edit_reason(GUILD, STAFF, case.number, "Another word")
    await notes.add(GUILD, STAFF, case.number, "A private word")
    await evidence.attach(GUILD, STAFF, case.number, [FILE])
    await _erase(ALICE)
    left = await _everything()
    for trace in (str(ALICE), "word", "nickname", FILE.sha256.hex()):
        assert trace not in left, trace
    assert [case.number for case in await case_list.active_warnings(GUILD, ALICE)] == [1]
    assert [case.number for case in (await case_list.history(GUILD, ALICE)).newest] == [1]
    assert await case_list.active_warnings(OTHER_GUILD, ALICE) == []
    assert await notes.of(GUILD, case.number) == []
    assert (await cases.get(GUILD, 2)).reason == "Quarrelled with <@0>"
    assert (await verification.verify(GUILD)).sound


async def test_the_copy_in_the_log_channel_is_deleted_by_a_job_that_names_nobody() -> None:
    case = await opened()
    await evidence.attach(GUILD, STAFF, case.number, [FILE])
    await _erase(ALICE)
    (job,) = await rows("SELECT kind, guild_id, payload FROM jobs")
    assert (job["kind"], job["guild_id"]) == (erasing.FORGET_COPY, GUILD)
    assert orjson.loads(job["payload"]) == {"channel_id": 70, "message_id": 80}


async def test_an_erased_moderator_becomes_nobody_and_their_cases_stay_as_they_are() -> None:
    case = await opened(reason="Spam")
    await notes.add(GUILD, STAFF, case.number, "A private word")
    await evidence.attach(GUILD, STAFF, case.number, [FILE])
    await opened(behalf_of_id=MANAGER, by=STAFF._replace(id=BOB))
    await _erase(MANAGER)
    assert str(MANAGER) not in await _everything()
    found = await cases.get(GUILD, case.number)
    assert (found.moderator_id, found.reason, found.user_id) == (-1, "Spam", ALICE)
    assert [(note.author_id, note.text) for note in await notes.of(GUILD, case.number)] == [(-1, "A private word")]
    (file,) = await evidence.of(GUILD, case.number)
    assert (file.added_by, file.filename) == (-1, "proof.png")
    assert (await verification.verify(GUILD)).sound


async def test_a_timer_still_knows_whom_it_is_about_and_forgets_them_when_it_ends() -> None:
    timed = await opened(CaseKind.BAN, duration=60, details={"until": 5})
    lasting = await opened(CaseKind.BAN)
    await _erase(ALICE)
    kept, gone = await cases.get(GUILD, timed.number), await cases.get(GUILD, lasting.number)
    assert (kept.user_id, await cases.member_of(kept), kept.details) == (None, ALICE, {"until": 5})
    assert await cases.member_of(gone) is None
    ended = await cases.end(kept, 0, "time")
    assert (await cases.member_of(ended), ended.details) == (None, {})
    assert (await verification.verify(GUILD)).sound


async def test_member_and_moderator_are_erased_one_after_the_other_and_again() -> None:
    await opened(reason="Spam")
    await opened(CaseKind.BAN, user_id=CAROL, state=CaseState.PENDING)
    for user_id in (MANAGER, ALICE, CAROL, ALICE):
        await _erase(user_id)
        assert (await verification.verify(GUILD)).sound
    (erasures,) = await rows("SELECT count(*) AS events FROM case_events WHERE kind = 'erased'")
    assert erasures["events"] == 4  # nothing is left of ALICE to be erased once more
