"""The keys that personal data is encrypted and signed with."""

from __future__ import annotations

import pytest

from services.core import vault
from services.identity import refresh_tokens


@pytest.fixture
def keys() -> None:
    vault.use({"test": b"k" * 32})
    refresh_tokens.configure(b"k" * 32)
