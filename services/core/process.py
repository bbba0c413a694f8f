"""What a process provides to services at startup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from redis.asyncio import Redis

if TYPE_CHECKING:
    from discord_api.client import Discord
    from discord_api.oauth import OAuth


@dataclass(frozen=True, slots=True, kw_only=True)
class Process:
    """Addresses, clients and keys; each area takes what it needs."""

    public_url: str
    cdn_url: str
    discord: Discord
    oauth: OAuth
    redis: Redis
    shared_redis: bool  # shared with other processes
    secret: str
    encryption_keys: Mapping[str, bytes]  # newest first

    def key(self, purpose: bytes) -> bytes:
        """A key for one purpose, derived from the secret."""
        return derived(self.secret, purpose)


def derived(secret: str, purpose: bytes) -> bytes:
    """A key for one purpose, so that uses of the one secret stay separate."""
    return blake2b(secret.encode(), person=purpose).digest()
