"""A used refresh token that comes back: a repeat within moments is answered alike, a later one ends everything."""

from __future__ import annotations

import asyncio
from hashlib import sha256

import pytest

from services.core.transactions import rows, transaction
from services.identity import token_families
from services.identity.access_tokens import verify
from services.identity.refresh_tokens import IssuedTokens, begin, rotate
from tests.services.identity.refreshing import USED, events, pass_time, refused
from tests.support.bot import ALICE

pytestmark = pytest.mark.usefixtures("keys")


async def test_a_lost_answer_logs_nobody_out() -> None:
    first = await begin(ALICE)
    answers = [await rotate(first.refresh_token) for _ in range(4)]
    assert len({answer.refresh_token for answer in answers}) == 1
    assert await rotate(answers[0].refresh_token)
    assert "token.reused" not in await events()


async def test_a_used_token_that_comes_back_later_ends_everything_and_is_noted_once() -> None:
    stolen = await begin(ALICE)
    other = await begin(ALICE)
    current = await rotate(stolen.refresh_token)
    assert await verify(current.access_token)
    await pass_time("10 seconds")
    assert await refused(stolen.refresh_token)
    assert await verify(current.access_token) is None
    assert await verify(stolen.access_token) is None
    for token in (current, stolen, current, stolen):
        assert await refused(token.refresh_token)
    assert (await events()).count("token.reused") == 1
    (event,) = await rows("SELECT actor_id, target FROM audit_log WHERE action = 'token.reused'")
    assert (event["actor_id"], event["target"]) == (ALICE, "1")
    assert await verify(other.access_token)  # another program of hers goes on


async def test_nine_seconds_later_the_same_successor_is_given_still() -> None:
    first = await begin(ALICE)
    second = await rotate(first.refresh_token)
    await pass_time("9 seconds")
    assert (await rotate(first.refresh_token)).refresh_token == second.refresh_token


async def test_repeats_do_not_stretch_the_grace() -> None:
    first = await begin(ALICE)
    for _ in range(2):
        await rotate(first.refresh_token)
        await pass_time("6 seconds")
    assert await refused(first.refresh_token)


async def test_a_thief_who_is_one_step_behind_does_not_get_in_step() -> None:
    first = await begin(ALICE)
    second = await rotate(first.refresh_token)
    third = await rotate(second.refresh_token)
    assert await refused(first.refresh_token)  # although within ten seconds of its use
    assert await refused(third.refresh_token)
    assert (await events()).count("token.reused") == 1


async def test_a_token_from_long_ago_ends_the_family_too() -> None:
    pairs = [await begin(ALICE)]
    for _ in range(5):
        pairs.append(await rotate(pairs[-1].refresh_token))
    await pass_time("1 hour")
    assert await refused(pairs[1].refresh_token)
    assert await refused(pairs[-1].refresh_token)


async def test_a_reuse_within_somebody_elses_transaction_is_not_even_tried() -> None:
    first = await begin(ALICE)
    with pytest.raises(RuntimeError):
        async with transaction():
            await rotate(first.refresh_token)


@pytest.mark.usefixtures("patient_pool")
async def test_twenty_who_renew_at_once_hold_one_living_successor(full: bool) -> None:
    families = [await begin(ALICE + n) for n in range(200 if full else 20)]
    crowds = [asyncio.gather(*(rotate(family.refresh_token) for _ in range(20))) for family in families]
    answers: list[list[IssuedTokens]] = await asyncio.gather(*crowds)
    for answer in answers:
        assert len({pair.refresh_token for pair in answer}) == 1
    assert await rows(USED) == [{"unused": len(families), "tokens": 2 * len(families)}]
    counted = await rows(
        "SELECT family_id FROM refresh_tokens WHERE used_at IS NULL GROUP BY family_id HAVING count(*) = 1"
    )
    assert len(counted) == len(families)
    digests = {bytes(row["digest"]) for row in await rows("SELECT digest FROM refresh_tokens WHERE used_at IS NULL")}
    assert digests == {sha256(answer[0].refresh_token.encode()).digest() for answer in answers}
    assert "token.reused" not in await events()


async def test_many_who_reuse_at_once_are_noted_once(full: bool) -> None:
    stolen = [await begin(ALICE) for _ in range(50 if full else 5)]
    for one in stolen:
        await rotate(one.refresh_token)
    await pass_time("1 minute")
    await asyncio.gather(*(refused(one.refresh_token) for one in stolen for _ in range(10)))
    assert (await events()).count("token.reused") == len(stolen)
    assert await token_families.of(ALICE) == []
