"""Timers: what a case did is lifted in time, never too early, and never if it is somebody else's."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from discord_api.errors import Unavailable
from models.moderation import CaseKind, CaseState
from playground.client.acting import Play
from playground.world.cast import BOB, BOT_ROLE, HARBOUR, MANAGER, SAILOR
from services.core import clock
from services.core.errors import Conflict
from services.core.transactions import rows
from services.core.worker import NotYet
from services.moderation import cases, failures, lifting, punishments, timers
from services.moderation.case import Case
from services.privacy import erasure
from tests.support.acting import (
    STAFF,
    Line,
    carried_out,
    claimed,
    done_by_the_bot,
    harbour,
    has_ended,
    jobs_of,
    now,
    order,
)
from tests.support.waiting import until

UNBAN, MEMBER, ROLES = 23, 24, 25  # Discord: Audit Log Events
DAY = 86_400


class Unliftable(Line):
    """A Discord that refuses to lift bans for now."""

    async def request(self, method: str, template: str, *args: Any, **options: Any) -> Any:
        if method == "DELETE":
            raise Unavailable("not now")
        return await super().request(method, template, *args, **options)


async def ban(seconds: int | None = DAY) -> Case:
    return await carried_out(await order(CaseKind.BAN, BOB, duration=seconds, reason="Spam"))


async def over(case: Case, ago: timedelta = timedelta(seconds=1)) -> None:
    """The case's time is over."""
    await rows("UPDATE moderation_logs SET expires_at = $2 WHERE number = $1", case.number, clock.now() - ago)


async def lift(case: Case) -> Case:
    """The case after one attempt of its timer, which raises what the job raises."""
    await lifting.lift(await claimed(f"lift:{case.number}"))
    return await now(case)


async def erase(user_id: int) -> None:
    """Let the worker erase a person, as they wished more than a day ago."""
    wish = await erasure.request(user_id, now=clock.now() - timedelta(hours=25))
    await until(lambda: rows("SELECT FROM erasures WHERE id = $1 AND done_at IS NOT NULL", wish.id))


def _ends(play: Play, case: Case) -> bool:
    """Whether a timeout ends in Discord when its case does."""
    end = harbour(play).members[BOB].timed_out_until
    return end is not None and case.expires_at is not None and abs(end - case.expires_at) < timedelta(seconds=2)


async def ends(case: Case) -> list[tuple[str, str]]:
    """How a case ended, from its events."""
    found = await rows(
        "SELECT kind, details->>'why' AS why FROM case_events WHERE number = $1 AND kind = 'ended'", case.number
    )
    return [(row["kind"], row["why"]) for row in found]


async def test_a_temporary_ban_is_lifted_when_its_time_is_over_and_not_before(play: Play) -> None:
    case = await ban()
    with pytest.raises(NotYet) as early:
        await lift(case)
    assert DAY - 60 < early.value.pause <= DAY
    await over(case)
    assert (await lift(case)).state is CaseState.ENDED
    assert BOB not in harbour(play).bans
    (reason,) = done_by_the_bot(play, UNBAN, BOB)
    assert f"case #{case.number}" in reason
    assert (await ends(case), await jobs_of(case)) == ([("ended", "time")], [])


async def test_what_could_only_be_lifted_long_after_is_marked_as_late(play: Play) -> None:
    case = await ban()
    await over(case, timedelta(hours=2))
    await lift(case)
    assert await ends(case) == [("ended", "late")]
    assert BOB not in harbour(play).bans


async def test_a_permanent_ban_by_hand_is_not_lifted_by_an_old_temporary_one(play: Play) -> None:
    case = await ban()
    harbour(play).bans[BOB] = "banned for good by a person"
    await over(case)
    assert (await lift(case)).state is CaseState.ENDED
    assert harbour(play).bans[BOB] == "banned for good by a person"
    assert await ends(case) == [("ended", "replaced")]


async def test_a_ban_by_hand_cannot_be_made_temporary_and_is_never_lifted(play: Play) -> None:
    bans = harbour(play).bans
    bans[BOB] = "Spam"
    for kind, seconds in ((CaseKind.BAN, DAY), (CaseKind.SOFTBAN, None)):
        case = await carried_out(await order(kind, BOB, duration=seconds, reason="Spam"))
        assert (case.state, case.failure) == (CaseState.FAILED, failures.BANNED_BEFORE)
        assert await jobs_of(case) == []
    lasting = await ban(None)
    assert lasting.state is CaseState.ACTIVE
    with pytest.raises(Conflict):
        await punishments.change_duration(HARBOUR, STAFF, lasting.number, DAY)
    assert ((await now(lasting)).expires_at, bans[BOB]) == (None, "Spam")


async def test_a_temporary_ban_over_one_of_an_earlier_case_is_lifted_but_not_what_came_later(play: Play) -> None:
    bans = harbour(play).bans
    for later in (None, "", "banned by hand"):
        bans.pop(BOB, None)
        await ban(None)
        second = await ban()
        if later is not None:
            bans[BOB] = later
        await over(second)
        assert (await lift(second)).state is CaseState.ENDED
        assert bans.get(BOB) == later
        assert await ends(second) == [("ended", "time" if later is None else "replaced")]


async def test_a_later_case_takes_over_from_a_temporary_ban(play: Play) -> None:
    first = await ban()
    second = await ban(None)
    assert [(await now(case)).state for case in (first, second)] == [CaseState.ENDED, CaseState.ACTIVE]
    assert (await jobs_of(first), await jobs_of(second)) == ([], [])
    assert await ends(first) == [("ended", "replaced")]
    assert BOB in harbour(play).bans


async def test_of_two_bans_at_once_the_later_one_counts_whichever_is_settled_first(play: Play) -> None:
    first = await order(CaseKind.BAN, BOB, duration=DAY)
    second = await order(CaseKind.BAN, BOB, duration=2 * DAY)
    for case in (second, first):
        await carried_out(case)
    assert [(await now(case)).state for case in (first, second)] == [CaseState.ENDED, CaseState.ACTIVE]
    assert (await jobs_of(first), await jobs_of(second)) == ([], [f"lift:{second.number}"])
    await over(second)
    assert (await lift(second)).state is CaseState.ENDED
    assert BOB not in harbour(play).bans


async def test_a_ban_lifted_by_hand_in_discord_ends_its_case_without_a_call(play: Play) -> None:
    case = await ban()
    del harbour(play).bans[BOB]
    await over(case)
    assert (await lift(case)).state is CaseState.ENDED
    assert await ends(case) == [("ended", "by_hand")]
    assert done_by_the_bot(play, UNBAN, BOB) == []


async def test_a_lift_that_the_bot_may_not_make_is_reported_once_and_tried_until_it_may(play: Play) -> None:
    case = await ban()
    await over(case)
    role = harbour(play).roles[BOT_ROLE]
    held, role.permissions = role.permissions, role.permissions & ~role.permissions
    for _ in range(3):
        with pytest.raises(NotYet) as again:
            await lift(case)
        assert again.value.pause <= 3600
    reported = await rows("SELECT details FROM audit_log WHERE action = 'moderation.not_lifted'")
    assert len(reported) == 1
    assert "permission" in reported[0]["details"]
    assert (await now(case)).state is CaseState.ACTIVE
    role.permissions = held
    assert (await lift(case)).state is CaseState.ENDED
    assert BOB not in harbour(play).bans


async def test_timers_wait_for_a_bot_that_was_removed_and_go_on_once_it_is_back(play: Play) -> None:
    case = await ban()
    await over(case)
    bot = harbour(play).members.pop(play.world.bot.id)
    with pytest.raises(NotYet):
        await lift(case)
    assert await rows("SELECT FROM audit_log WHERE action = 'moderation.not_lifted'") == []
    await rows("UPDATE jobs SET due_at = now() + interval '1 hour', leased_by = NULL, leased_until = NULL")
    harbour(play).members[bot.user_id] = bot
    await lifting.resume({"data": {"guild": {"id": str(HARBOUR)}}})
    await until(partial(has_ended, case))
    assert BOB not in harbour(play).bans


async def test_a_timeout_longer_than_discords_longest_is_renewed_until_its_end(play: Play) -> None:
    case = await carried_out(await order(CaseKind.TIMEOUT, BOB, duration=40 * DAY))
    first = harbour(play).members[BOB].timed_out_until
    assert first is not None
    assert timedelta(days=27) < first - clock.now() < timedelta(days=28)
    (job,) = await rows("SELECT due_at FROM jobs WHERE kind = $1", timers.JOB)
    assert abs(job["due_at"] - (first - timers.EARLY)) < timedelta(seconds=2)
    await rows("UPDATE moderation_logs SET expires_at = expires_at - interval '20 days' WHERE number = $1", case.number)
    with pytest.raises(NotYet):
        await lift(case)  # as if twenty days had passed
    end = harbour(play).members[BOB].timed_out_until
    case = await now(case)
    assert end is not None
    assert case.expires_at is not None
    assert abs(end - case.expires_at) < timedelta(seconds=2)
    await over(case)
    assert (await lift(case)).state is CaseState.ENDED


async def test_a_temporary_role_is_taken_back_unless_someone_took_it_first(play: Play) -> None:
    harbour(play).members[BOB].role_ids = []
    for taken in (False, True):
        case = await carried_out(await order(CaseKind.ROLE, BOB, role_id=SAILOR, duration=DAY, details={"give": True}))
        assert harbour(play).members[BOB].role_ids == [SAILOR]
        if taken:
            harbour(play).members[BOB].role_ids = []
        await over(case)
        assert (await lift(case)).state is CaseState.ENDED
        assert harbour(play).members[BOB].role_ids == []
        assert await ends(case) == [("ended", "by_hand" if taken else "time")]
    assert len(done_by_the_bot(play, ROLES, BOB)) == 3


async def test_a_changed_duration_moves_the_timer(play: Play) -> None:
    case = await ban()
    changed = await punishments.change_duration(HARBOUR, STAFF, case.number, 2 * DAY)
    (job,) = await rows("SELECT due_at FROM jobs WHERE kind = $1", timers.JOB)
    assert job["due_at"] == changed.expires_at
    await punishments.change_duration(HARBOUR, STAFF, case.number, None)
    assert await jobs_of(case) == []
    await punishments.change_duration(HARBOUR, STAFF, case.number, DAY)
    await over(case)
    assert (await lift(case)).state is CaseState.ENDED


async def test_a_timeout_with_a_changed_duration_ends_then_in_discord_too(play: Play) -> None:
    case = await carried_out(await order(CaseKind.TIMEOUT, BOB, duration=600))
    changed = await punishments.change_duration(HARBOUR, STAFF, case.number, 3600)
    assert changed.expires_at is not None
    await until(lambda: _ends(play, changed))
    assert len(done_by_the_bot(play, MEMBER, BOB)) == 2


async def test_a_softban_whose_ban_could_not_be_lifted_is_lifted_later(play: Play) -> None:
    case = await order(CaseKind.SOFTBAN, BOB)
    banned = await carried_out(case, Unliftable())
    assert (banned.state, await jobs_of(banned)) == (CaseState.ACTIVE, [f"lift:{banned.number}"])
    await until(partial(has_ended, banned))
    assert BOB not in harbour(play).bans


async def test_a_warning_ends_by_itself_and_a_voided_ban_is_lifted_all_the_same(play: Play) -> None:
    warned = await order(CaseKind.WARN, BOB, duration=DAY)
    await over(warned)
    assert (await lift(warned)).state is CaseState.ENDED
    case = await ban()
    await cases.void(HARBOUR, STAFF, case.number, "A mistake")
    await over(case)
    assert (await lift(case)).state is CaseState.VOIDED
    assert BOB not in harbour(play).bans
    assert (await cases.reopen(HARBOUR, STAFF, case.number)).state is CaseState.ENDED


@pytest.mark.parametrize("voided", ["before", "after", "never"])
async def test_who_was_erased_is_unbanned_on_time_all_the_same(play: Play, voided: str) -> None:
    case = await ban()
    if voided == "before":
        await cases.void(HARBOUR, STAFF, case.number, "A mistake")
    for erased in (BOB, MANAGER):
        await erase(erased)
    if voided == "after":
        await cases.void(HARBOUR, STAFF, case.number, "A mistake")
    await over(case)
    lifted = await lift(case)
    assert lifted.state is (CaseState.ENDED if voided == "never" else CaseState.VOIDED)
    assert (lifted.user_id, await cases.member_of(lifted), lifted.moderator_id) == (None, None, -1)
    assert BOB not in harbour(play).bans
    (reason,) = done_by_the_bot(play, UNBAN, BOB)
    assert f"case #{case.number}" in reason
    assert str(MANAGER) not in reason


@pytest.mark.parametrize("kind", [CaseKind.BAN, CaseKind.UNBAN])
async def test_a_later_case_is_matched_with_those_from_before_an_erasure(play: Play, kind: CaseKind) -> None:
    before = await ban()
    await erase(BOB)
    await carried_out(await order(kind, BOB))
    assert await ends(before) == [("ended", "replaced" if kind is CaseKind.BAN else "by_hand")]
    assert (await jobs_of(before), (BOB in harbour(play).bans)) == ([], kind is CaseKind.BAN)
