"""What tests of identity share: standing that is asked for at once, other processes, stores of sessions and tokens."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from app.redis import connect
from services.core import store
from services.identity import access_tokens, authority, membership, refresh_tokens, token_families


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing known from before; other processes are asked each time, and a slow machine is waited for."""
    authority.forget()
    monkeypatch.setattr(authority, "AT_HAND", 0.0)
    monkeypatch.setattr(membership, "PATIENCE", 20.0)


@pytest.fixture
def impatient(at_once: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Discord's silence is short."""
    monkeypatch.setattr(membership, "PATIENCE", 0.5)


@pytest.fixture
def elsewhere() -> Any:
    """To act as another process, which shares Redis with this one but remembers for itself."""
    memories: dict[Any, Any] = {}

    @contextmanager
    def process() -> Iterator[None]:
        here = authority._memories
        authority._memories = memories
        try:
            yield
        finally:
            authority._memories = here

    return process


@pytest.fixture
async def cache(database: str, redis_url: str | None) -> AsyncIterator[None]:
    """The Redis in which sessions are copied; emptied for each test."""
    redis = connect(redis_url)
    await redis.flushdb()
    store.use(redis)
    yield
    store.use(None)
    await redis.aclose()


@pytest.fixture
async def keys(database: str) -> None:
    """What tokens are made with, and nothing remembered of those made before."""
    access_tokens.configure({"1": b"a" * 32}, "https://tatiana.test")
    refresh_tokens.configure(b"k" * 32)
    token_families._living.clear()
