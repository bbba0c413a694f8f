"""Only what Discord signed, for this application and not long ago, gets in."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from nacl.signing import SigningKey
from structlog.testing import capture_logs

from discord_api.snowflakes import first_at
from interactions import endpoint
from interactions.endpoint import InteractionEndpoint
from services.core import clock
from tests.interactions.door import Inside, body, client
from tests.support.bot import APPLICATION, KEY, signed

S, T = "X-Signature-Ed25519", "X-Signature-Timestamp"
Headers = dict[str, str]


def flipped(text: str, at: int) -> str:
    return text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]


# Each takes a rightly signed request and breaks one thing.
Forgery = Callable[[bytes, Headers, random.Random], tuple[bytes, Any]]
FORGERIES: dict[str, Forgery] = {
    "no signature": lambda b, h, r: (b, {T: h[T]}),
    "no timestamp": lambda b, h, r: (b, {S: h[S]}),
    "no headers": lambda b, h, r: (b, {}),
    "a flipped digit of the signature": lambda b, h, r: (b, h | {S: flipped(h[S], r.randrange(128))}),
    "a short signature": lambda b, h, r: (b, h | {S: h[S][: r.randrange(127)]}),
    "a long signature": lambda b, h, r: (b, h | {S: h[S] + "00" * r.randrange(1, 40)}),
    "spaces in the signature": lambda b, h, r: (b, h | {S: h[S][:64] + " " + h[S][65:]}),
    "letters that are no digits": lambda b, h, r: (b, h | {S: "g" * 128}),
    "another timestamp": lambda b, h, r: (b, h | {T: str(int(h[T]) + r.randrange(1, 10**6))}),
    "a timestamp of letters": lambda b, h, r: (b, h | {T: "yesterday"}),
    "a digit moved from the body": lambda b, h, r: (b[1:], h | {T: h[T] + b[:1].decode()}),
    "a digit moved into the body": lambda b, h, r: (h[T][-1:].encode() + b, h | {T: h[T][:-1]}),
    "a changed byte of the body": lambda b, h, r: (b[:20] + bytes([b[20] ^ 1]) + b[21:], h),
    "a longer body": lambda b, h, r: (b + b" ", h),
    "a shorter body": lambda b, h, r: (b[:-1], h),
    "an empty body": lambda b, h, r: (b"", h),
    "two signatures": lambda b, h, r: (b, [*h.items(), (S, "00" * 64)]),
    "two timestamps": lambda b, h, r: (b, [*h.items(), (T, "1700000000")]),
    "somebody else's key": lambda b, h, r: (b, signed(SigningKey.generate(), b)),
    "an empty signature": lambda b, h, r: (b, h | {S: ""}),
}


async def test_nothing_that_discord_did_not_sign_gets_in(door: InteractionEndpoint, inside: Inside, full: bool) -> None:
    chance = random.Random(7)
    kinds = list(FORGERIES.values())
    async with client(door) as outside:
        for place in range(50_000 if full else 5_000):
            real = body()
            forged, headers = kinds[place % len(kinds)](real, signed(KEY, real), chance)
            answer = await outside.post("/interactions", content=forged, headers=headers)
            # A digit in front of the object is rightly signed, and no object.
            assert answer.status_code in (401, 400), place
            assert answer.status_code == 401 or forged[:1].isdigit()
    assert inside.seen == []


# A digit in front of the object is what the signature says, and no object.
@pytest.mark.parametrize("kind", [kind for kind in FORGERIES if kind != "a digit moved into the body"])
async def test_a_fault_of_signature_or_headers_is_401(kind: str, door: InteractionEndpoint) -> None:
    real = body()
    forged, headers = FORGERIES[kind](real, signed(KEY, real), random.Random(1))
    async with client(door) as outside:
        answer = await outside.post("/interactions", content=forged, headers=headers)
    assert answer.status_code == 401
    assert answer.content == b""


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "1"},
        {"id": str(9 * 10**18)},
        {"id": "12x"},
        {"id": None},
        {"id": "9" * 30},
        {"application_id": "1"},
        {"extra": 2**63},
        {"extra": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]},
    ],
)
async def test_old_foreign_or_hostile_payloads_are_refused(
    changes: dict[str, Any], door: InteractionEndpoint, inside: Inside
) -> None:
    payload = body(**changes)
    async with client(door) as discord:
        answer = await discord.post("/interactions", content=payload, headers=signed(KEY, payload))
    assert answer.status_code == 400
    assert inside.seen == []


@pytest.mark.parametrize(
    ("age", "status"),
    [
        (timedelta(hours=24), 200),
        (timedelta(hours=24, milliseconds=1), 400),
        (timedelta(hours=-1), 200),
        (timedelta(hours=-1, milliseconds=-1), 400),
    ],
)
async def test_an_interaction_is_good_for_a_day_and_may_be_an_hour_ahead(
    age: timedelta, status: int, door: InteractionEndpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    payload = body(id=str(first_at(now - age)))
    async with client(door) as discord:
        answer = await discord.post("/interactions", content=payload, headers=signed(KEY, payload))
    assert answer.status_code == status


@pytest.mark.parametrize(("digits", "status"), [(1, 401), (8, 401), (9, 200), (13, 200), (14, 401)])
async def test_a_timestamp_has_nine_to_thirteen_digits(digits: int, status: int, door: InteractionEndpoint) -> None:
    stamp, payload = "1" * digits, body()
    headers = {S: KEY.sign(stamp.encode() + payload).signature.hex(), T: stamp}
    async with client(door) as discord:
        answer = await discord.post("/interactions", content=payload, headers=headers)
    assert answer.status_code == status


async def test_digits_that_moved_from_the_timestamp_into_the_body_are_no_signature(door: InteractionEndpoint) -> None:
    payload = body()
    headers = signed(KEY, payload)
    moved = headers[T][2:].encode() + payload
    async with client(door) as discord:
        answer = await discord.post("/interactions", content=moved, headers=headers | {T: headers[T][:2]})
    assert answer.status_code == 401


@pytest.mark.parametrize("hours", [2, -26])
async def test_a_wrong_clock_is_told_with_both_times(hours: int, door: InteractionEndpoint) -> None:
    made = datetime.now(UTC) + timedelta(hours=hours)
    payload = body(id=str(first_at(made)))
    async with client(door) as discord:
        with capture_logs() as lines:
            await discord.post("/interactions", content=payload, headers=signed(KEY, payload))
    (line,) = lines
    here, there = (datetime.fromisoformat(line[name]) for name in ("here", "discord"))
    assert abs(there - here - timedelta(hours=hours)) < timedelta(minutes=1)


async def test_a_wrong_clock_is_told_once_a_minute(door: InteractionEndpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    payload = body(id="1")
    told = []
    async with client(door) as discord:
        for now in (5.0, 5.0, 64.9, 65.0, 65.0, 124.9, 125.0):
            ticking = SimpleNamespace(time=time.time, perf_counter=time.perf_counter, monotonic=lambda now=now: now)
            monkeypatch.setattr(endpoint, "time", ticking)
            with capture_logs() as lines:
                await discord.post("/interactions", content=payload, headers=signed(KEY, payload))
            told.append(len(lines))
    assert told == [1, 0, 0, 1, 0, 0, 1]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"id": None}, "id"),
        ({"id": "12x"}, "id"),
        ({"id": "1" + "0" * 19}, "id"),
        ({"id": "1"}, "age"),
        ({"id": "1", "type": 0}, "age"),
        ({"application_id": "1"}, "application"),
    ],
)
async def test_what_is_refused_is_counted_by_its_reason(changes: dict[str, Any], why: str, inside: Inside) -> None:
    counted: list[str] = []
    door = InteractionEndpoint(APPLICATION, bytes(KEY.verify_key), inside, counted.append)
    payload = body(**changes)
    async with client(door) as discord:
        await discord.post("/interactions", content=payload, headers=signed(KEY, payload))
    assert (counted, inside.seen) == ([why], [])
