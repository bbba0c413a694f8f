"""Who may open a socket, and until when."""

from __future__ import annotations

import asyncio

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Origin

from playground.world.cast import CAPTAIN, HARBOUR, MANAGER, OWNER
from services.core.transactions import rows
from services.identity import sessions, token_families
from services.live import Credential, TicketHolder, tickets
from tests.support.whole import HOME
from tests.web.live.listening import Place, cookie_of, listening
from web.sockets import conversation, endpoint, guard


async def test_no_other_page_opens_a_socket_even_with_the_session(address: str) -> None:
    cookie = {"Cookie": f"session={await cookie_of(OWNER)}"}
    for origin in (
        "https://evil.example",
        "null",
        f"{HOME}.evil.example",
        HOME.replace("//", "//sub."),
        f"{HOME}:81",
        HOME.upper(),
    ):
        with pytest.raises(InvalidStatus) as refused:
            await connect(address, origin=Origin(origin), additional_headers=cookie, proxy=None)
        assert refused.value.response.status_code == 403


async def test_a_session_without_our_own_page_opens_nothing(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "TICKET_WITHIN", 0.1)
    async with listening(address, cookie=await cookie_of(OWNER), origin=None) as one:
        assert await one.closed() == 4001


async def test_a_cookie_that_is_nobodys_opens_nothing(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "TICKET_WITHIN", 0.1)
    for cookie in ("x", "x" * 43, "x" * 5000, '"', "=;="):
        async with listening(address, cookie=cookie) as one:
            assert await one.closed() == 4001


async def test_a_program_opens_one_socket_with_one_ticket(address: str) -> None:
    session = await sessions.find(await cookie_of(OWNER))
    assert session is not None
    ticket = await tickets.issue(TicketHolder(OWNER, Credential.SESSION, session.id))
    async with listening(address, origin=None) as one, listening(address, origin=None) as two:
        await one.say(type="ticket", ticket=ticket)
        assert await one.hear() == {"type": "hello", "user_id": str(OWNER)}
        assert (await one.subscribe())["type"] == "subscribed"
        await two.say(type="ticket", ticket=ticket)
        assert await two.closed() == 4001


async def test_whoever_says_anything_before_the_ticket_is_sent_away(address: str) -> None:
    async with listening(address, origin=None) as one:
        await one.say(type="subscribe", guild_id=str(HARBOUR))
        assert await one.closed() == 4001


async def test_nobody_holds_the_places_of_those_whose_ticket_is_waited_for(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(endpoint, "MOST_UNKNOWN_OF_ONE", 2)
    async with listening(address, origin=None) as first, listening(address, origin=None):
        async with listening(address, origin=None) as third:
            assert await third.closed() == 4001
        async with listening(address, OWNER) as page:
            assert (await page.subscribe())["type"] == "subscribed"
        await first.say(type="ping")
        assert await first.closed() == 4001
        session = await sessions.find(await cookie_of(OWNER))
        assert session is not None
        async with listening(address, origin=None) as fourth:
            await fourth.say(
                type="ticket", ticket=await tickets.issue(TicketHolder(OWNER, Credential.SESSION, session.id))
            )
            assert (await fourth.hear())["type"] == "hello"


async def test_nobody_opens_more_sockets_than_a_person_needs(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_OF_ONE", 2)
    async with listening(address, OWNER), listening(address, OWNER):
        async with listening(address, cookie=await cookie_of(OWNER)) as third:
            assert await third.closed() == 1008
        async with listening(address, MANAGER) as other:
            assert (await other.subscribe())["type"] == "subscribed"


async def test_signing_out_closes_every_socket_of_the_session_at_once(address: str) -> None:
    cookie = await cookie_of(OWNER)
    session = await sessions.find(cookie)
    assert session is not None
    async with listening(address, cookie=cookie) as one, listening(address, OWNER) as other:
        assert (await one.hear())["type"] == "hello"
        await one.subscribe()
        await sessions.end(OWNER, session.id)
        ended = asyncio.get_running_loop().time()
        assert await one.closed() == 4001
        assert asyncio.get_running_loop().time() - ended < 10, "a socket that nobody watches lives on for a minute"
        assert (await other.subscribe())["type"] == "subscribed"


async def test_the_end_of_a_programs_tokens_closes_its_socket(address: str) -> None:
    (family,) = await rows(
        "INSERT INTO refresh_families (user_id, expires_at) VALUES ($1, now() + interval '1 day') RETURNING id", OWNER
    )
    ticket = await tickets.issue(TicketHolder(OWNER, Credential.FAMILY, family["id"]))
    async with listening(address, origin=None) as one:
        await one.say(type="ticket", ticket=ticket)
        assert (await one.hear())["type"] == "hello"
        await token_families.end(OWNER, family["id"])
        assert await one.closed() == 4001


async def test_who_is_no_moderator_any_more_is_sent_away(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "FIRST_CHECK", 0.1)
    monkeypatch.setattr(conversation, "CHECKS", 0.1)
    async with listening(place.address, MANAGER) as one:
        assert (await one.subscribe())["type"] == "subscribed"
        await one.say(type="ping")
        assert await one.hear() == {"type": "pong"}
        place.play.world.guild(HARBOUR).members[MANAGER].role_ids.remove(CAPTAIN)
        assert await one.closed() == 1008
