"""Image addresses (Discord: CDN Endpoints)."""

from __future__ import annotations

_DEFAULT_AVATARS = 6


def avatar_url(cdn_url: str, user_id: int, avatar: str | None) -> str:
    """A user's avatar by its hash, or Discord's default one."""
    if avatar:
        return f"{cdn_url}/avatars/{user_id}/{avatar}.webp?size=128"
    return f"{cdn_url}/embed/avatars/{(user_id >> 22) % _DEFAULT_AVATARS}.png"


def icon_url(cdn_url: str, guild_id: int, icon: str) -> str:
    """A server's icon by its hash."""
    return f"{cdn_url}/icons/{guild_id}/{icon}.webp?size=128"
