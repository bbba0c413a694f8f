"""Hubs of two processes on one database, and a connection to it that passes them by."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import asyncpg
import pytest

from app.database_url import credentials
from services.live import Hub
from tests.services.live.watching import hub_of


@pytest.fixture
def hubs(database: str) -> Iterator[tuple[Hub, Hub]]:
    """Two processes' hubs on one database."""
    both = hub_of(database), hub_of(database)
    yield both
    for one in both:
        one.close()


@pytest.fixture
def here(hubs: tuple[Hub, Hub]) -> Hub:
    return hubs[0]


@pytest.fixture
async def direct(database: str) -> AsyncIterator[asyncpg.Connection[Any]]:
    connection = await asyncpg.connect(**credentials(database))
    yield connection
    await connection.close()
