"""A case is numbered once, changes in one transaction with its event and its log line, and says what it was."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import pytest

from models.moderation import CaseKind, CaseState, NoticeState
from services.core import audit
from services.core.durations import UnclearDuration
from services.core.errors import Conflict, NotFound
from services.core.transactions import rows, transaction
from services.moderation import cases, notes
from services.moderation.case import Order
from tests.support.bot import ALICE, BOB, GUILD, MANAGER, OTHER_GUILD
from tests.support.cases import STAFF, opened

pytestmark = pytest.mark.usefixtures("database")


async def test_cases_opened_at_once_are_numbered_without_gaps_in_each_server() -> None:
    await asyncio.gather(*(opened(guild_id=guild_id) for guild_id in (GUILD, OTHER_GUILD) * 8))
    for guild_id in (GUILD, OTHER_GUILD):
        found = await rows("SELECT number FROM moderation_logs WHERE guild_id = $1 ORDER BY number", guild_id)
        assert [row["number"] for row in found] == [*range(1, 9)]


async def test_the_same_cause_twice_at_once_opens_one_case() -> None:
    order = Order(action=CaseKind.BAN, user_id=ALICE)
    made = await asyncio.gather(*(cases.open_case(GUILD, STAFF, order, key="click") for _ in range(4)))
    assert {opening.case.number for opening in made} == {1}
    assert [opening.new for opening in made].count(True) == 1
    assert await rows("SELECT FROM case_events") == [{}]


async def test_a_case_that_is_rolled_back_leaves_its_number_to_the_next() -> None:
    async def fail() -> None:
        async with transaction():
            await opened()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert (await opened()).number == 1


async def test_what_is_settled_is_in_the_log_once_with_case_reason_and_end() -> None:
    case = await opened(CaseKind.BAN, state=CaseState.PENDING, reason="Spam", duration=3600, notify=True)
    assert (case.notice, await audit.page(GUILD)) == (NoticeState.WAITING, [])
    done = await cases.settle(case, state=CaseState.ACTIVE, details={"until": 5}, notice=NoticeState.SENT)
    assert (done.state, done.notice, done.details) == (CaseState.ACTIVE, NoticeState.SENT, {"until": 5})
    again = await cases.settle(case, state=CaseState.ENDED)
    assert again == done
    (event,) = await audit.page(GUILD)
    assert (event.action, event.actor_id, event.target) == ("moderation.ban", MANAGER, str(ALICE))
    assert event.details["case"] == case.number
    assert event.details["reason"] == "Spam"
    assert datetime.fromisoformat(event.details["until"]) == case.created_at + timedelta(hours=1)


async def test_a_refused_case_says_why_and_is_not_settled_afterwards() -> None:
    case = await opened(CaseKind.BAN, state=CaseState.PENDING)
    failed = await cases.fail(case, "50013: Missing Permissions" + "!" * 500)
    assert (failed.state, failed.failure and failed.failure[:5], failed.ended_at) == (CaseState.FAILED, "50013", None)
    assert (await cases.settle(case, state=CaseState.ACTIVE)).state is CaseState.FAILED
    assert [event.action for event in await audit.page(GUILD)] == ["moderation.failed"]


async def test_an_ended_case_ends_once() -> None:
    case = await opened(CaseKind.BAN, duration=60)
    ended = await cases.end(case, 0, "time")
    assert ended.state is CaseState.ENDED
    assert await cases.end(case, 0, "hand") == ended


async def test_a_new_reason_keeps_the_old_one_in_the_history() -> None:
    case = await opened(reason="Spam")
    changed = await cases.edit_reason(GUILD, STAFF, case.number, "Advertising")
    assert changed.reason == "Advertising"
    assert await cases.edit_reason(GUILD, STAFF, case.number, "Advertising") == changed
    (event,) = await rows("SELECT details FROM case_events WHERE kind = 'edited'")
    assert event["details"] == '{"reason": ["Spam", "Advertising"]}'


async def test_an_end_can_be_moved_while_a_case_is_in_force_only() -> None:
    case = await opened(CaseKind.BAN, duration=60)
    longer = await cases.change_duration(GUILD, STAFF, case.number, 86_400)
    assert (longer.duration, longer.expires_at) == (86_400, case.created_at + timedelta(days=1))
    forever = await cases.change_duration(GUILD, STAFF, case.number, None)
    assert (forever.expires_at, forever.duration) == (None, None)
    await cases.end(forever, MANAGER, "hand")
    with pytest.raises(Conflict):
        await cases.change_duration(GUILD, STAFF, case.number, 60)


async def test_a_timeout_cannot_be_made_permanent() -> None:
    case = await opened(CaseKind.TIMEOUT, duration=60)
    with pytest.raises(UnclearDuration):
        await cases.change_duration(GUILD, STAFF, case.number, None)
    assert await cases.get(GUILD, case.number) == case


async def test_a_note_has_no_end_to_move() -> None:
    case = await opened(CaseKind.NOTE, reason="Is new")
    with pytest.raises(Conflict):
        await cases.change_duration(GUILD, STAFF, case.number, 60)


async def test_a_case_that_ended_while_it_was_void_is_reopened_as_ended() -> None:
    case = await opened(duration=60)
    await cases.void(GUILD, STAFF, case.number, "A mistake")
    ended = await cases.end(case, 0, "time")
    assert (ended.state, ended.ended_at is not None) == (CaseState.VOIDED, True)
    assert await cases.end(case, 0, "time") == ended
    assert (await cases.reopen(GUILD, STAFF, case.number)).state is CaseState.ENDED


@pytest.mark.parametrize("before", [CaseState.ACTIVE, CaseState.ENDED, CaseState.FAILED])
async def test_a_voided_case_is_reopened_as_what_it_was(before: CaseState) -> None:
    case = await opened(CaseKind.BAN, state=CaseState.PENDING)
    if before is CaseState.FAILED:
        await cases.fail(case, "50013")
    else:
        await cases.settle(case, state=before)
    assert (await cases.void(GUILD, STAFF, case.number, "A mistake")).state is CaseState.VOIDED
    with pytest.raises(Conflict):
        await cases.void(GUILD, STAFF, case.number, "Again")
    assert (await cases.reopen(GUILD, STAFF, case.number)).state is before
    with pytest.raises(Conflict):
        await cases.reopen(GUILD, STAFF, case.number)


async def test_a_case_that_is_being_carried_out_cannot_be_voided() -> None:
    case = await opened(CaseKind.BAN, state=CaseState.PENDING)
    with pytest.raises(Conflict):
        await cases.void(GUILD, STAFF, case.number, "A mistake")


async def test_a_case_of_another_server_does_not_exist_here() -> None:
    case = await opened(guild_id=OTHER_GUILD)
    for change in (
        cases.get(GUILD, case.number),
        cases.edit_reason(GUILD, STAFF, case.number, "Mine now"),
        cases.void(GUILD, STAFF, case.number, "Mine now"),
        notes.add(GUILD, STAFF, case.number, "Mine now"),
    ):
        with pytest.raises(NotFound):
            await change


async def test_a_note_is_read_by_staff_and_from_no_table() -> None:
    case = await opened(CaseKind.NOTE, state=CaseState.ENDED, user_id=BOB, reason="Watch him")
    await notes.add(GUILD, STAFF, case.number, "Nothing so far")
    assert [note.text for note in await notes.of(GUILD, case.number)] == ["Watch him", "Nothing so far"]
    everything = [
        row["text"]
        for table in ("moderation_logs", "case_events", "audit_log")
        for row in await rows(f"SELECT one::text AS text FROM {table} one")
    ]
    assert everything
    assert not [text for text in everything if "Watch" in text or "Nothing" in text]
    with pytest.raises(Conflict):
        await cases.edit_reason(GUILD, STAFF, case.number, "Nothing to see")
