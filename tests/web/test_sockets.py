"""Live updates on real sockets of the real server: who may listen hears each event once, and nobody else hears any."""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import pytest
from httpx import ASGITransport, AsyncClient
from starlette.types import ASGIApp, Receive, Scope, Send
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin

from app import server, socket_protocol
from app.database_url import credentials
from app.main import create_app
from app.server import bind, serve
from app.settings import Settings
from playground.acting import Play
from playground.app import create_playground
from playground.cast import ALICE, CAPTAIN, HARBOUR, MANAGER, MODERATOR, OWNER, PRACA, STRANGER
from playground.identity import Identity
from services import refresh_tokens, sessions, token_families
from services.live import Holder, Proof, tickets
from services.settings import Source, save
from services.transactions import rows, transaction
from tests.conftest import HOME
from tests.lifespan import running
from tests.outage import database_away
from tests.waiting import until
from web.sockets import conversation, door, guard, outbox

PATIENCE = 10.0  # seconds for one message
OPEN, LISTENING = "01", "0A"  # as the kernel writes it
REQUEST = f"GET /ws HTTP/1.1\r\nHost: bot.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nOrigin: {HOME}\r\n"
(PROGRAM,) = re.findall(r"```python\n(.*?)```", Path("docs/live.md").read_text(), re.DOTALL)
KEY = "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"


@pytest.fixture
def stop() -> asyncio.Event:
    return asyncio.Event()


class Place(NamedTuple):
    """A web process that listens, with Discord's people behind it."""

    address: str
    play: Play
    app: ASGIApp


@pytest.fixture
async def place(
    settings: Settings, database: str, stop: asyncio.Event, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Place]:
    monkeypatch.setattr(server, "CLOSING", 0.1)
    identity, ours, discords = Identity.new(), bind("127.0.0.1", 0), bind("127.0.0.1", 0)
    api = f"http://127.0.0.1:{port_of(discords)}"
    world = create_playground(identity, None, url=api)
    known = replace(settings, discord_bot_token=identity.token, discord_api_url=f"{api}/api/v10", public_url=HOME)
    app = create_app(known)
    gone = asyncio.Event()
    serving = asyncio.create_task(serve([(world, discords)], stop=gone))
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url=HOME) as client:
        await until(lambda: ready(client))
        sockets = asyncio.create_task(serve([(_started(app), ours)], stop=stop))
        yield Place(f"ws://127.0.0.1:{port_of(ours)}/ws", world.state.play, app)
        stop.set()
        await sockets
    gone.set()
    await serving


async def ready(client: AsyncClient) -> bool:
    return (await client.get("/readyz")).is_success


@pytest.fixture
def address(place: Place) -> str:
    return place.address


def _started(app: ASGIApp) -> ASGIApp:
    """An app whose start and end are somebody else's."""

    async def started(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await app(scope, receive, send)
            return
        for moment in ("startup", "shutdown"):
            await receive()
            await send({"type": f"lifespan.{moment}.complete"})

    return started


class Listener:
    """One socket of somebody who is signed in."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.cursor: str | None = None

    async def say(self, **message: Any) -> None:
        await self.connection.send(json.dumps(message))

    async def hear(self) -> dict[str, Any]:
        """The next message."""
        async with asyncio.timeout(PATIENCE):
            message: dict[str, Any] = json.loads(await self.connection.recv())
        self.cursor = message.get("cursor", self.cursor)
        return message

    async def subscribe(self, guild_id: int = HARBOUR, **more: Any) -> dict[str, Any]:
        """Ask to be told, and hear whether one is."""
        await self.say(type="subscribe", guild_id=str(guild_id), **more)
        return await self.hear()

    async def closed(self) -> int | None:
        """Hear everything until the end: the code it ended with."""
        async with asyncio.timeout(PATIENCE):
            try:
                while True:
                    await self.connection.recv()
            except ConnectionClosed as end:
                return end.rcvd.code if end.rcvd else None


async def cookie_of(user_id: int) -> str:
    return await sessions.start(user_id)


@asynccontextmanager
async def listening(
    address: str, user_id: int | None = None, *, cookie: str | None = None, origin: str | None = HOME
) -> AsyncIterator[Listener]:
    """A socket that is open, and greeted if it is anybody's."""
    cookie = cookie or (await cookie_of(user_id) if user_id else None)
    headers = {"Cookie": f"session={cookie}"} if cookie else {}
    page = Origin(origin) if origin else None
    # At the end the library waits for what nobody reads any more.
    async with connect(address, origin=page, additional_headers=headers, proxy=None, close_timeout=0.2) as connection:
        one = Listener(connection)
        if user_id:
            assert await one.hear() == {"type": "hello", "user_id": str(user_id)}
        yield one


async def arrive(member_id: int, guild_id: int = HARBOUR) -> None:
    async with transaction():
        await rows("INSERT INTO user_guild_data (guild_id, user_id) VALUES ($1, $2)", guild_id, member_id)


async def test_a_moderator_hears_what_happens_in_the_server(address: str) -> None:
    async with listening(address, MODERATOR) as one:
        answer = await one.subscribe()
        assert (answer["type"], answer["guild_id"]) == ("subscribed", str(HARBOUR))
        assert answer["kinds"] == ["command", "job", "ledger", "member"]
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
        assert (answer["type"], answer["reason"]) == ("refused", "not_yours")
        await save(guild_id, OWNER, {"economy.symbol": "💎"}, source=Source.API)
        await arrive(BYSTANDER, guild_id)
        await one.say(type="ping")
        assert await one.hear() == {"type": "pong"}


BYSTANDER = 12345


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
    monkeypatch.setattr(door, "TICKET_WITHIN", 0.1)
    async with listening(address, cookie=await cookie_of(OWNER), origin=None) as one:
        assert await one.closed() == 4001


async def test_a_cookie_that_is_nobodys_opens_nothing(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(door, "TICKET_WITHIN", 0.1)
    for cookie in ("x", "x" * 43, "x" * 5000, '"', "=;="):
        async with listening(address, cookie=cookie) as one:
            assert await one.closed() == 4001


async def test_a_program_opens_one_socket_with_one_ticket(address: str) -> None:
    session = await sessions.find(await cookie_of(OWNER))
    assert session is not None
    ticket = await tickets.issue(Holder(OWNER, Proof.SESSION, session.id))
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
    monkeypatch.setattr(door, "MOST_UNKNOWN_OF_ONE", 2)
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
            await fourth.say(type="ticket", ticket=await tickets.issue(Holder(OWNER, Proof.SESSION, session.id)))
            assert (await fourth.hear())["type"] == "hello"


async def test_signing_out_closes_every_socket_of_the_session_within_a_second(address: str) -> None:
    cookie = await cookie_of(OWNER)
    session = await sessions.find(cookie)
    assert session is not None
    async with listening(address, cookie=cookie) as one, listening(address, OWNER) as other:
        assert (await one.hear())["type"] == "hello"
        await one.subscribe()
        await sessions.end(OWNER, session.id)
        ended = asyncio.get_running_loop().time()
        assert await one.closed() == 4001
        assert asyncio.get_running_loop().time() - ended < 1
        assert (await other.subscribe())["type"] == "subscribed"


async def test_the_end_of_a_programs_tokens_closes_its_socket(address: str) -> None:
    (family,) = await rows(
        "INSERT INTO refresh_families (user_id, expires_at) VALUES ($1, now() + interval '1 day') RETURNING id", OWNER
    )
    ticket = await tickets.issue(Holder(OWNER, Proof.FAMILY, family["id"]))
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


async def test_while_discord_says_nothing_those_it_spoke_for_go_on_listening_and_others_must_wait(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conversation, "FIRST_CHECK", 0.05)
    async with listening(place.address, MANAGER) as known, listening(place.address, MODERATOR) as unknown:
        assert (await known.subscribe())["type"] == "subscribed"
        with place.play.faults(server_errors=1.0):
            answer = await unknown.subscribe()
            assert (answer["type"], answer["reason"]) == ("refused", "unsure")
            await arrive(BYSTANDER)
            assert (await known.hear())["kind"] == "member"


async def test_while_the_database_is_away_sockets_stay_and_afterwards_hear_what_they_missed(
    place: Place, database: str
) -> None:
    cookie = await cookie_of(OWNER)
    direct = await asyncpg.connect(**credentials(database))
    async with listening(place.address, OWNER) as one:
        await one.subscribe()
        async with database_away(database):
            assert await one.hear() == {"type": "away"}
            async with listening(place.address, cookie=cookie) as unknown:
                assert await unknown.closed() == 1013
            answer = await one.subscribe(PRACA)
            assert (answer["type"], answer["reason"]) in {("refused", "unsure"), ("refused", "not_yours")}
            await direct.execute("INSERT INTO user_guild_data (guild_id, user_id) VALUES ($1, 1)", HARBOUR)
        assert await one.hear() == {"type": "back"}
        assert (await one.hear())["data"]["member_ids"] == ["1"]
    await direct.close()


async def test_more_than_twenty_messages_in_a_second_close_the_socket(address: str) -> None:
    async with listening(address, OWNER) as one:
        with contextlib.suppress(ConnectionClosed):
            for _ in range(21):
                await one.say(type="ping")
        assert await one.closed() == 1008


async def test_twenty_messages_in_a_second_are_all_answered(address: str) -> None:
    async with listening(address, OWNER) as one:
        for _ in range(20):
            await one.say(type="ping")
        assert [(await one.hear())["type"] for _ in range(20)] == ["pong"] * 20


async def test_a_flood_of_tiny_frames_of_any_kind_is_cut_off(address: str) -> None:
    for frame in (b"\x89\x80abcd", b"\x81\x80abcd", b"\x01\x80abcd" + b"\x00\x80abcd" * 50):
        reader, writer = await raw(address)
        writer.write(frame * 5000)
        async with asyncio.timeout(PATIENCE):
            said = await until_end(reader)
        assert len(said) < 5000
        writer.close()


async def test_a_message_of_more_than_64_kib_is_refused(address: str) -> None:
    async with listening(address, OWNER) as one:
        with contextlib.suppress(ConnectionClosed):
            await one.connection.send("x" * (server.LARGEST_MESSAGE + 1))
        assert await one.closed() == 1009


async def test_compression_is_not_spoken(address: str) -> None:
    async with connect(address, origin=Origin(HOME), compression="deflate", proxy=None) as connection:
        assert connection.response is not None
        assert "Sec-WebSocket-Extensions" not in connection.response.headers


NO_MESSAGES: tuple[str | bytes, ...] = (
    "",
    "{}",
    "[]",
    "nonsense",
    '{"type":"subscribe"}',
    '{"type":"subscribe","guild_id":1}',
    '{"type":"subscribe","guild_id":"0"}',
    '{"type":"subscribe","guild_id":"1","kinds":["everything"]}',
    '{"type":"subscribe","guild_id":"1","kinds":[]}',
    '{"type":"subscribe","guild_id":"1","after":5}',
    '{"type":"subscribe","guild_id":"1","extra":1}',
    "[" * 10_000,
    '{"type":"\\ud800"}',
    b"\x00\x01",
    b"\xff",
)


async def test_what_is_no_message_of_ours_closes_the_socket(address: str) -> None:
    cookie = await cookie_of(OWNER)
    for said in NO_MESSAGES:
        async with listening(address, cookie=cookie) as one:
            await one.connection.send(said)
            assert await one.closed() == 1007, said


async def test_nobody_opens_more_sockets_than_a_person_needs(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "MOST_OF_ONE", 2)
    async with listening(address, OWNER), listening(address, OWNER):
        async with listening(address, cookie=await cookie_of(OWNER)) as third:
            assert await third.closed() == 1008
        async with listening(address, MANAGER) as other:
            assert (await other.subscribe())["type"] == "subscribed"


async def test_who_does_not_read_is_let_go_of_and_holds_nobody_up(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "SLOWEST", 0.5)
    monkeypatch.setattr(socket_protocol, "FAREWELL", 0.1)
    reader, writer = await raw(address, await cookie_of(OWNER), receive_buffer=4096)
    writer.write(frame(json.dumps({"type": "subscribe", "guild_id": str(HARBOUR)})))
    async with asyncio.timeout(PATIENCE):
        await reader.readuntil(b'"subscribed"')
    reader._transport.pause_reading()  # type: ignore[attr-defined]
    async with listening(address, OWNER) as quick:
        await quick.subscribe()
        await large_events(200)
        for _ in range(200):
            assert (await quick.hear())["kind"] == "member"
        await until(lambda: sockets_of(address, OPEN) == 1)
    writer.transport.abort()


async def large_events(count: int) -> None:
    """More than any buffer holds: a megabyte for two hundred."""
    async with transaction():
        await rows(
            """INSERT INTO live_events (guild_id, kind, data)
               SELECT $1, 'member', jsonb_build_object('members', n, 'member_ids', repeat('1', 5000))
                 FROM generate_series(1, $2::int) AS n""",
            HARBOUR,
            count,
        )


async def test_a_stop_sends_everybody_away_for_a_moment_and_nothing_is_lost(place: Place, stop: asyncio.Event) -> None:
    cookie = await cookie_of(OWNER)
    async with listening(place.address, cookie=cookie) as one:
        await one.hear()
        await one.subscribe()
        await arrive(1)
        assert (await one.hear())["data"]["member_ids"] == ["1"]
        stop.set()
        farewell = await one.hear()
        assert farewell["type"] == "restart"
        assert 0.5 <= farewell["retry_after"] <= 5
        assert await one.closed() == 1012
        await arrive(2)
    async with serving_again(place), listening(place.address, cookie=cookie) as back:
        await back.hear()
        await back.subscribe(after=one.cursor)
        await arrive(3)
        assert [(await back.hear())["data"]["member_ids"] for _ in range(2)] == [["2"], ["3"]]


async def test_many_come_back_after_a_restart_in_the_middle_of_a_storm_and_miss_and_double_nothing(
    place: Place, stop: asyncio.Event, full: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MOST_OF_ONE", 1000)
    monkeypatch.setattr(socket_protocol, "RETURN", (0.1, 0.5))
    followers, count = (200, 300) if full else (20, 60)
    cookie = await cookie_of(OWNER)
    heard: list[list[str]] = [[] for _ in range(followers)]
    begun: set[int] = set()

    async def follow(number: int, mine: list[str]) -> None:
        """As docs/live.md says: come back after the time that was asked for, with the last cursor."""
        after, pause = None, 0.1
        while len(mine) < count:
            with contextlib.suppress(ConnectionClosed, OSError):
                async with listening(place.address, cookie=cookie) as one:
                    await one.say(type="subscribe", guild_id=str(HARBOUR), after=after)
                    while len(mine) < count:
                        message = await one.hear()
                        after, pause = message.get("cursor", after), message.get("retry_after", pause)
                        mine += message["data"]["member_ids"] if message["type"] == "event" else []
                        assert message["type"] != "reset"
                        if message["type"] == "subscribed":
                            begun.add(number)
            await asyncio.sleep(pause)

    following = asyncio.gather(*(follow(number, mine) for number, mine in enumerate(heard)))
    await until(lambda: len(begun) == followers)
    for member in range(1, count + 1):
        await arrive(member)
        if member == count // 3:
            stop.set()
    async with serving_again(place), asyncio.timeout(60):
        await following
    assert heard == [[str(member) for member in range(1, count + 1)]] * followers


WRONG = (
    REQUEST + "\r\n",
    REQUEST + "Sec-WebSocket-Key: x\r\nSec-WebSocket-Version: 13\r\n\r\n",
    REQUEST + KEY.replace("13", "12") + "\r\n",
    REQUEST + KEY + "Content-Length: 5\r\n\r\nhello",
    REQUEST + KEY + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    REQUEST.replace("GET", "POST") + KEY + "Content-Length: 0\r\n\r\n",
    REQUEST.replace("1.1", "1.0") + KEY + "\r\n",
    REQUEST + KEY + "X-Large: " + "x" * 9000 + "\r\n\r\n",
    REQUEST + KEY + "X-Many: 1\r\n" * 200 + "\r\n",
    REQUEST + KEY + "Host: other.test\r\n\r\n",
    REQUEST + KEY + f"Origin: {HOME}\r\n\r\n",
    REQUEST.replace("/ws", "/livez") + KEY + "\r\n",
)


async def test_a_handshake_that_is_wrong_opens_nothing_and_writes_no_line(
    address: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    for head in WRONG:
        reader, writer = await asyncio.open_connection("127.0.0.1", port_in(address))
        writer.write(head.encode())
        async with asyncio.timeout(PATIENCE):
            assert b" 101" not in await reader.read(12), head
        writer.close()
    assert (caplog.records, capsys.readouterr().out) == ([], "")


async def test_a_half_sent_handshake_is_cut_off_like_any_request(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.Guarded, "patience", 0.02)
    reader, writer = await asyncio.open_connection("127.0.0.1", port_in(address))
    writer.write((REQUEST + KEY).encode())
    async with asyncio.timeout(PATIENCE):
        assert await reader.read() == b""
    writer.close()


async def test_sockets_that_break_off_write_no_line(
    address: str, full: bool, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    cookie = await cookie_of(OWNER)
    for number in range(1000 if full else 30):
        reader, writer = await raw(address, cookie if number % 2 else None)
        writer.write(
            (frame('{"type":"ping"}'), b"\xff\xff\xff\xff", b"\x81\x85\x00\x00\x00\x00\xff\xfe\xfd\xfc\xfb")[number % 3]
        )
        await reader.read(1)
        writer.transport.abort()
    await until(lambda: not sockets_of(address, OPEN))
    assert (caplog.records, capsys.readouterr().out) == ([], "")


async def test_the_program_in_the_documentation_prints_what_happens_and_goes_on_after_an_interruption(
    place: Place, stop: asyncio.Event, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_protocol, "RETURN", (0.5, 0.5))
    program = tmp_path / "live.py"
    program.write_text(PROGRAM)
    token = (await refresh_tokens.begin(OWNER)).access_token
    site = place.address.replace("ws", "http", 1).removesuffix("/ws")
    watching = await asyncio.create_subprocess_exec(
        sys.executable, str(program), site, token, str(HARBOUR), stdout=asyncio.subprocess.PIPE
    )
    assert watching.stdout is not None
    await printed(watching.stdout, "subscribed")
    await arrive(1)
    assert '["1"]' in await printed(watching.stdout, "event member")
    stop.set()
    await printed(watching.stdout, "away:")
    await arrive(2)
    async with serving_again(place):
        assert '["2"]' in await printed(watching.stdout, "event member")
        watching.kill()
        await watching.wait()


@asynccontextmanager
async def serving_again(place: Place) -> AsyncIterator[None]:
    """The same app at the same address, once the one before it is gone."""
    await until(lambda: not sockets_of(place.address, LISTENING))
    stop = asyncio.Event()
    serving = asyncio.create_task(serve([(_started(place.app), bind("127.0.0.1", port_in(place.address)))], stop=stop))
    yield
    stop.set()
    await serving


async def printed(output: asyncio.StreamReader, beginning: str) -> str:
    """The next line that begins so."""
    async with asyncio.timeout(PATIENCE):
        while line := (await output.readline()).decode():
            if line.startswith(beginning):
                return line
    raise AssertionError(f"the program ended before it said {beginning!r}")


async def raw(
    address: str, cookie: str | None = None, *, receive_buffer: int | None = None
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """An open socket without a library, and with as small a buffer as wanted."""
    plain = socket.socket()
    if receive_buffer:
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
    plain.setblocking(False)
    await asyncio.get_running_loop().sock_connect(plain, ("127.0.0.1", port_in(address)))
    reader, writer = await asyncio.open_connection(sock=plain, limit=receive_buffer or 2**16)
    sent = f"Cookie: session={cookie}\r\n" if cookie else ""
    writer.write((REQUEST + KEY + sent + "\r\n").encode())
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    return reader, writer


def frame(text: str) -> bytes:
    """A whole message of a client, masked by nothing."""
    return b"\x81" + bytes([0x80 | len(text)]) + b"\x00" * 4 + text.encode()


def sockets_of(address: str, state: str) -> int:
    """How many sockets the server has in this state, as the kernel sees it."""
    lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(line[1].endswith(f":{port_in(address):04X}") and line[3] == state for line in lines)


async def until_end(reader: asyncio.StreamReader) -> bytes:
    """All that the server says before it ends the connection, in whatever way."""
    said = b""
    with contextlib.suppress(ConnectionError):
        while more := await reader.read(4096):
            said += more
    return said


def port_of(listening: socket.socket) -> int:
    return int(listening.getsockname()[1])


def port_in(address: str) -> int:
    return int(address.rpartition(":")[2].removesuffix("/ws"))
