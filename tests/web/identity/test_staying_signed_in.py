"""Staying signed in, seeing where one is, and signing out."""

from __future__ import annotations

from playground.world.cast import ALICE, BOB
from services.core.transactions import rows
from services.identity import sessions
from tests.support.browser import Browser, browser, words
from tests.support.signing_in import events, wipe
from tests.support.whole import Whole


async def test_signing_out_is_a_post_of_our_own_page_and_ends_the_session_at_once(window: Browser) -> None:
    await window.sign_in(ALICE)
    old = window.cookie
    assert (await window.get("/logout")).status_code == 405
    for headers in ({"Origin": "http://evil.test", "Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
        assert (await window.post("/logout", headers=headers)).status_code == 403
    assert await window.signed_in()
    gone = await window.post("/logout")
    assert (gone.status_code, gone.headers["location"]) == (303, "/login")
    assert window.cookie is None
    assert not await window.signed_in()
    assert (await window.get("/sessions", headers={"Cookie": f"session={old}"})).status_code == 303
    assert (await events())[-1] == "session.ended"


async def test_a_day_after_signing_in_one_signs_in_again(window: Browser) -> None:
    await window.sign_in(ALICE)
    await rows("UPDATE sessions SET created_at = created_at - interval '24 hours'")
    await wipe()
    answer = await window.get("/servers")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=/servers")


async def test_two_hours_of_silence_end_it(window: Browser) -> None:
    await window.sign_in(ALICE)
    await rows("UPDATE sessions SET last_used_at = last_used_at - interval '2 hours'")
    await wipe()
    assert not await window.signed_in()


async def test_nobody_is_signed_out_when_redis_loses_everything(window: Browser) -> None:
    await window.sign_in(ALICE)
    for _ in range(3):
        await wipe()
        assert await window.signed_in()


async def test_one_sees_where_one_is_signed_in_and_ends_the_others(whole: Whole, window: Browser) -> None:
    async with browser(whole) as there, browser(whole) as theirs:
        there.http.headers["User-Agent"] = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1"
        for one, who in ((window, ALICE), (there, ALICE), (theirs, BOB)):
            await one.sign_in(who)
        page = words(await window.get("/sessions"))
        assert "Firefox · Linux This device" in page
        assert "Safari · iPhone" in page
        await theirs.post("/sessions/ended", data={"session": "others"})
        for mine in await sessions.of(ALICE):
            await theirs.post("/sessions/ended", data={"session": str(mine.id)})
        assert await there.signed_in(), "nobody ends what is not theirs"
        await window.post("/sessions/ended", data={"session": "others"})
        assert [await one.signed_in() for one in (window, there, theirs)] == [True, False, True]
        for nonsense in ("", "0", "-1", "²", "9" * 30, "all"):
            assert (await window.post("/sessions/ended", data={"session": nonsense})).status_code == 303
        assert await window.signed_in()


async def test_a_session_is_ended_by_its_own_button(whole: Whole, window: Browser) -> None:
    async with browser(whole) as there:
        await window.sign_in(ALICE)
        (first,) = await sessions.of(ALICE)
        await there.sign_in(ALICE)
        await there.post("/sessions/ended", data={"session": str(first.id)})
        assert not await window.signed_in()
        assert await there.signed_in()
