"""Image addresses, and downloads of attachments (Discord: CDN Endpoints)."""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

_DEFAULT_AVATARS = 6
_ATTACHMENTS = ("/attachments/", "/ephemeral-attachments/")
_CDN_URL = "https://cdn.discordapp.com"
_SECONDS = 10.0


class BadAttachment(Exception):
    """Not an attachment on Discord's CDN, not there any more, or too large."""


def avatar_url(cdn_url: str, user_id: int, avatar: str | None) -> str:
    """A user's avatar by its hash, or Discord's default one."""
    if avatar:
        return f"{cdn_url}/avatars/{user_id}/{avatar}.webp?size=128"
    return f"{cdn_url}/embed/avatars/{(user_id >> 22) % _DEFAULT_AVATARS}.png"


def icon_url(cdn_url: str, guild_id: int, icon: str) -> str:
    """A server's icon by its hash."""
    return f"{cdn_url}/icons/{guild_id}/{icon}.webp?size=128"


async def download(url: str, *, most: int, cdn_url: str = _CDN_URL) -> bytes:
    """An attachment of at most `most` bytes, from the CDN alone: nobody can have us fetch anything else."""
    import httpx  # late: see discord_api/transport.py

    from discord_api.transport import TooLarge, Transport

    if not _is_attachment(url, cdn_url):
        raise BadAttachment(url)
    transport = Transport.to(url)
    try:
        async with asyncio.timeout(_SECONDS):
            return await transport.download(url, most)
    except (TimeoutError, TooLarge, httpx.HTTPError) as error:
        raise BadAttachment(type(error).__name__) from None
    finally:
        await transport.close()


def _is_attachment(url: str, cdn_url: str) -> bool:
    """Whether an address is of the CDN's own origin, to the letter: without another port or a user's name."""
    try:
        parts, allowed = urlsplit(url), urlsplit(cdn_url)
    except ValueError:
        return False
    return (parts.scheme, parts.netloc) == (allowed.scheme, allowed.netloc) and parts.path.startswith(_ATTACHMENTS)
