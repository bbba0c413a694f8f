"""The history of a guild's settings, which nobody rewrites."""

from __future__ import annotations

import pytest
from tortoise.exceptions import IntegrityError

from services import settings
from services.core.transactions import rows
from services.settings import history
from tests.support.bot import GUILD, OTHER_GUILD
from tests.support.rules import rule

pytestmark = pytest.mark.usefixtures("database")


async def test_history_comes_in_pages_newest_first() -> None:
    for coins in range(1, 8):
        await rule(GUILD, daily=coins)
    await rule(OTHER_GUILD, daily=9)
    first = await history.page(GUILD, limit=3)
    second = await history.page(GUILD, before=first.older, limit=3)
    third = await history.page(GUILD, before=second.older, limit=3)
    assert [[change_set.number for change_set in page.change_sets] for page in (first, second, third)] == [
        [7, 6, 5],
        [4, 3, 2],
        [1],
    ]
    assert third.older is None


async def test_the_difference_is_from_the_defaults_or_from_a_version() -> None:
    for coins in (300, 400, 500):
        await rule(GUILD, daily=coins)
    await rule(GUILD, fee_percent=5)
    both = settings.ValueChange
    assert await history.difference(GUILD) == {"economy.daily": both(200, 500), "economy.fee_percent": both(0, 5)}
    assert await history.difference(GUILD, 2) == {"economy.daily": both(400, 500), "economy.fee_percent": both(0, 5)}
    assert await history.difference(GUILD, 4) == {}


@pytest.mark.parametrize("statement", ["UPDATE change_sets SET actor_id = 1", "DELETE FROM change_sets"])
async def test_no_statement_rewrites_the_history(statement: str) -> None:
    await rule(GUILD, daily=300)
    with pytest.raises(IntegrityError, match="append-only"):
        await rows(statement)
