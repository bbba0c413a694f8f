"""The keys that cases are sealed with."""

from __future__ import annotations

import pytest

from services.core import vault
from services.moderation import seals


@pytest.fixture(autouse=True)
def keys() -> None:
    vault.use({"test": b"k" * 32})
    seals.use(b"s" * 64)
