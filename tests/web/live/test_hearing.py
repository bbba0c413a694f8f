"""Who may listen hears each event once and in order, and nobody else hears any."""

from __future__ import annotations

import asyncio

import pytest

from playground.world.cast import ALICE, HARBOUR, MANAGER, MODERATOR, OWNER, PRACA, STRANGER
from services.settings import Source, save
from tests.web.live.listening import BYSTANDER, arrive, cookie_of, listening


async def test_a_moderator_hears_what_happens_in_the_server(address: str) -> None:
    async with listening(address, MODERATOR) as one:
        answer = await one.subscribe()
        assert (answer["type"], answer["guild_id"]) == ("subscribed", str(HARBOUR))
        assert answer["kinds"] == ["case", "command", "job", "ledger", "member"]
        await arrive(STRANGER)
        event = await one.hear()
        assert {name: event[name] for name in ("type", "guild_id", "kind", "data")} == {
            "type": "event",
            "guild_id": str(HARBOUR),
            "kind": "member",
            "data": {"members": 1, "member_ids": [str(STRANGER)]},
        }
        assert event["at"].endswith("Z")


async def test_an_admin_hears_of_settings_too(address: str) -> None:
    async with listening(address, MANAGER) as one:
        assert "setting" in (await one.subscribe())["kinds"]
        await save(HARBOUR, MANAGER, {"economy.symbol": "💎"}, source=Source.API)
        event = await one.hear()
        assert (event["kind"], event["data"]["settings"]) == ("setting", ["economy.symbol"])


@pytest.mark.parametrize(
    ("who", "guild_id", "kinds"),
    [
        (STRANGER, HARBOUR, None),
        (ALICE, HARBOUR, None),
        (MANAGER, PRACA, None),
        (MANAGER, 1, None),
        (MODERATOR, HARBOUR, ["setting"]),
        (MODERATOR, HARBOUR, ["ledger", "setting"]),
    ],
)
async def test_who_may_not_listen_is_refused_and_hears_nothing(
    who: int, guild_id: int, kinds: list[str] | None, address: str
) -> None:
    async with listening(address, who) as one:
        answer = await one.subscribe(guild_id, **({"kinds": kinds} if kinds else {}))
        assert (answer["type"], answer["reason"]) == ("refused", "not_found")
        await save(guild_id, OWNER, {"economy.symbol": "💎"}, source=Source.API)
        await arrive(BYSTANDER, guild_id)
        await one.say(type="ping")
        assert await one.hear() == {"type": "pong"}


async def test_a_server_that_is_not_yours_sounds_like_one_that_does_not_exist(address: str) -> None:
    async with listening(address, STRANGER) as one:
        theirs, nobodys = await one.subscribe(HARBOUR), await one.subscribe(1)
        assert {**theirs, "guild_id": ""} == {**nobodys, "guild_id": ""}


async def test_who_listens_to_one_server_hears_nothing_of_another(address: str) -> None:
    async with listening(address, MODERATOR) as one:
        await one.subscribe(HARBOUR)
        await arrive(BYSTANDER, PRACA)
        await arrive(BYSTANDER, HARBOUR)
        assert (await one.hear())["guild_id"] == str(HARBOUR)
        assert (await one.subscribe(PRACA))["type"] == "subscribed"
        await one.say(type="unsubscribe", guild_id=str(HARBOUR))
        assert await one.hear() == {"type": "unsubscribed", "guild_id": str(HARBOUR)}
        await arrive(BYSTANDER + 1, HARBOUR)
        await arrive(BYSTANDER + 1, PRACA)
        assert (await one.hear())["guild_id"] == str(PRACA)


async def test_who_loses_the_connection_again_and_again_misses_and_doubles_nothing(address: str, full: bool) -> None:
    count, cookie = (1000 if full else 100), await cookie_of(OWNER)

    async def write() -> None:
        for member in range(1, count + 1):
            await arrive(member)

    async with listening(address, cookie=cookie) as one:
        await one.hear()
        after = (await one.subscribe())["cursor"]
    writing = asyncio.create_task(write())
    heard: list[str] = []
    while len(heard) < count:
        async with listening(address, cookie=cookie) as one:
            await one.hear()
            assert (await one.subscribe(after=after))["type"] == "subscribed"
            for _ in range(min(17, count - len(heard))):
                event = await one.hear()
                heard += event["data"]["member_ids"]
                after = event["cursor"]
    await writing
    assert heard == [str(member) for member in range(1, count + 1)]


async def test_a_cursor_that_reaches_too_far_back_is_answered_by_a_reset(address: str) -> None:
    async with listening(address, OWNER) as one:
        answer = await one.subscribe(after="fffffff-0")
        assert (answer["type"], answer["guild_id"]) == ("reset", str(HARBOUR))
        await arrive(BYSTANDER)
        assert (await one.hear())["kind"] == "member"
