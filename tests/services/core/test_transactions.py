"""What follows a transaction follows its commit."""

from __future__ import annotations

import pytest

from services.core.transactions import after_commit, rows, transaction
from tests.support.bot import ALICE

_INSERT = "INSERT INTO users (discord_id, username) VALUES ($1, 'alice')"


async def _seen() -> list[int]:
    return [row["discord_id"] for row in await rows("SELECT discord_id FROM users")]


async def test_what_follows_a_commit_sees_what_was_committed(database: str) -> None:
    told: list[list[int]] = []

    async def tell() -> None:
        told.append(await _seen())

    async with transaction():
        async with transaction():
            await after_commit(tell)
        await rows(_INSERT, ALICE)
        assert told == []
    assert told == [[ALICE]]


async def test_what_was_undone_is_followed_by_nothing(database: str) -> None:
    told: list[list[int]] = []

    async def tell() -> None:
        told.append(await _seen())

    async def fail() -> None:
        async with transaction():
            await rows(_INSERT, ALICE)
            await after_commit(tell)
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await fail()
    assert told == []
    async with transaction():
        await rows(_INSERT, ALICE)
    assert told == []


async def test_outside_of_a_transaction_it_follows_at_once(database: str) -> None:
    told: list[list[int]] = []

    async def tell() -> None:
        told.append(await _seen())

    await after_commit(tell)
    assert told == [[]]
