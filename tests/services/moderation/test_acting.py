"""Carrying out a case: message, call, settled case, each exactly once whatever gets lost in between."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from locales import render
from models.moderation import CaseKind, CaseState, NoticeState
from playground.client.acting import Play
from playground.world.cast import ALICE, BOB, CARMEN, HARBOUR, MANAGER, OWNER, PRIVATE, SAILOR
from playground.world.entities import Member
from services import settings
from services.core import languages
from services.core.errors import Conflict
from services.core.transactions import rows
from services.core.worker import NotYet
from services.moderation import failures, notices, punishments
from services.moderation.case import Case, Order
from services.settings import Source
from tests.support.acting import (
    STAFF,
    Line,
    acting_here,
    attempt,
    carried_out,
    done_by_the_bot,
    harbour,
    jobs_of,
    messages_to,
    now,
    order,
    survived,
)
from tests.support.waiting import until

KICK, BAN, UNBAN, MEMBER, ROLES = 20, 22, 23, 24, 25  # Discord: Audit Log Events
DAY = 86_400


async def test_a_ban_is_announced_then_made_then_settled(play: Play) -> None:
    async with acting_here():
        wish = Order(action=CaseKind.BAN, user_id=ALICE, reason="Spam · in #market", duration=DAY, notify=True)
        first = await punishments.order(HARBOUR, STAFF, wish, key="one click")
        again = await punishments.order(HARBOUR, STAFF, wish, key="one click")
        case = await punishments.settled(HARBOUR, first.number, 30)
    assert (first.state, again.number) == (CaseState.PENDING, first.number)
    assert (case.state, case.notice, case.failure) == (CaseState.ACTIVE, NoticeState.SENT, None)
    (message,) = messages_to(play, ALICE)
    assert message.startswith("You will be banned from **The Harbour**.\n> Spam · in \\#market\nUntil: <t:")
    assert message.endswith(f"Case #{case.number}")
    (reason,) = done_by_the_bot(play, BAN, ALICE)
    assert f"{STAFF.id} · case #{case.number} · until " in reason
    assert reason.endswith(" UTC · Spam · in #market")
    assert case.details == {"ban_case": case.number}
    assert await jobs_of(case) == [f"lift:{case.number}"]


async def test_who_is_warned_or_timed_out_hears_of_it_in_their_language_and_in_the_servers_words(play: Play) -> None:
    await languages.choose_for_member(CARMEN, "carmen", "es-ES")
    warned = await carried_out(await order(CaseKind.WARN, CARMEN, reason="Flooding", notify=True))
    words = "{member}: quiet in {server} until {until}, {case} {unknown}"
    await settings.save(HARBOUR, MANAGER, {"moderation.text_timeout": words}, source=Source.COMMAND)
    timed_out = await carried_out(
        await order(CaseKind.TIMEOUT, CARMEN, reason="Flooding {case}", notify=True, duration=600)
    )
    first, second = messages_to(play, CARMEN)
    assert first == f"Recibiste una advertencia en **The Harbour**.\n> Flooding\nCaso #{warned.number}"
    assert timed_out.expires_at is not None
    until = f"<t:{int(timed_out.expires_at.timestamp())}:f>"
    words = f"<@{CARMEN}>: quiet in The Harbour until {until}, #{timed_out.number} {{unknown}}"
    assert second == f"{words}\n> Flooding {{case}}"


KINDS: list[tuple[CaseKind, dict[str, Any], int]] = [
    (CaseKind.BAN, {}, BAN),
    (CaseKind.KICK, {}, KICK),
    (CaseKind.SOFTBAN, {}, BAN),
    (CaseKind.TIMEOUT, {"duration": 600}, MEMBER),
    (CaseKind.NICK, {"details": {"nick": "Captain Bob"}}, MEMBER),
    (CaseKind.ROLE, {"role_id": SAILOR, "details": {"give": True}}, ROLES),
    (CaseKind.ROLE, {"role_id": SAILOR, "details": {"give": False}}, ROLES),
]


@pytest.mark.parametrize(("kind", "more", "entry"), KINDS)
async def test_a_call_whose_response_was_lost_is_not_made_again(
    play: Play, kind: CaseKind, more: dict[str, Any], entry: int
) -> None:
    give = more.get("details", {}) == {"give": True}
    harbour(play).members[BOB].role_ids = [] if give else [SAILOR]
    case = await order(kind, BOB, **more)
    line = Line(lost=1)
    with pytest.raises(NotYet):
        await attempt(case, line)
    case = await attempt(case, line)
    assert case.state is (CaseState.ENDED if kind in (CaseKind.KICK, CaseKind.SOFTBAN) else CaseState.ACTIVE)
    assert len(done_by_the_bot(play, entry, BOB)) == 1
    assert (BOB in harbour(play).bans) is (kind is CaseKind.BAN)


async def test_what_takes_a_punishment_back_is_not_done_twice_either_and_ends_its_case(play: Play) -> None:
    ban = await carried_out(await order(CaseKind.BAN, BOB, duration=DAY))
    timeout = await carried_out(await order(CaseKind.TIMEOUT, ALICE, duration=DAY))
    for punished, kind in ((ban, CaseKind.UNBAN), (timeout, CaseKind.UNTIMEOUT)):
        assert punished.user_id is not None
        case = await order(kind, punished.user_id)
        line = Line(lost=1)
        with pytest.raises(NotYet):
            await attempt(case, line)
        assert (await attempt(case, line)).state is CaseState.ENDED
        states = await rows("SELECT state FROM moderation_logs WHERE number = $1", punished.number)
        assert [row["state"] for row in states] == ["ended"]
        assert await jobs_of(punished) == []
    assert len(done_by_the_bot(play, UNBAN, BOB)) == 1
    assert len(done_by_the_bot(play, MEMBER, ALICE)) == 2
    assert harbour(play).members[ALICE].timed_out_until is None


async def test_a_final_refusal_fails_the_case_and_takes_back_the_message(play: Play) -> None:
    case = await carried_out(await order(CaseKind.BAN, OWNER, notify=True))
    assert (case.state, case.notice) == (CaseState.FAILED, NoticeState.CORRECTED)
    assert case.failure == "403/50013 Missing Permissions"
    why = failures.why(case)
    assert why is not None
    assert render(why, "en-US") == "I'm missing a permission for that, or my role isn't above theirs."
    assert messages_to(play, OWNER)[1:] == ["My last message was wrong: nothing was done in **The Harbour**."]
    (entry,) = await rows("SELECT details FROM audit_log WHERE action = 'moderation.failed'")
    assert "50013" in entry["details"]


async def test_a_timeout_that_was_refused_is_never_announced(play: Play) -> None:
    case = await carried_out(await order(CaseKind.TIMEOUT, OWNER, duration=60, notify=True))
    assert (case.state, case.notice) == (CaseState.FAILED, NoticeState.NONE)
    assert messages_to(play, OWNER) == []


async def test_a_message_that_was_not_delivered_can_be_sent_again(play: Play) -> None:
    async with acting_here():
        wish = Order(action=CaseKind.WARN, user_id=PRIVATE, reason="Flooding", notify=True)
        number = (await punishments.order(HARBOUR, STAFF, wish, key="warn")).number
        case = await punishments.settled(HARBOUR, number, 30)
    assert (case.state, case.notice) == (CaseState.ACTIVE, NoticeState.CLOSED)
    play.world.users[PRIVATE].takes_dms = True
    await notices.resend(HARBOUR, STAFF, number)
    await until(partial(_was_told, case))
    assert len(messages_to(play, PRIVATE)) == 1
    with pytest.raises(Conflict, match="no message to send"):  # an old button, pressed again
        await notices.resend(HARBOUR, STAFF, number)


async def test_a_message_whose_words_become_too_long_is_cut_and_arrives(play: Play) -> None:
    await settings.save(HARBOUR, MANAGER, {"moderation.text_warn": "{reason}" * 60}, source=Source.COMMAND)
    case = await carried_out(await order(CaseKind.WARN, BOB, reason="Spam " * 100, notify=True))
    assert case.notice is NoticeState.SENT
    assert [len(message) for message in messages_to(play, BOB)] == [2000]


async def test_a_silent_discord_fails_a_case_after_ten_minutes_and_only_after_a_last_look(play: Play) -> None:
    case = await order(CaseKind.KICK, BOB)
    silent = Line(silent=True)
    with pytest.raises(NotYet):
        await attempt(case, silent)
    await _opened_earlier(case.number, timedelta(minutes=11))
    with pytest.raises(NotYet):
        await attempt(case, silent)  # nobody can say whether it happened
    case = await attempt(case, Line())
    assert (case.state, case.failure) == (CaseState.FAILED, failures.NO_ANSWER)
    assert BOB in harbour(play).members


async def test_a_case_that_was_done_all_the_same_does_not_fail(play: Play) -> None:
    case = await order(CaseKind.KICK, BOB)
    with pytest.raises(NotYet):
        await attempt(case, Line(lost=1))
    await _opened_earlier(case.number, timedelta(minutes=11))
    assert (await attempt(case)).state is CaseState.ENDED
    assert len(done_by_the_bot(play, KICK, BOB)) == 1


async def test_nobody_hears_of_a_ban_that_comes_too_late(play: Play) -> None:
    case = await order(CaseKind.BAN, BOB, notify=True)
    await _opened_earlier(case.number, timedelta(minutes=11))
    assert (await attempt(case)).state is CaseState.FAILED
    assert messages_to(play, BOB) == []
    assert BOB in harbour(play).members


async def test_a_late_punishment_needs_a_moderator_who_may_still_order_it(play: Play) -> None:
    waiting, done, begun = [await order(CaseKind.BAN, user, notify=True) for user in (BOB, ALICE, CARMEN)]
    harbour(play).members[MANAGER].role_ids = []
    for case, line in ((done, Line(lost=1)), (begun, Line(silent=True))):
        with pytest.raises(NotYet):
            await attempt(case, line)
    for case in (waiting, done, begun):
        await _opened_earlier(case.number, timedelta(minutes=2))
    assert (await attempt(done)).state is CaseState.ACTIVE
    for case in (waiting, begun):
        late = await attempt(case)
        assert (late.state, late.failure) == (CaseState.FAILED, failures.NOT_ALLOWED)
    assert (messages_to(play, BOB), list(harbour(play).bans)) == ([], [ALICE])


async def test_a_process_that_dies_between_any_two_steps_bans_and_tells_once(play: Play) -> None:
    fatal, lived = 0, False
    while not lived:
        fatal += 1
        messages, bans = len(messages_to(play, BOB)), len(done_by_the_bot(play, BAN, BOB))
        case = await order(CaseKind.BAN, BOB, duration=DAY, notify=True)
        lived = await survived(case, fatal)
        case = await now(case) if lived else await carried_out(case)
        assert (case.state, case.notice) == (CaseState.ACTIVE, NoticeState.SENT), fatal
        assert len(messages_to(play, BOB)) == messages + 1, fatal
        assert len(done_by_the_bot(play, BAN, BOB)) == bans + 1, fatal
        assert await jobs_of(case) == [f"lift:{case.number}"], fatal
        del harbour(play).bans[BOB]
        harbour(play).members[BOB] = Member(BOB, case.created_at)
    assert fatal > 15


async def test_a_process_that_dies_over_a_refusal_takes_the_message_back_once(play: Play) -> None:
    for fatal in (17, 20, 23):  # from the refusal on
        told = len(messages_to(play, OWNER))
        case = await order(CaseKind.BAN, OWNER, notify=True)
        lived = await survived(case, fatal)
        case = await now(case) if lived else await carried_out(case)
        assert (case.state, case.notice) == (CaseState.FAILED, NoticeState.CORRECTED), fatal
        assert len(messages_to(play, OWNER)) == told + 2, fatal


async def test_settled_also_sees_what_another_process_did(play: Play) -> None:
    case = await order(CaseKind.KICK, BOB)
    assert (await punishments.settled(HARBOUR, case.number, 0.01)).state is CaseState.PENDING
    await carried_out(case)
    assert (await punishments.settled(HARBOUR, case.number, 30)).state is CaseState.ENDED


async def _was_told(case: Case) -> bool:
    return (await now(case)).notice is NoticeState.SENT


async def _opened_earlier(number: int, ago: timedelta) -> None:
    await rows("UPDATE moderation_logs SET created_at = created_at - $2::interval WHERE number = $1", number, ago)
