"""What caches are told: one tag for each encoding of an answer, and which answers must not be kept."""

from __future__ import annotations

import pytest

from playground.world.cast import HARBOUR
from tests.support.callers import Ask, Caller, Desk

PLACE = {"guild_id": str(HARBOUR)}
SCHEMA = Ask("/guilds/{guild_id:id}/config/schema", "GET", PLACE)
CONFIG = Ask("/guilds/{guild_id:id}/config", "GET", PLACE)
PACKED, PLAIN = {"Accept-Encoding": "gzip"}, {"Accept-Encoding": "identity"}

pytestmark = pytest.mark.within  # nginx compresses for itself


async def test_two_encodings_of_one_answer_have_two_tags(desk: Desk, admin: Caller) -> None:
    packed = await desk.send(admin, SCHEMA, headers=PACKED)
    plain = await desk.send(admin, SCHEMA, headers=PLAIN)
    assert (packed.headers["content-encoding"], plain.headers.get("content-encoding")) == ("gzip", None)
    assert packed.json() == plain.json()
    assert packed.headers["etag"] == plain.headers["etag"].removesuffix('"') + '-gzip"'


@pytest.mark.parametrize("encoding", [PACKED, PLAIN])
async def test_what_is_unchanged_says_of_which_encoding_and_what_it_depends_on(
    desk: Desk, admin: Caller, encoding: dict[str, str]
) -> None:
    first = await desk.send(admin, SCHEMA, headers=encoding)
    again = await desk.send(admin, SCHEMA, headers=encoding | {"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["etag"] == first.headers["etag"]
    assert "Accept-Encoding" in again.headers["vary"]
    assert again.headers["vary"] == first.headers["vary"]


async def test_a_change_may_be_based_on_a_compressed_answer(desk: Desk, admin: Caller) -> None:
    read = await desk.send(admin, CONFIG, headers=PACKED)
    change = Ask(CONFIG.route, "PATCH", PLACE, {"settings": {"economy": {"daily": 250}}}, {}, {"Idempotency-Key": "1"})
    changed = await desk.send(admin, change, headers={"If-Match": read.headers["etag"].removesuffix('"') + '-gzip"'})
    assert changed.status_code == 200


async def test_a_kept_answer_depends_on_the_encoding_too(desk: Desk, admin: Caller) -> None:
    answers = [await desk.send(admin, CONFIG, headers=PLAIN) for _ in range(3)]
    assert [answer.headers["vary"] for answer in answers] == ["Accept-Encoding"] * 3


async def test_a_token_may_stand_behind_several_spaces(desk: Desk, admin: Caller) -> None:
    token = admin.headers["Authorization"].removeprefix("Bearer ")
    for said in (f"Bearer  {token}", f"bearer   {token}"):
        assert (await desk.send(admin, CONFIG, headers={"Authorization": said})).status_code == 200
    assert (
        await desk.send(admin, CONFIG, headers={"Authorization": f"Bearer {token[:9]} {token[9:]}"})
    ).status_code == 401


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/metrics"])
async def test_nobody_keeps_what_health_and_metrics_say(desk: Desk, path: str) -> None:
    for headers in ({}, {"X-Forwarded-For": "192.0.2.1"}):
        assert (await desk.http.get(path, headers=headers)).headers["cache-control"] == "no-store"
