"""People at the API of the whole bot, for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient

from tests.support.whole import HOME, Whole
from tests.web.economy.desk import Desk


@pytest.fixture
async def desk(whole: Whole) -> AsyncIterator[Desk]:
    async with AsyncClient(transport=ASGITransport(whole.app), base_url=HOME) as http:
        yield Desk(http)
