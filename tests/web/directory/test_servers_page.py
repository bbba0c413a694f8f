"""/servers: what somebody manages, as Discord says now, and text that stays text."""

from __future__ import annotations

from dataclasses import replace

from playground.world.cast import ALICE, HARBOUR, MANAGER, MODERATOR, OWNER, STRANGER
from services import directory
from services.core.transactions import rows
from tests.support.browser import Browser, browser, words
from tests.support.signing_in import wipe
from tests.support.waiting import until
from tests.support.whole import Whole


async def test_one_sees_the_servers_one_manages_and_nobody_elses(whole: Whole) -> None:
    await until(lambda: rows("SELECT FROM guilds WHERE told_at IS NOT NULL"))  # else the worker would list it later
    whole.play.world.leave(whole.play.world.guilds[HARBOUR], whole.play.world.bot.id)
    await directory.refresh()
    seen = {}
    for who in (OWNER, MANAGER, MODERATOR, ALICE, STRANGER):
        async with browser(whole) as window:
            await window.sign_in(who)
            page = words(await window.get("/servers"))
            seen[who] = ("The Harbour" in page, "Praça do Sol Owner" in page, "Add to The Harbour" in page)
    assert seen == {
        OWNER: (True, False, True),
        MANAGER: (True, False, True),
        MODERATOR: (False, True, False),
        ALICE: (False, False, False),
        STRANGER: (False, False, False),
    }


async def test_a_servers_name_is_text_and_nothing_else(whole: Whole, window: Browser) -> None:
    whole.play.world.guilds[HARBOUR].name = '<script>alert(1)</script> {{ 7 * 7 }} " onload="alert(1)'
    await window.sign_in(OWNER)
    page = await window.get("/servers")
    assert "<script>" not in page.text
    assert "alert(1)" in words(page)
    assert 'onload="' not in page.text
    assert "{{ 7 * 7 }}" in page.text


async def test_who_took_back_their_leave_at_discord_is_asked_again(whole: Whole, window: Browser) -> None:
    await window.sign_in(OWNER)
    whole.play._state.oauth._access.clear()
    answer = await window.get("/servers")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login/start?next=/servers?again=1")
    await window.get(await window.allow(await window.leave("/servers"), OWNER))
    assert "The Harbour" in words(await window.get("/servers"))


async def test_who_comes_back_and_is_still_refused_is_told_so_and_not_sent_round_again(
    whole: Whole, window: Browser
) -> None:
    await window.sign_in(OWNER)
    for _ in range(2):
        whole.play._state.oauth._access.clear()
        sent = await window.get("/servers")
        back = await window.follow(
            await window.get(await window.allow((await window.follow(sent)).headers["location"], OWNER))
        )
        assert back.status_code == 200
        whole.play._state.oauth._access.clear()
        await wipe()
        refused = await window.get("/servers?again=1")
        assert refused.status_code == 503
        assert "Discord isn't showing me your servers" in words(refused)


async def test_a_list_is_shown_for_some_minutes_while_discord_is_away(whole: Whole, window: Browser) -> None:
    await window.sign_in(OWNER)
    assert "The Harbour" in words(await window.get("/servers"))
    whole.play._state.faults = replace(whole.play._state.faults, server_errors=1.0)
    assert "The Harbour" in words(await window.get("/servers"))
    await wipe()
    assert (await window.get("/servers")).status_code == 503
