"""How programs stay signed in: each refresh token is good once, and two who hold the same lose it both."""

from __future__ import annotations

import asyncio
from hashlib import sha256

import pytest

from services.core.transactions import rows, transaction
from services.identity import access_tokens, refresh_tokens, token_families
from services.identity.access_tokens import verify
from services.identity.refresh_tokens import Invalid, IssuedTokens, begin, revoke, rotate
from services.privacy import retention
from tests.support.bot import ALICE, BOB

pytestmark = pytest.mark.usefixtures("keys")

USED = "SELECT count(*) FILTER (WHERE used_at IS NULL)::int AS unused, count(*)::int AS tokens FROM refresh_tokens"


@pytest.fixture
async def keys(database: str) -> None:
    access_tokens.configure({"1": b"a" * 32}, "https://tatiana.test")
    refresh_tokens.configure(b"k" * 32)
    token_families._living.clear()


async def pass_time(interval: str) -> None:
    """Everything that was stored is that much older."""
    await rows(
        "UPDATE refresh_families SET created_at = created_at - $1::text::interval,"
        " expires_at = expires_at - $1::text::interval",
        interval,
    )
    await rows(
        "UPDATE refresh_tokens SET used_at = used_at - $1::text::interval,"
        " expires_at = expires_at - $1::text::interval",
        interval,
    )
    token_families._living.clear()


async def events() -> list[str]:
    return [row["action"] for row in await rows("SELECT action FROM audit_log ORDER BY id")]


async def refused(token: str) -> bool:
    try:
        await rotate(token)
    except Invalid:
        return True
    return False


async def test_a_pair_is_renewed_again_and_again() -> None:
    pair = await begin(ALICE, device="Shop sync")
    seen = {pair.refresh_token}
    for _ in range(5):
        pair = await rotate(pair.refresh_token)
        assert pair.refresh_token not in seen
        seen.add(pair.refresh_token)
        claims = await verify(pair.access_token)
        assert claims
        assert (claims.user_id, pair.expires_in) == (ALICE, 900)
    assert await rows(USED) == [{"unused": 1, "tokens": 6}]


async def test_no_token_is_stored_and_none_follows_from_what_is() -> None:
    first = await begin(ALICE)
    second = await rotate(first.refresh_token)
    kept = str(await rows("SELECT * FROM refresh_tokens")) + str(await rows("SELECT * FROM refresh_families"))
    kept += str(await rows("SELECT * FROM audit_log"))
    assert first.refresh_token not in kept
    assert second.refresh_token not in kept
    # Whoever has the database and an old token, but not our key, can't make its successor.
    refresh_tokens.configure(b"?" * 32)
    assert refresh_tokens._successor(first.refresh_token) != second.refresh_token


async def test_what_happens_to_a_token_is_noted_for_its_owner_and_in_no_server() -> None:
    pair = await begin(ALICE, device="Shop sync", request_id="r1")
    await revoke(pair.refresh_token, request_id="r2")
    noted = await rows("SELECT guild_id, actor_id, action, target, request_id FROM audit_log ORDER BY id")
    assert [tuple(row.values()) for row in noted] == [
        (0, ALICE, "token.created", "1", "r1"),
        (0, ALICE, "token.revoked", "1", "r2"),
    ]


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


@pytest.mark.parametrize(
    "token",
    ["", "x", "A" * 43, "A" * 44, "é" * 43, "A" * 42 + "\n", "' OR '1'='1" + "A" * 32, "\x00" * 43, "A" * 10_000],
)
async def test_what_is_no_token_of_ours_ends_nothing(token: str) -> None:
    pair = await begin(ALICE)
    assert await refused(token)
    await revoke(token)
    assert await verify(pair.access_token)
    assert await events() == ["token.created"]


async def test_a_token_that_nobody_uses_for_thirty_days_is_over() -> None:
    pair = await begin(ALICE)
    await pass_time("29 days")
    pair = await rotate(pair.refresh_token)
    await pass_time("29 days")
    pair = await rotate(pair.refresh_token)
    await pass_time("30 days 1 second")
    assert await refused(pair.refresh_token)
    assert "token.reused" not in await events()


async def test_nobody_stays_signed_in_for_more_than_ninety_days_however_often_they_renew() -> None:
    pair = await begin(ALICE)
    for _ in range(8):
        await pass_time("11 days")
        pair = await rotate(pair.refresh_token)
    await pass_time("1 day 23 hours")
    pair = await rotate(pair.refresh_token)
    await pass_time("2 hours")
    assert await refused(pair.refresh_token)
    assert await verify(pair.access_token) is None


async def test_signing_out_ends_a_program_and_no_other() -> None:
    mine, others, bobs = await begin(ALICE, device="one"), await begin(ALICE, device="two"), await begin(BOB)
    await revoke(mine.refresh_token)
    await revoke(mine.refresh_token)
    assert await refused(mine.refresh_token)
    assert await verify(mine.access_token) is None
    assert [one.device for one in await token_families.of(ALICE)] == ["two"]
    assert await verify(others.access_token)
    assert await token_families.end(BOB, 2) == 0  # which is hers
    assert await token_families.end(ALICE) == 1
    assert await verify(others.access_token) is None
    assert await verify(bobs.access_token)
    assert (await events()).count("token.revoked") == 2


async def test_a_reuse_within_somebody_elses_transaction_is_not_even_tried() -> None:
    first = await begin(ALICE)
    with pytest.raises(RuntimeError):
        async with transaction():
            await rotate(first.refresh_token)


async def test_a_program_that_ends_with_the_transaction_undone_lives_on() -> None:
    pair = await begin(ALICE)

    async def fail() -> None:
        async with transaction():
            await token_families.end(ALICE, 1)
            raise LookupError

    with pytest.raises(LookupError):
        await fail()
    assert await verify(pair.access_token)
    assert await rotate(pair.refresh_token)


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


async def test_renewing_and_signing_out_at_once_leaves_nothing_that_lives() -> None:
    for _ in range(10):
        pairs = [await begin(ALICE) for _ in range(4)]
        renewals = [rotate(pair.refresh_token) for pair in pairs]
        ends = [token_families.end(ALICE) for _ in range(3)]
        results = await asyncio.gather(*renewals, *ends, return_exceptions=True)
        assert all(isinstance(result, IssuedTokens | Invalid | int) for result in results), results
        assert sum(result for result in results if isinstance(result, int)) == len(pairs)  # each was ended once
        renewed = [result for result in results if isinstance(result, IssuedTokens)]
        assert [await refused(one.refresh_token) for one in renewed] == [True] * len(renewed)
        assert [await verify(one.access_token) for one in (*pairs, *renewed)] == [None] * (4 + len(renewed))


async def test_what_is_over_is_deleted_and_what_lives_stays() -> None:
    ended, living = await begin(ALICE), await begin(BOB)
    await revoke(ended.refresh_token)
    living = await rotate(living.refresh_token)
    await retention.clean()
    assert [row["user_id"] for row in await rows("SELECT user_id FROM refresh_families ORDER BY id")] == [ALICE, BOB]
    await rows("UPDATE refresh_families SET ended_at = ended_at - interval '8 days'")
    await retention.clean()
    assert [row["user_id"] for row in await rows("SELECT user_id FROM refresh_families")] == [BOB]
    assert await rows(USED) == [{"unused": 1, "tokens": 2}]
    assert await rotate(living.refresh_token)
    await pass_time("91 days")
    await retention.clean()
    assert await rows("SELECT FROM refresh_families") == []
    assert await rows("SELECT FROM refresh_tokens") == []
