"""The keys that personal data is encrypted and signed with."""

from __future__ import annotations

import pytest

from services.core import vault
from services.identity import refresh_tokens
from services.moderation import seals


@pytest.fixture
def keys() -> None:
    vault.use({"test": b"k" * 32})
    refresh_tokens.configure(b"k" * 32)
    seals.use(b"k" * 32)
