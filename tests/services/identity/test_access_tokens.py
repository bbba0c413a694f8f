"""Which access tokens are believed: ours, as we made them, for a quarter of an hour; whatever else anybody writes."""

from __future__ import annotations

import hashlib
import random
import string
from datetime import UTC, datetime
from typing import Any

import jwt
import pytest
import time_machine

from services.core.transactions import rows
from services.identity import access_tokens, refresh_tokens, token_families
from services.identity.access_tokens import verify
from tests.services.identity.crafted_tokens import (
    CRAFTED,
    FOREIGN,
    HEADER,
    ISSUER,
    KEY,
    KEYS,
    OLDER,
    good,
    made,
    other_claims,
    part,
    seal,
)
from tests.support.bot import ALICE
from tests.support.waiting import until

pytestmark = pytest.mark.usefixtures("keys")


@pytest.fixture
async def keys(database: str) -> None:
    access_tokens.configure(KEYS, ISSUER)
    refresh_tokens.configure(b"k" * 32)
    token_families._living.clear()


async def test_a_token_of_ours_says_who_calls_and_since_when() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    pair = await refresh_tokens.begin(ALICE)
    claims = await verify(pair.access_token)
    assert claims is not None
    (family,) = await rows("SELECT id FROM refresh_families")
    assert (claims.user_id, claims.family_id) == (ALICE, family["id"])
    assert before <= claims.signed_in_at <= datetime.now(UTC)
    assert await verify(pair.access_token) == claims  # now from memory
    assert jwt.get_unverified_header(pair.access_token) == HEADER
    # The crafted ones are wrong by what is crafted in them, and by nothing else.
    assert await verify(made()) is not None
    assert await verify(made({"kid": "old"}, key=OLDER)) is not None
    assert await verify(seal(part(HEADER), other_claims())) is not None


@pytest.mark.parametrize(
    "changed",
    [
        {"auth_time": 0},
        {"auth_time": 2**33 - 1},
        {"sub": str(2**63 - 1)},
        {"iat": 1_800_000_000, "exp": 1_800_000_001},
    ],
)
async def test_what_is_unusual_but_right_is_believed(changed: dict[str, Any]) -> None:
    await refresh_tokens.begin(ALICE)
    with time_machine.travel(1_800_000_000, tick=False):
        assert await verify(made(claims=good(**changed)))


async def test_a_token_has_at_most_2048_characters() -> None:
    await refresh_tokens.begin(ALICE)
    tokens = [made({"kid": kid}, good(jti="a" * n), key) for kid, key in KEYS.items() for n in range(1200, 1400)]
    lengths = {len(token): token for token in tokens}
    assert await verify(lengths[2048])
    assert await verify(lengths[2049]) is None


def test_enough_is_crafted() -> None:
    assert len(CRAFTED) >= 60


@pytest.mark.parametrize("name", CRAFTED)
async def test_a_crafted_token_is_not_believed(name: str) -> None:
    await refresh_tokens.begin(ALICE)  # so that family 1 lives
    assert await verify(CRAFTED[name]()) is None


async def test_no_token_that_was_changed_anywhere_is_believed(full: bool) -> None:
    pair = await refresh_tokens.begin(ALICE)
    chance = random.Random(7)
    alphabet = string.ascii_letters + string.digits + "-_.=+/ "
    believed, tried = [], 0
    while tried < (20_000 if full else 2_000):
        token = mutated(pair.access_token, chance, alphabet)
        if token != pair.access_token:
            tried += 1
            believed += [token] if await verify(token) else []
    assert believed == []
    assert await verify(pair.access_token)


def mutated(token: str, chance: random.Random, alphabet: str) -> str:
    signs = list(token)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        place = chance.randrange(len(signs))
        match chance.randrange(5):
            case 0:
                signs[place] = chance.choice(alphabet)
            case 1:
                signs.insert(place, chance.choice(alphabet))
            case 2:
                del signs[place]
            case 3:
                signs[place] = signs[place].swapcase()
            case _:
                other = chance.randrange(len(signs))
                signs[place], signs[other] = signs[other], signs[place]
    return "".join(signs)


async def test_a_token_is_good_for_fifteen_minutes_also_where_it_is_remembered() -> None:
    token = (await refresh_tokens.begin(ALICE)).access_token
    issued = jwt.decode(token, options={"verify_signature": False})["iat"]
    # Clocks may differ by five seconds.
    for seconds, expected in ((0, True), (904.999, True), (905, False), (90_000, False)):
        with time_machine.travel(issued + seconds, tick=False):
            assert bool(await verify(token)) is expected
            access_tokens._verified.clear()
            assert bool(await verify(token)) is expected
        assert await verify(token)  # is remembered again


async def test_the_tokens_of_an_ended_family_are_refused_within_a_second() -> None:
    pair, other = await refresh_tokens.begin(ALICE), await refresh_tokens.begin(ALICE)
    assert await verify(pair.access_token)
    assert await token_families.end(ALICE, 1) == 1
    assert await verify(pair.access_token) is None  # in this process at once
    assert await verify(other.access_token)


async def test_the_tokens_of_a_family_that_another_process_ended_are_refused_within_a_second(database: str) -> None:
    pair = await refresh_tokens.begin(ALICE)
    assert await verify(pair.access_token)
    # What another process does reaches this one through the database only.
    await rows("UPDATE refresh_families SET ended_at = now()")

    async def refused() -> bool:
        return await verify(pair.access_token) is None

    assert token_families.MEMO < 1
    await until(refused)


async def test_a_new_key_signs_and_the_one_before_is_still_believed_until_it_goes() -> None:
    before = (await refresh_tokens.begin(ALICE)).access_token
    access_tokens.configure({"newest": FOREIGN, "new": KEY}, ISSUER)
    after = (await refresh_tokens.begin(ALICE)).access_token
    assert jwt.get_unverified_header(after)["kid"] == "newest"
    assert await verify(before)
    assert await verify(after)
    access_tokens.configure({"newest": FOREIGN}, ISSUER)
    assert await verify(before) is None
    assert await verify(after)


@pytest.mark.parametrize("keys", [{}, {"short": b"x" * 31}, {"long": KEY, "short": b"12345"}])
def test_a_key_that_could_be_guessed_is_refused_at_the_start(keys: dict[str, bytes]) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        access_tokens.configure(keys, ISSUER)


async def test_what_is_remembered_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access_tokens, "MAX_CACHED_TOKENS", 300)
    await refresh_tokens.begin(ALICE)
    remembered = []
    for number in range(301):
        assert await verify(made(claims=good(jti=str(number))))
        remembered.append(len(access_tokens._verified))
    assert remembered == [*range(1, 301), 1]


async def test_no_token_tells_a_secret_or_what_its_holder_may_do() -> None:
    token = (await refresh_tokens.begin(ALICE)).access_token
    assert set(jwt.decode(token, options={"verify_signature": False})) == set(good())
    assert hashlib.sha256(KEY).hexdigest() not in token
