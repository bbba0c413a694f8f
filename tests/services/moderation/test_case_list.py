"""Cases are found by member, moderator, kind, state, time and words, page by page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.moderation import CaseKind, CaseState
from services.core import clock
from services.core.transactions import rows
from services.moderation import case_list, cases, notes
from services.moderation.case_list import CaseFilter
from tests.support.bot import ALICE, BOB, GUILD, MANAGER, OTHER_GUILD
from tests.support.cases import STAFF, opened

pytestmark = pytest.mark.usefixtures("database")


async def _found(**wanted: Any) -> list[int]:
    return [case.number for case in await case_list.page(GUILD, CaseFilter(**wanted))]


async def test_pages_follow_each_other_without_gap_or_repeat_while_cases_are_added() -> None:
    for _ in range(5):
        await opened()
    await opened(guild_id=OTHER_GUILD)
    first = await case_list.page(GUILD, CaseFilter(), limit=2)
    await opened()
    second = await case_list.page(GUILD, CaseFilter(), before=first[-1].number, limit=10)
    assert [case.number for case in [*first, *second]] == [5, 4, 3, 2, 1]


async def test_each_filter_finds_its_cases_alone_and_together() -> None:
    await opened(user_id=BOB, reason="Spam in #general")
    await opened(CaseKind.BAN, reason="Advertising a shop")
    await opened(CaseKind.BAN, user_id=BOB, by=STAFF._replace(id=BOB), state=CaseState.PENDING, reason="spammer")
    assert await _found(member_id=BOB) == [3, 1]
    assert await _found(moderator_id=MANAGER) == [2, 1]
    assert await _found(action=CaseKind.BAN) == [3, 2]
    assert await _found(state=CaseState.PENDING) == [3]
    assert await _found(since=clock.now() + timedelta(minutes=1)) == []
    assert await _found(text="SPAM") == [3, 1]
    assert await _found(text="spam gen") == [1]
    assert await _found(text="spam", member_id=BOB, action=CaseKind.BAN) == [3]


@pytest.mark.parametrize("typed", ["'", "\\", "!!!", "a:* | b", "_", "x" * 5000, "%", "ab' & 'c", "\U0001f6a8"])
async def test_whatever_is_searched_for_is_looked_up_as_words(typed: str) -> None:
    await opened(reason="Something else")
    assert await _found(text=typed) == []


async def test_a_number_is_suggested_by_its_beginning() -> None:
    for _ in range(12):
        await opened()
    assert [case.number for case in await case_list.suggested(GUILD, "1")] == [12, 11, 10, 1]
    assert [case.number for case in await case_list.suggested(GUILD, "", limit=2)] == [12, 11]
    for typed in ("x", "-1", "99999999999999999999", "１"):
        assert await case_list.suggested(GUILD, typed) == []


async def test_a_warning_counts_until_it_expires_or_is_voided() -> None:
    lasting, expired = await opened(reason="Stays"), await opened(duration=60)
    voided = await opened()
    await cases.void(GUILD, STAFF, voided.number, "A mistake")
    await rows("UPDATE moderation_logs SET expires_at = now() WHERE number = $1", expired.number)
    await opened(CaseKind.BAN)
    await opened(user_id=BOB)
    assert [case.number for case in await case_list.active_warnings(GUILD, ALICE)] == [lasting.number]


async def test_a_history_counts_what_happened_and_nothing_that_failed() -> None:
    await opened(CaseKind.NOTE, state=CaseState.ENDED, reason="A word")
    warning = await opened()
    await notes.add(GUILD, STAFF, warning.number, "Another word")
    await cases.fail(await opened(CaseKind.BAN, state=CaseState.PENDING), "50013")
    await opened(guild_id=OTHER_GUILD)
    found = await case_list.history(GUILD, ALICE)
    assert found.counts == {CaseKind.NOTE: 1, CaseKind.WARN: 1}
    assert [case.number for case in found.warnings] == [2]
    assert [case.number for case in found.newest] == [3, 2, 1]
    assert found.notes == 2
