"""What is encrypted at rest can be read by nobody but us, and only where it was put."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from discord_api.oauth import Tokens
from services.core import areas, vault
from services.core.transactions import rows
from services.core.vault import Unreadable
from services.identity import discord_grants
from services.identity.discord_grants import ACCESS_TOKENS, REFRESH_TOKENS
from tests.support.bot import ALICE, BOB

OLD, NEW = b"o" * 32, b"n" * 32
TOKENS = Tokens("planted access token", "planted refresh token", 600_000, frozenset({"identify", "guilds"}))


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    vault.use({"old": OLD})
    yield
    vault.use({})


def test_a_text_comes_back_from_its_own_row() -> None:
    assert vault.unseal(vault.seal("secret", ACCESS_TOKENS, ALICE), ACCESS_TOKENS, ALICE) == "secret"


def test_the_same_text_twice_does_not_look_the_same() -> None:
    assert vault.seal("secret", ACCESS_TOKENS, ALICE) != vault.seal("secret", ACCESS_TOKENS, ALICE)


def test_a_text_that_was_moved_is_refused() -> None:
    sealed = vault.seal("secret", ACCESS_TOKENS, ALICE)
    for column, key in ((ACCESS_TOKENS, BOB), (REFRESH_TOKENS, ALICE)):
        with pytest.raises(Unreadable):
            vault.unseal(sealed, column, key)


def test_a_text_with_any_bit_flipped_is_refused() -> None:
    sealed = vault.seal("secret", ACCESS_TOKENS, ALICE)
    for bit in range(len(sealed) * 8):
        spoiled = bytearray(sealed)
        spoiled[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Unreadable):
            vault.unseal(bytes(spoiled), ACCESS_TOKENS, ALICE)


def test_a_text_that_was_cut_is_refused() -> None:
    sealed = vault.seal("secret", ACCESS_TOKENS, ALICE)
    for length in range(len(sealed)):
        with pytest.raises(Unreadable):
            vault.unseal(sealed[:length], ACCESS_TOKENS, ALICE)


def test_another_key_of_the_same_name_opens_nothing() -> None:
    sealed = vault.seal("secret", ACCESS_TOKENS, ALICE)
    vault.use({"old": NEW})
    with pytest.raises(Unreadable):
        vault.unseal(sealed, ACCESS_TOKENS, ALICE)


def test_a_new_key_seals_and_the_old_one_still_opens() -> None:
    before = vault.seal("secret", ACCESS_TOKENS, ALICE)
    vault.use({"new": NEW, "old": OLD})
    assert vault.unseal(before, ACCESS_TOKENS, ALICE) == "secret"
    after = vault.seal("secret", ACCESS_TOKENS, ALICE)
    vault.use({"new": NEW})
    assert vault.unseal(after, ACCESS_TOKENS, ALICE) == "secret"


@pytest.mark.usefixtures("database")
async def test_everything_is_sealed_anew_so_that_the_old_key_can_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "BATCH", 10)
    people = range(ALICE, ALICE + 35)
    for user_id in people:
        await discord_grants.keep(user_id, TOKENS)
    vault.use({"new": NEW, "old": OLD})
    await asyncio.gather(vault.renew(areas.sealed()), *(discord_grants.keep(user_id, TOKENS) for user_id in people[:5]))
    assert await vault.renew(areas.sealed()) == 0
    vault.use({"new": NEW})
    assert {await discord_grants.access_token(user_id) for user_id in people} == {TOKENS.access_token}
    (noted,) = await rows("SELECT details FROM audit_log WHERE action = 'encryption.renewed'")
    assert "planted" not in str(noted)


@pytest.mark.usefixtures("database")
async def test_one_spoiled_text_does_not_keep_the_others_under_the_old_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "BATCH", 1)
    await discord_grants.keep(ALICE, TOKENS)
    await discord_grants.keep(BOB, TOKENS)
    await rows("UPDATE discord_grants SET access_token = 'spoiled' WHERE user_id = $1", ALICE)
    vault.use({"new": NEW, "old": OLD})
    assert await vault.renew(areas.sealed()) == 3


@pytest.mark.usefixtures("database")
async def test_no_token_stands_in_the_database() -> None:
    await discord_grants.keep(ALICE, TOKENS)
    (row,) = await rows("SELECT * FROM discord_grants")
    assert b"planted" not in row["access_token"] + row["refresh_token"]
