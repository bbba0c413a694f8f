"""Keys never do more than whoever made them may do now, and another admin can take them over."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest
from httpx import Response

from playground.world.cast import ALICE, HARBOUR, OWNER, PRACA
from services.core import areas, audit
from services.core.errors import NotFound
from services.identity import api_keys, authority, key_creators
from tests.support.browser import Browser, browser, words
from tests.support.callers import Ask, Caller, Desk, a_minute_passes, by_key, dismiss, hire, known
from tests.support.coins import balance
from tests.support.whole import Whole

PLACE = {"guild_id": str(HARBOUR)}
READ = Ask("/guilds/{guild_id:id}/config", "GET", PLACE)

Loss = Callable[[Desk, int], None]


def _demoted(desk: Desk, maker: int) -> None:
    dismiss(desk.play, HARBOUR, maker)


def _left(desk: Desk, maker: int) -> None:
    del desk.play.world.guild(HARBOUR).members[maker]


def _without_the_bot(desk: Desk, _maker: int) -> None:
    desk.play.world.leave(desk.play.world.guild(HARBOUR), desk.play.world.bot.id)


@pytest.fixture
async def maker(desk: Desk) -> int:
    """An admin who may lose that right."""
    user_id = hire(desk.play, HARBOUR)
    await known(desk.whole, user_id, HARBOUR)
    return user_id


@pytest.fixture
async def key(maker: int) -> Caller:
    return await by_key("key", HARBOUR, frozenset(areas.scopes()), maker)


@pytest.fixture
async def window(whole: Whole) -> AsyncIterator[Browser]:
    async with browser(whole) as one:
        await one.sign_in(OWNER)
        yield one


async def _grant(desk: Desk, key: Caller, number: int) -> Response:
    body = {"user_id": str(ALICE), "coins": 5}
    headers = {"Idempotency-Key": f"grant {number}"}
    return await desk.send(key, Ask("/guilds/{guild_id:id}/economy/grants", "POST", PLACE, body, {}, headers))


async def _noted() -> list[str]:
    return [one.action for one in reversed(list(await audit.page(HARBOUR))) if one.action.startswith("api_key.")]


@pytest.mark.parametrize("loss", [_demoted, _left, _without_the_bot])
async def test_a_key_writes_nothing_from_the_moment_its_maker_may_not(
    desk: Desk, maker: int, key: Caller, loss: Loss
) -> None:
    assert (await _grant(desk, key, 1)).status_code == 201
    assert (await desk.send(key, READ)).status_code == 200
    loss(desk, maker)
    for number in range(2, 4):
        refused = await _grant(desk, key, number)
        assert refused.status_code == 403
        assert "Another admin can take it over" in refused.json()["detail"]
    assert await balance(ALICE, HARBOUR) == 5
    assert await _noted() == ["api_key.created", "api_key.suspended"]
    assert (await desk.send(key, READ)).status_code == 403, "what was refused once is known to readers too"


async def test_a_key_reads_nothing_once_what_was_known_of_its_maker_is_a_minute_old(
    desk: Desk, maker: int, key: Caller
) -> None:
    assert (await desk.send(key, READ)).status_code == 200
    _demoted(desk, maker)
    authority.forget()
    await a_minute_passes()
    assert (await desk.send(key, READ)).status_code == 403


async def test_another_admin_sees_it_takes_it_over_and_it_works_again(
    desk: Desk, maker: int, key: Caller, window: Browser
) -> None:
    _demoted(desk, maker)
    assert (await _grant(desk, key, 1)).status_code == 403
    page = await window.get(f"/servers/{HARBOUR}/keys")
    assert "suspended" in words(page)
    assert "once another admin takes it over" in words(page)
    taken = await window.post(f"/servers/{HARBOUR}/keys/{key_id(page)}/maker")
    page = await window.follow(taken)
    assert "The key is yours now" in words(page)
    assert "suspended" not in words(page)
    assert (await _grant(desk, key, 2)).status_code == 201
    log = words(await window.get(f"/servers/{HARBOUR}/audit-log"))
    for act in ("Suspended an API key", "Took over an API key"):
        assert act in log


async def test_the_page_finds_out_by_itself_that_a_maker_has_left(
    desk: Desk, maker: int, key: Caller, window: Browser
) -> None:
    _left(desk, maker)
    assert "suspended" in words(await window.get(f"/servers/{HARBOUR}/keys"))
    assert "api_key.suspended" in await _noted()


async def test_whoever_gets_the_right_back_gets_the_key_back(desk: Desk, maker: int, key: Caller) -> None:
    guild = desk.play.world.guild(HARBOUR)
    held = list(guild.members[maker].role_ids)
    _demoted(desk, maker)
    assert (await _grant(desk, key, 1)).status_code == 403
    guild.members[maker].role_ids[:] = held
    assert (await _grant(desk, key, 2)).status_code == 201
    assert await _noted() == ["api_key.created", "api_key.suspended", "api_key.resumed"]


async def test_while_discord_says_nothing_no_key_writes(desk: Desk, key: Caller) -> None:
    with desk.play.faults(rate_limit=1.0):
        assert (await _grant(desk, key, 1)).status_code == 503
    assert await balance(ALICE, HARBOUR) == 0


async def test_nobody_takes_over_a_key_of_another_server(key: Caller) -> None:
    (kept,) = await api_keys.of(HARBOUR)
    with pytest.raises(NotFound):
        await key_creators.take_over(PRACA, OWNER, kept.id)
    (kept,) = await api_keys.of(HARBOUR)
    assert kept.created_by == key.user_id


def key_id(page: Response) -> str:
    return page.text.rpartition("/removal")[0].rpartition("/")[2]
