"""Discord's door: what is not Discord's stays outside, and nobody outside is ever told more than a status."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import orjson
import pytest

from interactions import endpoint
from interactions.endpoint import InteractionEndpoint
from interactions.wire import WireResponse
from tests.interactions.door import ALICE, GUILD, Inside, body, client
from tests.support.bot import APPLICATION, KEY, Bot, envelope, signed


async def test_a_ping_is_answered_with_a_pong(door: InteractionEndpoint) -> None:
    ping = orjson.dumps({"id": "1", "application_id": str(APPLICATION), "type": 1, "token": "t", "version": 1})
    async with client(door) as discord:
        answer = await discord.post("/interactions", content=ping, headers=signed(KEY, ping))
    assert (answer.status_code, answer.json()) == (200, {"type": 1})
    assert answer.headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    "payload",
    [
        b"[]",
        b'"text"',
        b"null",
        b"not json",
        b'{"type":1}',
        b'{"application_id":"1","type":1}',
        b'{"application_id":NaN}',
        b'{"type":1,' + orjson.dumps({"id": "1", "application_id": str(APPLICATION), "type": 1})[1:],
        b"[" * 5000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
    ],
)
async def test_what_is_signed_but_not_ours_or_not_readable_is_400(payload: bytes, door: InteractionEndpoint) -> None:
    async with client(door) as discord:
        answer = await discord.post("/interactions", content=payload, headers=signed(KEY, payload))
    assert answer.status_code == 400


async def test_what_is_no_ping_is_never_answered_with_a_pong(door: InteractionEndpoint, inside: Inside) -> None:
    payload = body(type=0)
    async with client(door) as discord:
        answer = await discord.post("/interactions", content=payload, headers=signed(KEY, payload))
    assert (answer.json()["type"], len(inside.seen)) == (4, 1)


@pytest.mark.parametrize(("read_at", "arrived"), [({"arrived": 42.0}, 42.0), ({}, 50.0)])
async def test_discords_three_seconds_count_from_when_the_server_read_the_request(
    read_at: dict[str, float], arrived: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    times: list[float] = []

    async def dispatch(_payload: dict[str, Any], since: float) -> WireResponse:
        times.append(since)
        return WireResponse(b"{}")

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": payload, "more_body": False}

    async def send(_message: Any) -> None:
        pass

    monkeypatch.setattr(endpoint, "time", SimpleNamespace(time=time.time, perf_counter=lambda: 50.0))
    door, payload = InteractionEndpoint(APPLICATION, bytes(KEY.verify_key), dispatch), body()
    headers = [(name.lower().encode(), value.encode()) for name, value in signed(KEY, payload).items()]
    await door({"type": "http", "method": "POST", "headers": headers, "state": read_at}, receive, send)
    assert times == [arrived]


async def test_a_member_may_type_what_looks_like_an_escaped_nul(door: InteractionEndpoint, inside: Inside) -> None:
    payload = body(extra="\\u0000 and 12345678901234567890, too")
    async with client(door) as discord:
        answer = await discord.post("/interactions", content=payload, headers=signed(KEY, payload))
    assert answer.status_code == 200
    assert inside.seen[0]["extra"] == "\\u0000 and 12345678901234567890, too"


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_only_post_is_answered(method: str, door: InteractionEndpoint, inside: Inside) -> None:
    payload = body()
    async with client(door) as discord:
        answer = await discord.request(method, "/interactions", content=payload, headers=signed(KEY, payload))
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert inside.seen == []


async def test_every_answer_gives_its_length_and_only_405_names_a_method(door: InteractionEndpoint) -> None:
    payload = body()
    async with client(door) as discord:
        answers = [
            await discord.post("/interactions", content=payload, headers=signed(KEY, payload)),
            await discord.post("/interactions", content=payload),
            await discord.get("/interactions"),
            await discord.post("/interactions", content=b"{}", headers={"content-encoding": "gzip"}),
        ]
    allowed = {answer.status_code: answer.headers.get("allow") for answer in answers}
    assert allowed == {200: None, 401: None, 405: "POST", 415: None}
    assert all(answer.headers["content-length"] == str(len(answer.content)) for answer in answers)


async def test_too_large_a_body_is_413_and_packed_ones_are_415(door: InteractionEndpoint) -> None:
    large = b"x" * (256 * 1024 + 1)
    async with client(door) as discord:
        answer = await discord.post("/interactions", content=large, headers=signed(KEY, large))
        packed = await discord.post("/interactions", content=b"{}", headers={"content-encoding": "gzip"})
    assert (answer.status_code, packed.status_code) == (413, 415)


async def test_a_body_that_does_not_end_is_cut_at_the_limit(door: InteractionEndpoint) -> None:
    read = 0

    async def endless() -> dict[str, Any]:
        nonlocal read
        read += 1
        return {"type": "http.request", "body": b"x" * 65536, "more_body": True}

    said: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        said.append(message)

    await door({"type": "http", "method": "POST", "headers": []}, endless, send)
    assert said[0]["status"] == 413
    assert read <= 5


async def test_a_fault_inside_is_a_private_apology_and_never_a_500() -> None:
    async def broken(_payload: dict[str, Any], _arrived: float) -> WireResponse:
        raise RuntimeError("a bug")

    door = InteractionEndpoint(APPLICATION, bytes(KEY.verify_key), broken)
    payload = body()
    async with client(door) as discord:
        answer = await discord.post("/interactions", content=payload, headers=signed(KEY, payload))
    assert answer.status_code == 200
    assert answer.json()["data"]["flags"] == 64
    assert "went wrong" in answer.json()["data"]["content"]


@pytest.mark.parametrize(
    "changes",
    [
        {"data": {"name": "nonsense", "type": 1}},
        {"data": {"name": "ping", "type": 77}},
        {"type": 99},
        {"data": {"name": "ping", "type": 1, "options": [{"name": "x", "type": 3, "value": "y"}]}},
        {"data": {"name": "balance", "type": 1, "options": [{"name": "member", "type": 3, "value": "y"}]}},
        {"data": {"name": "balance", "type": 1, "options": [{"name": "member", "type": 6, "value": "123"}]}},
        {"data": {}},
        {"data": None},
        {"member": {}},
        {"type": 3, "data": {"custom_id": "unknown", "component_type": 2}},
        {"type": 3, "data": {"custom_id": "1|/offers/1/accept|0|forged", "component_type": 2}},
        {"type": 3, "data": {"custom_id": "🪙|" * 20, "component_type": 2}},
        {"type": 5, "data": {"custom_id": "x", "components": [{"nonsense": 1}]}},
        {"type": 5, "data": {"custom_id": "x", "components": 5}},
    ],
)
async def test_the_unknown_gets_a_polite_private_answer(changes: dict[str, Any], bot: Bot) -> None:
    payload = envelope(2, {"name": "ping", "type": 1}, ALICE, GUILD) | changes
    answer = await bot.send(payload)
    assert (answer.status, answer.type, answer.private) == (200, 4, True)
    assert answer.content.endswith((".", ")"))
