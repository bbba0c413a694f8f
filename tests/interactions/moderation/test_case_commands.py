"""Cases as moderators read and change them in Discord, and what members see of their own."""

from __future__ import annotations

import itertools
import re

import pytest

from models.moderation import CaseKind, CaseState
from playground.client.acting import Play
from playground.world.cast import ALICE, BOB, HARBOUR, MANAGER, MODERATOR
from services.core.actors import Actor
from services.directory import hierarchy
from services.moderation import cases, notes
from services.moderation.case import Case, Order

_unused = itertools.count()


@pytest.fixture(autouse=True)
def english(play: Play) -> None:
    """The moderator reads English for once."""
    play.world.users[MODERATOR].locale = "en-US"


async def warn(reason: str = "Spam", *, user: int = ALICE, by: int = MODERATOR, days: int | None = None) -> Case:
    order = Order(action=CaseKind.WARN, user_id=user, reason=reason, duration=days * 86_400 if days else None)
    opened = await cases.open_case(HARBOUR, Actor(by, "r"), order, key=f"t{next(_unused)}", state=CaseState.ACTIVE)
    return opened.case


def numbers(content: str) -> list[int]:
    return [int(number) for number in re.findall(r"`#(\d+)`", content)]


async def test_a_case_shows_what_happened_to_it(play: Play) -> None:
    case = await warn("Posts *ads*")
    await notes.add(HARBOUR, Actor(MANAGER, "r"), case.number, "Asked twice before")
    seen = await play.slash("case view", as_=MODERATOR, number=case.number)
    assert seen.ephemeral
    assert "Warning · case #1" in seen.content
    assert "Posts \\*ads\\*" in seen.content
    assert re.search(rf"\*\*Note\*\* by <@{MANAGER}>\n> Asked twice before", seen.content)
    missing = await play.slash("case view", as_=MODERATOR, number=999)
    assert "There is no case #999" in missing.content


async def test_moderators_change_their_own_cases_and_others_need_manage_server(play: Play) -> None:
    case = await warn("Spam")
    form = await play.slash("case edit", as_=MODERATOR, number=case.number)
    saved = await play.submit(form, {"text": "Spam in #market"}, as_=MODERATOR)
    assert "Saved." in saved.content
    assert (await cases.get(HARBOUR, case.number)).reason == "Spam in #market"
    seen = await play.slash("case view", as_=MODERATOR, number=case.number)
    assert "Before: Spam" in seen.content
    theirs = await warn("Insults", by=MANAGER)
    for command in ("edit", "void", "reopen"):
        refused = await play.slash(f"case {command}", as_=MODERATOR, number=theirs.number)
        assert "Manage Server" in refused.content, command
    assert await cases.get(HARBOUR, theirs.number) == theirs
    assert "voided" in (await play.slash("case void", as_=MANAGER, number=case.number, reason="Mistake")).content
    assert "active" in (await play.slash("case reopen", as_=MANAGER, number=case.number)).content


async def test_a_note_has_no_form_to_change_what_it_says(play: Play) -> None:
    noted = await play.slash("note", as_=MODERATOR, member=ALICE, text="Talk to her first")
    assert noted.labels == ["Add a note", "History"]
    refused = await play.slash("case edit", as_=MODERATOR, number=1)
    assert "A note can't be changed" in refused.content


async def test_who_voids_a_ban_hears_that_it_stays_in_force(play: Play) -> None:
    order = Order(action=CaseKind.BAN, user_id=ALICE, duration=None)
    case, _ = await cases.open_case(HARBOUR, Actor(MODERATOR, "r"), order, key="b", state=CaseState.ACTIVE)
    voided = await play.slash("case void", as_=MODERATOR, number=case.number)
    assert "It stays in force in Discord. To end it there, use `/unban`." in voided.content
    warning = await warn()
    voided = await play.slash("case void", as_=MODERATOR, number=warning.number)
    assert "in force" not in voided.content


async def test_a_refused_form_gives_back_what_was_typed(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await warn("Spam")
    form = await play.slash("case edit", as_=MODERATOR, number=case.number)
    with play.faults(server_errors=1.0), monkeypatch.context() as patch:
        patch.setattr(hierarchy, "PATIENCE", 0.2)  # or the answer would be deferred, and then fail as well
        refused = await play.submit(form, {"text": "A careful reason"}, as_=MODERATOR)
    assert "I can't check permissions with Discord right now" in refused.content
    assert (await cases.get(HARBOUR, case.number)).reason == "Spam"
    again = await play.press(refused, "Try again", as_=MODERATOR)
    saved = await play.submit(again, {}, as_=MODERATOR)
    assert "> A careful reason" in saved.content


async def test_lists_are_searched_and_turned_page_by_page(play: Play) -> None:
    made = [(await warn(f"Spam {n}", user=ALICE if n % 2 else BOB)).number for n in range(24)]
    first = await play.slash("case list", as_=MODERATOR)
    assert numbers(first.content) == made[:13:-1]
    second = await play.press(first, "Next", as_=MODERATOR)
    assert numbers(second.content) == made[13:3:-1]
    last = await play.press(second, "Next", as_=MODERATOR)
    assert numbers(last.content) == made[3::-1]
    assert numbers((await play.press(last, "First page", as_=MODERATOR)).content) == made[:13:-1]
    found = await play.slash("case list", as_=MODERATOR, member=ALICE, text="spam 23")
    assert numbers(found.content) == made[23:]
    assert f"/servers/{HARBOUR}/cases?member={ALICE}" in found.content
    assert "No cases match" in (await play.slash("case list", as_=MODERATOR, type="ban")).content
    (offered,) = (await play.autocomplete("case view", "number", "#24", as_=MODERATOR)).choices
    assert offered == {"name": "#24 · Warning · Spam 23", "value": made[23]}


async def test_members_read_their_own_warnings_and_nobody_elses(play: Play) -> None:
    await warn("Spam", user=ALICE, days=30)
    voided = await warn("Mistake", user=ALICE)
    await cases.void(HARBOUR, Actor(MANAGER, "r"), voided.number, "")
    await warn("Insults", user=BOB)
    mine = await play.slash("warnings", as_=ALICE)
    assert mine.ephemeral
    assert "**1** warning counts now." in mine.content
    assert re.search(r"`#1` <t:\d+:d> · counts until <t:\d+:f> \(<t:\d+:R>\) · Spam", mine.content)
    assert "voided: it doesn't count" in mine.content
    assert str(MODERATOR) not in mine.content
    assert "Insults" not in mine.content
    assert "Timeout Members" in (await play.slash("warnings", as_=ALICE, member=BOB)).content
    assert "Insults" in (await play.slash("warnings", as_=MODERATOR, member=BOB)).content


async def test_the_history_of_someone_who_left_is_still_there(play: Play) -> None:
    case = await warn("Spam", user=BOB)
    await notes.add(HARBOUR, Actor(MODERATOR, "r"), case.number, "Alt account?")
    del play.world.guild(HARBOUR).members[BOB]
    seen = await play.slash("history", as_=MODERATOR, member=BOB)
    assert seen.ephemeral
    for words in ("Warning: **1**", "**1** warning counts now.", "**1** private note", "Account created"):
        assert words in seen.content
    assert numbers(seen.content) == [case.number]
