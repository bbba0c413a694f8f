"""The way back from Discord: to where one wanted to go and nowhere else, and for nobody who forged it."""

from __future__ import annotations

import asyncio
import hashlib
from urllib.parse import urlencode

import pytest

from playground.world.cast import ALICE, STRANGER
from services.core.transactions import rows
from tests.support.browser import Browser, browser, query_of
from tests.support.signing_in import count, events, wipe
from tests.support.whole import HOME, Whole

BACK = f"{HOME}/login/callback"


# Where one goes on to


@pytest.mark.parametrize("page", ["/servers", "/sessions", "/servers?page=2&sort=name"])
async def test_one_goes_on_to_where_one_wanted_to_go(window: Browser, page: str) -> None:
    assert (await window.sign_in(ALICE, page)).headers["location"] == page
    assert (await window.get("/login", params={"next": page})).headers["location"] == page


ELSEWHERE = [
    "//evil.test", "///evil.test", r"/\evil.test", r"\\evil.test", "https:evil.test", "https://evil.test/servers",
    "http:/evil.test", "javascript:alert(1)", "data:text/html,x", "/%2f/evil.test", "%2f%2fevil.test", "/%5cevil.test",
    "/servers/../..//evil.test", "/servers\r\nLocation: http://evil.test", "/servers\n", "/servers\t", "\t//evil.test",
    "/\x00/evil.test", " /servers", "/servers#@evil.test", "/servers@evil.test", "/servers?next=//evil.test",
    "evil.test", "/nowhere", "/logout", "/login", "/login/start", "/api/v1/openapi.json", "/static/icon.svg", "", "?",
    "/", "/ſervers", f"{HOME}/servers", "/servers/", "/" + "a" * 400, "/servers?a=http://evil.test",
]  # fmt: skip


async def test_nobody_is_sent_anywhere_else(window: Browser) -> None:
    for address in ELSEWHERE:
        await wipe()  # so many sign-ins from one address would have to wait
        assert (await window.sign_in(ALICE, address)).headers["location"] == "/servers", address
        assert (await window.get("/login", params={"next": address})).headers["location"] == "/servers", address


async def test_two_next_pages_are_none(window: Browser) -> None:
    await window.sign_in(ALICE)
    answer = await window.get("/login?next=/sessions&next=//evil.test")
    assert answer.headers["location"] == "/servers"


# Hostile ways back


async def test_an_attackers_code_signs_nobody_in_in_another_browser(whole: Whole, window: Browser) -> None:
    async with browser(whole) as attacker:
        back = await attacker.allow(await attacker.leave(), STRANGER)
        await window.leave()  # the victim may be on the way too
        assert (await window.get(back)).status_code == 400
        assert window.cookie is None
        assert (await attacker.get(back)).status_code == 400, "and it is used up"
    assert await count("sessions") == 0


async def test_a_code_with_the_state_of_another_sign_in_is_refused(whole: Whole, window: Browser) -> None:
    """Even with the right state for this browser, a code from elsewhere does not fit the verifier."""
    async with browser(whole) as attacker:
        stolen = query_of(await attacker.allow(await attacker.leave(), STRANGER))["code"]
    state = query_of(await window.leave())["state"]
    assert (await window.get(f"{BACK}?{urlencode({'code': stolen, 'state': state})}")).status_code == 400
    assert await count("sessions") == 0


async def test_states_of_two_sign_ins_in_one_browser_can_not_be_mixed_up(window: Browser) -> None:
    first, second = await window.leave(), await window.leave()
    code = query_of(await window.allow(first, ALICE))["code"]
    state = query_of(second)["state"]
    assert (await window.get(f"{BACK}?{urlencode({'code': code, 'state': state})}")).status_code == 400
    assert await count("sessions") == 0


async def test_a_way_back_is_good_once_even_in_a_race(window: Browser) -> None:
    back = await window.allow(await window.leave(), ALICE)
    answers = await asyncio.gather(*(window.get(back) for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [303] + [400] * 11
    assert await count("sessions") == 1
    done = await events()
    assert (done.count("login.succeeded"), done.count("login.failed")) == (1, 11)


async def test_after_ten_minutes_the_way_back_is_closed(window: Browser) -> None:
    back = await window.allow(await window.leave(), ALICE)
    await rows("UPDATE sign_in_attempts SET created_at = created_at - interval '10 minutes'")
    assert (await window.get(back)).status_code == 400
    assert await count("sessions") == 0


CODE, STATE = "good", "good"
HOSTILE: dict[str, list[tuple[str, str]]] = {
    "nothing at all": [],
    "no state": [("code", CODE)],
    "no code": [("state", STATE)],
    "an empty state": [("code", CODE), ("state", "")],
    "an empty code": [("code", ""), ("state", STATE)],
    "a guessed state": [("code", CODE), ("state", "A" * 43)],
    "a short state": [("code", CODE), ("state", "A")],
    "a long state": [("code", CODE), ("state", "A" * 2000)],
    "the state cut": [("code", CODE), ("state", "cut")],
    "the state longer": [("code", CODE), ("state", "longer")],
    "the state in other case": [("code", CODE), ("state", "swapped")],
    "the state with a space": [("code", CODE), ("state", "spaced")],
    "the state with a null": [("code", CODE), ("state", "nulled")],
    "the state's digest": [("code", CODE), ("state", "digest")],
    "two states": [("code", CODE), ("state", STATE), ("state", "A" * 43)],
    "two states, the right one last": [("code", CODE), ("state", "A" * 43), ("state", STATE)],
    "two codes": [("code", "wrong"), ("code", CODE), ("state", STATE)],
    "a guessed code": [("code", "wrong"), ("state", STATE)],
    "a code with a null": [("code", "a\0b"), ("state", STATE)],
    "a code with a line break": [("code", "a\r\nb"), ("state", STATE)],
    "a code with a parameter": [("code", "a&grant_type=refresh_token"), ("state", STATE)],
    "a code of another alphabet": [("code", "кодекс"), ("state", STATE)],
    "a huge code": [("code", "a" * 3000), ("state", STATE)],
    "an error beside the code": [("code", CODE), ("state", STATE), ("error", "access_denied")],
    "an error that is markup": [("state", STATE), ("error", "<script>alert(1)</script>")],
    "an access token instead": [("access_token", CODE), ("state", STATE)],
    "SQL": [("code", CODE), ("state", "' OR 1=1 --")],
    "a name in brackets": [("code[]", CODE), ("state[]", STATE)],
    "names in capitals": [("CODE", CODE), ("STATE", STATE)],
}
COOKIES: dict[str, str | None] = {
    "no cookie": None,
    "an empty cookie": "",
    "a guessed cookie": "A" * 43,
    "the state as cookie": "state",
    "the cookie's digest": "digest",
    "a long cookie": "A" * 3000,
    "two cookies, the right one first": "doubled",
}


async def test_no_forged_way_back_leads_to_a_session(window: Browser) -> None:
    for case in (*HOSTILE, *COOKIES):
        await wipe()  # so many sign-ins from one address would have to wait
        back = query_of(await window.allow(await window.leave(), ALICE))
        cookie = window.http.cookies["sign-in"]
        window.http.cookies.clear()
        right = {"code": back["code"], "state": back["state"]}
        pairs = [(name, _forged(value, right.get(name, ""))) for name, value in HOSTILE.get(case, list(right.items()))]
        sent = _cookie(COOKIES.get(case, cookie), cookie, back["state"])
        answer = await window.get(f"{BACK}?{urlencode(pairs)}", headers={"Cookie": sent} if sent else {})
        assert answer.status_code == 400, case
        assert "alert(1)" not in answer.text
        assert window.cookie is None
    assert await count("sessions") == 0
    assert await events() == ["login.failed"] * len(HOSTILE | COOKIES)


def _forged(value: str, right: str) -> str:
    forged = {
        "good": right, "cut": right[:-1], "longer": right + "A", "swapped": right.swapcase(), "spaced": f"{right} ",
        "nulled": f"{right}\0", "digest": hashlib.sha256(right.encode()).hexdigest(),
    }  # fmt: skip
    return forged.get(value, value)


def _cookie(value: str | None, right: str, state: str) -> str:
    other = {"state": state, "digest": hashlib.sha256(right.encode()).hexdigest()}
    if value == "doubled":
        return f"sign-in={right}; sign-in={'A' * 43}"
    return "" if value is None else f"sign-in={other.get(value, value)}"
