"""How programs stay signed in: each refresh token is good once, and two who hold the same lose it both."""

from __future__ import annotations

import asyncio

import pytest

from services.core.transactions import rows, transaction
from services.identity import refresh_tokens, token_families
from services.identity.access_tokens import verify
from services.identity.refresh_tokens import Invalid, IssuedTokens, begin, revoke, rotate
from services.privacy import retention
from tests.services.identity.refreshing import USED, events, pass_time, refused
from tests.support.bot import ALICE, BOB

pytestmark = pytest.mark.usefixtures("keys")


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
