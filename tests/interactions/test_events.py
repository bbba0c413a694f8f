"""Discord's other door: events are acknowledged once they are noted, and nobody else can report any."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest
from httpx import ASGITransport, AsyncClient, Response
from nacl.signing import SigningKey

from interactions import events
from interactions.events import EventEndpoint
from services.core.transactions import rows
from tests.support.bot import ALICE, APPLICATION, GUILD, KEY, Bot, signed, user

INSTALLED = {
    "type": "APPLICATION_AUTHORIZED",
    "timestamp": "2026-11-20T10:00:00.000000+00:00",
    "data": {
        "integration_type": 0,
        "scopes": ["bot", "applications.commands"],
        "user": user(ALICE),
        "guild": {"id": str(GUILD), "name": "The Hollow", "owner_id": str(ALICE)},
    },
}


class Notes:
    """A recorder that keeps what it was told, after doing as it is asked."""

    def __init__(self) -> None:
        self.kept: list[dict[str, Any]] = []
        self.fault: Exception | None = None
        self.hangs = False

    async def __call__(self, event: dict[str, Any]) -> None:
        if self.hangs:
            await asyncio.Event().wait()
        if self.fault:
            raise self.fault
        self.kept.append(event)


@pytest.fixture
def notes() -> Notes:
    return Notes()


def wrapped(event: Any, **changes: Any) -> bytes:
    return orjson.dumps({"version": 1, "application_id": str(APPLICATION), "type": 1, "event": event} | changes)


async def post(notes: Notes, body: bytes, headers: dict[str, str] | None = None) -> Response:
    door = EventEndpoint(APPLICATION, bytes(KEY.verify_key), notes)
    async with AsyncClient(transport=ASGITransport(door), base_url="http://bot.test") as discord:
        return await discord.post("/events", content=body, headers=signed(KEY, body) if headers is None else headers)


async def test_the_ping_of_this_door_is_acknowledged_without_content(notes: Notes) -> None:
    answer = await post(notes, wrapped(None, type=0))
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["content-type"] == "application/json"
    assert "content-length" not in answer.headers  # a 204 must not have one
    assert notes.kept == []


async def test_an_event_is_noted_and_acknowledged(notes: Notes) -> None:
    assert (await post(notes, wrapped(INSTALLED))).status_code == 204
    assert notes.kept == [INSTALLED]


@pytest.mark.parametrize("event", [None, 7, "text", [], [INSTALLED]])
async def test_what_is_no_event_is_acknowledged_and_forgotten(event: Any, notes: Notes) -> None:
    assert (await post(notes, wrapped(event))).status_code == 204
    assert notes.kept == []


async def test_what_could_not_be_noted_is_asked_for_again(notes: Notes) -> None:
    notes.fault = ConnectionError("the database is away")
    assert (await post(notes, wrapped(INSTALLED))).status_code == 503


async def test_discord_is_answered_in_time_however_long_noting_takes(
    notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert events.PATIENCE < 3
    monkeypatch.setattr(events, "PATIENCE", 0.05)
    notes.hangs = True
    async with asyncio.timeout(20):
        assert (await post(notes, wrapped(INSTALLED))).status_code == 503


@pytest.mark.parametrize("fault", [KeyError("guild"), ValueError("no date"), TypeError("no text")])
async def test_an_event_of_an_unknown_shape_is_not_asked_for_again(fault: Exception, notes: Notes) -> None:
    notes.fault = fault
    assert (await post(notes, wrapped(INSTALLED))).status_code == 204


async def test_only_discord_can_report_an_event(notes: Notes) -> None:
    body = wrapped(INSTALLED)
    rightly = signed(KEY, body)
    for headers in (
        {},
        signed(SigningKey.generate(), body),
        rightly | {"X-Signature-Timestamp": "1700000000"},
        rightly | {"X-Signature-Ed25519": "0" * 128},
    ):
        assert (await post(notes, body, headers)).status_code == 401
    assert (await post(notes, body + b" ", rightly)).status_code == 401
    assert notes.kept == []


@pytest.mark.parametrize(
    "body",
    [
        wrapped(INSTALLED, application_id="1"),
        wrapped(INSTALLED, extra=2**63),
        b'{"version":1,' + wrapped(INSTALLED)[1:],
        b"[]",
        b"not json",
        b'{"a":' * 900 + b"1" + b"}" * 900,
    ],
)
async def test_what_is_signed_but_foreign_or_hostile_is_400(body: bytes, notes: Notes) -> None:
    assert (await post(notes, body)).status_code == 400
    assert notes.kept == []


async def test_too_large_an_event_is_refused(notes: Notes) -> None:
    assert (await post(notes, wrapped({"type": "x" * 300_000}))).status_code == 413


async def test_a_new_installation_is_kept_once_however_often_discord_tells_of_it(bot: Bot) -> None:
    body = wrapped(INSTALLED)
    answers = await asyncio.gather(
        *(bot.client.post("/events", content=body, headers=signed(KEY, body)) for _ in range(8))
    )
    assert {answer.status_code for answer in answers} == {204}
    assert [(row["discord_id"], row["name"]) for row in await rows("SELECT discord_id, name FROM guilds")] == [
        (GUILD, "The Hollow")
    ]


@pytest.mark.parametrize("missing", ["timestamp", "data"])
async def test_an_installation_with_a_part_missing_changes_nothing(missing: str, bot: Bot) -> None:
    body = wrapped({name: value for name, value in INSTALLED.items() if name != missing})
    answer = await bot.client.post("/events", content=body, headers=signed(KEY, body))
    assert answer.status_code == 204
    assert await rows("SELECT FROM guilds") == []
