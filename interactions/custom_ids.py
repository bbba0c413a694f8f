"""Custom ids of buttons, selects and modals: a path, an owner, and a signature."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from hashlib import blake2b

LIMIT = 100  # characters in Discord's custom_id
_VERSION = "1"
_ANYONE = 0


@dataclass(frozen=True, slots=True)
class Signer:
    """Signs and verifies custom ids; all processes share one secret, so buttons survive restarts."""

    secret: bytes

    def sign(self, path: str, place: int | None, owner: int | None = None) -> str:
        """A custom id for `path` in one server, for one person or anyone (None); at most 100 characters."""
        owned = f"{_VERSION}|{path}|{owner or _ANYONE:x}"
        signed = f"{owned}|{self._mac(owned, place)}"
        if len(signed) > LIMIT:
            raise ValueError(f"the custom id for {path} is longer than {LIMIT} characters")
        return signed

    def read(self, custom_id: str, place: int | None) -> tuple[str, int | None] | None:
        """The path and owner (None: anyone) of an id signed for this server; None for any other."""
        owned, _, mac = custom_id.rpartition("|")
        if not hmac.compare_digest(mac.encode(), self._mac(owned, place).encode()):
            return None
        version, path, owner = owned.split("|")
        return (path, int(owner, 16) or None) if version == _VERSION else None

    def _mac(self, owned: str, place: int | None) -> str:
        # A lone surrogate in a forged id must not raise; it simply never matches.
        text = f"{owned}|{place or 0}".encode(errors="replace")
        return urlsafe_b64encode(blake2b(text, key=self.secret[:64], digest_size=9).digest()).decode()
