"""The keys that cases are sealed with, and a Discord with the server of the truth table."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from services.core import vault
from services.directory import hierarchy
from services.moderation import seals
from tests.services.moderation.crew_at_discord import World, asked


@pytest.fixture(autouse=True)
def keys() -> None:
    vault.use({"test": b"k" * 32})
    seals.use(b"s" * 64)


@pytest.fixture
async def world(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(hierarchy, "PATIENCE", 60.0)  # however busy the machine is
    world = World()
    async with asked(world):
        yield world
