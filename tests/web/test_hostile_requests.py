"""Requests that nobody sends by accident: each operation refuses them in words, and nothing is changed."""

from __future__ import annotations

import json
import random

import pytest
from httpx import Response

from playground.world.cast import HARBOUR, MANAGER
from tests.support.asking import ask_for
from tests.support.callers import OPERATIONS, Ask, Caller, Desk, a_minute_passes
from tests.support.examples import Whose
from tests.support.stored import snapshot
from tests.web.conftest import Send
from web.frame.endpoint import Endpoint
from web.frame.idempotency import HEADER

DEEP = 4000
BODIES = {
    "nothing": b"",
    "no JSON": b"{",
    "an array": b"[]",
    "a text": b'"body"',
    "null": b"null",
    "no UTF-8": b'{"reason": "\xff\xfe"}',
    "an extra field": b'{"owner": true}',
    "deep": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "deep arrays": b"[" * DEEP + b"]" * DEEP,
}
VALUES = {
    "NaN": "NaN",
    "Infinity": "-Infinity",
    "a lone surrogate": '"\\ud800"',
    "NUL": '"a\\u0000b"',
    "5,000 digits": "9" * 5000,
    "5,000 digits in a text": f'"{"9" * 5000}"',
    "an endless fraction": f"0.{'1' * 5000}e99999",
    "deep": '{"a":' * DEEP + "1" + "}" * DEEP,
    "a deep array": "[" * DEEP + "]" * DEEP,
    "true": "true",
    "null inside": '{"economy": null}',
    "big inside": f'{{"economy": {{"daily": {"9" * 5000}}}}}',
    "a surrogate inside": '{"economy": {"symbol": "\\udfff"}}',
    "a surrogate as a name": '{"\\ud800": {"\\ud800": 1}}',
    "a NUL inside": '{"economy": {"symbol": "\\u0000"}}',
    "NaN inside": '{"economy": {"daily": NaN}}',
}
PATHS = (
    "0",
    "-1",
    "01",
    "9223372036854775808",
    "99999999999999999999",
    "1e3",
    "%00",
    "%EF%BC%91",
    "1%2F2",
    "1;2",
)
_JSON = {"Content-Type": "application/json"}


class Refusals:
    """Answers that are not a refusal in words, and what had changed by then."""

    def __init__(self) -> None:
        self.wrong: list[str] = []

    def look(self, name: str, answer: Response, *statuses: int) -> None:
        said = answer.headers.get("content-type") == "application/problem+json" and answer.json()["detail"]
        right = answer.status_code in statuses if statuses else 400 <= answer.status_code < 500
        if not (right and said and answer.status_code != 429):
            self.wrong.append(f"{name}: {answer.status_code} {answer.text[:200]}")

    def check(self) -> None:
        assert not self.wrong, f"{len(self.wrong)}\n" + "\n".join(self.wrong[:40])


async def _asks(desk: Desk) -> list[tuple[str, Endpoint, Ask]]:
    """One good request to each operation."""
    whose = Whose(desk.whole, HARBOUR, MANAGER)
    return [(o.id, o, await ask_for(route.path, method, o, whose)) for route, method, o in OPERATIONS]


async def test_bodies_that_are_no_such_thing(desk: Desk, admin: Caller) -> None:
    refusals, asks = Refusals(), await _asks(desk)
    before = await snapshot()
    for name, endpoint, ask in asks:
        if endpoint.operation.body is None or endpoint.id == "auth.login":
            continue
        await a_minute_passes()
        for number, (what, raw) in enumerate(BODIES.items()):
            fresh = ask._replace(headers={**ask.headers, HEADER: f"{name} {number}"})
            refusals.look(f"{name}, {what}", await desk.send(admin, fresh, content=raw, headers=_JSON))
        for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
            raw = json.dumps(ask.body).encode()
            refusals.look(
                f"{name}, {kind}", await desk.send(admin, ask, content=raw, headers={"Content-Type": kind}), 415
            )
    refusals.check()
    assert await snapshot() == before


async def test_values_that_no_field_takes(desk: Desk, admin: Caller, full: bool) -> None:
    refusals, asks = Refusals(), await _asks(desk)
    chance = random.Random(7)
    before = await snapshot()
    for name, _, ask in asks:
        for field in ask.body or {}:
            await a_minute_passes()
            for what, raw in VALUES.items() if full else chance.sample([*VALUES.items()], 4):
                others = {other: value for other, value in ask.body.items() if other != field}
                content = f"{{{json.dumps(field)}: {raw}, {json.dumps(others)[1:]}".replace(", }", "}").encode()
                fresh = ask._replace(headers={**ask.headers, HEADER: f"{name} {field} {what}"})
                answer = await desk.send(admin, fresh, content=content, headers=_JSON)
                refusals.look(f"{name}, {field} = {what}", answer)
    refusals.check()
    assert await snapshot() == before


async def test_a_key_that_stands_twice_is_refused_by_name(desk: Desk, admin: Caller) -> None:
    refusals, asks = Refusals(), await _asks(desk)
    before = await snapshot()
    for name, _, ask in asks:
        if not ask.body:
            continue
        await a_minute_passes()
        field, text = next(iter(ask.body)), json.dumps(ask.body)
        escaped = "".join(f"\\u{ord(sign):04x}" for sign in field)
        for number, other in enumerate((field, escaped)):
            fresh = ask._replace(headers={**ask.headers, HEADER: f"{name} twice {number}"})
            content = f'{{"{other}": {json.dumps(ask.body[field])}, {text[1:]}'.encode()
            answer = await desk.send(admin, fresh, content=content, headers=_JSON)
            refusals.look(name, answer, 422)
            assert f"`{field}` stands more than once" in answer.text, name
    refusals.check()
    assert await snapshot() == before


@pytest.mark.within  # nginx refuses some of these in its own words
async def test_ids_that_nothing_has(desk: Desk, admin: Caller) -> None:
    refusals, asks = Refusals(), await _asks(desk)
    for name, _, ask in asks:
        for gap in ask.values:
            await a_minute_passes()
            for value in PATHS:
                answer = await desk.send(admin, ask._replace(values={**ask.values, gap: value}))
                if gap != "user_id" or answer.status_code >= 300:  # who never earned has an account all the same
                    refusals.look(f"{name}, {gap} = {value}", answer)
    refusals.check()


async def test_queries_that_say_things_twice_or_in_no_text(desk: Desk, admin: Caller) -> None:
    refusals, asks = Refusals(), await _asks(desk)
    before = await snapshot()
    for name, _, ask in asks:
        if ask.method != "GET":
            await a_minute_passes()
        for query in ("limit=1&limit=2", "after=%00", "search=%ff%fe", "colour=red", "limit=" + "9" * 3000, "a" * 5000):
            answer = await desk.http.request(
                ask.method, f"{ask.path}?{query}", headers={**ask.headers, **admin.headers, **_JSON},
                content=None if ask.body is None else json.dumps(ask.body),
            )  # fmt: skip
            refusals.look(f"{name}?{query[:30]}", answer, 422, 414)
    refusals.check()
    assert await snapshot() == before


@pytest.mark.within  # nginx refuses TRACE itself
async def test_methods_that_an_address_has_not(desk: Desk, admin: Caller) -> None:
    by_path: dict[str, set[str]] = {}
    asks = await _asks(desk)
    for _, _, ask in asks:
        by_path.setdefault(ask.route, set()).add(ask.method)
    refusals = Refusals()
    for _, _, ask in asks:
        await a_minute_passes()
        has = by_path[ask.route] | ({"HEAD"} if "GET" in by_path[ask.route] else set())
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "get"} - has:
            answer = await desk.http.request(method, ask.path, headers=dict(admin.headers))
            if method == "get":
                continue  # httpx writes it in capitals
            refusals.look(f"{method} {ask.route}", answer, 405)
            if set(answer.headers.get("allow", "").split(", ")) != has:
                refusals.wrong.append(f"{method} {ask.route} allows {answer.headers.get('allow')}, not {has}")
    refusals.check()


async def test_what_did_not_change_is_not_sent_again(desk: Desk, admin: Caller) -> None:
    for name, endpoint, ask in await _asks(desk):
        if ask.method != "GET" or endpoint.operation.file:
            continue
        await a_minute_passes()
        first = await desk.send(admin, ask)
        assert first.status_code == 200, (name, first.text)
        etag = first.headers["etag"]
        for said in (etag, f"W/{etag}", f'"other", {etag}', "*"):
            again = await desk.send(admin, ask, headers={"If-None-Match": said})
            # Whoever names no tag is told that of the answer as it is uncompressed.
            tag = etag.replace('-gzip"', '"') if said == "*" else etag
            assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag), (name, said)
        other = await desk.send(admin, ask, headers={"If-None-Match": '"other"'})
        assert (other.status_code, other.content) == (200, first.content), name
        await a_minute_passes()
        bare = await desk.http.head(ask.path, params=dict(ask.query), headers=dict(admin.headers))
        assert (bare.status_code, bare.content) == (200, b""), name


async def test_nobodys_change_is_lost_under_another(desk: Desk, admin: Caller) -> None:
    versioned = [(name, ask) for name, endpoint, ask in await _asks(desk) if endpoint.operation.versioned]
    assert versioned
    for name, ask in versioned:
        unsaid = {key: value for key, value in ask.headers.items() if key != "If-Match"}
        stale = unsaid | {"If-Match": '"v0"', HEADER: f"stale {name}"}
        answer = await desk.send(admin, ask._replace(headers=unsaid))
        assert answer.status_code == 428, name
        before = await snapshot()
        answer = await desk.send(admin, ask._replace(headers=stale))
        assert (answer.status_code, "current" in answer.json()) == (412, True), name
        for nonsense in ('"x"', '"v-1"', '"v' + "9" * 5000 + '"', '"v١"'):
            answer = await desk.send(admin, ask._replace(headers=unsaid), headers={"If-Match": nonsense.encode()})
            assert answer.status_code in (412, 428), (name, nonsense)
        assert await snapshot() == before


@pytest.mark.within
@pytest.mark.parametrize("path", ["/", "/servers", f"/servers/{HARBOUR}/members", "/api/v1/users/me", "/static/app.js"])
async def test_a_query_that_is_no_text_is_refused(send: Send, path: str) -> None:
    assert await send("GET", path, {"Host": "bot.test"}, b"", b"search=\xe2\x80") == 400
    assert await send("GET", path, {"Host": "bot.test"}, b"", "search=é".encode()) != 400
