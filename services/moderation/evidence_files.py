"""Fetching evidence from Discord's CDN before its address expires, hashing it, and keeping a copy in the log channel.

All of it waits for Discord, so it happens before the transaction that attaches the files to a case.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b, sha256
from typing import NamedTuple, Protocol

from discord_api import cdn, current, messages
from discord_api.errors import DiscordError
from discord_api.message_bodies import File
from locales import t
from services import settings
from services.core import cdn_address, own_ids
from services.core.errors import UserError
from services.moderation.evidence import MOST_FILES, Copy
from services.settings import General

MOST_BYTES = 10 * 2**20  # what a bot may upload to a server without boosts


class Offered(Protocol):
    """A file that a moderator attached, such as an option of a command."""

    @property
    def filename(self) -> str: ...

    @property
    def content_type(self) -> str: ...

    @property
    def size(self) -> int: ...

    @property
    def url(self) -> str: ...


class Secured(NamedTuple):
    """Files ready to be attached to a case, and whether all of them have a copy in the log channel."""

    copies: Sequence[Copy]
    kept: bool


class BadEvidence(UserError):
    """A file can't be taken as evidence."""


async def secure(guild_id: int, offered: Sequence[Offered], *, key: str) -> Secured:
    """Fetch and hash files, and copy them to the log channel; the same `key` again posts no second copy.

    Without a log channel that can be written to, only the digests are kept, and the moderator should be told so.
    """
    if len(offered) > MOST_FILES:
        raise BadEvidence(t("A case can have {most} files.", most=MOST_FILES))
    channel_id = (await settings.of(guild_id, General)).log_channel_id
    copies = [await _secure(guild_id, channel_id, file, f"{key}:{n}") for n, file in enumerate(offered)]
    return Secured(copies, all(copy.message_id for copy in copies))


async def _secure(guild_id: int, channel_id: int | None, offered: Offered, key: str) -> Copy:
    """One file at a time, so that never more than one is in memory."""
    if offered.size > MOST_BYTES:
        raise BadEvidence(
            t("`{file}` is too large. A file can have {most} MB.", file=offered.filename, most=MOST_BYTES // 2**20)
        )
    try:
        content = await cdn.download(offered.url, most=MOST_BYTES, cdn_url=cdn_address.url())
    except cdn.BadAttachment as error:
        raise BadEvidence(
            t("I couldn't fetch `{file}` from Discord. Please try again.", file=offered.filename)
        ) from error
    message_id = await _keep(guild_id, channel_id, File(offered.filename, content), key) if channel_id else None
    return Copy(
        offered.filename,
        offered.content_type[:100],
        len(content),
        sha256(content).digest(),
        channel_id if message_id else None,
        message_id,
    )


async def _keep(guild_id: int, channel_id: int, file: File, key: str) -> int | None:
    """Post a file to the log channel; None if it can't be written to or Discord doesn't answer."""
    nonce = blake2b(key.encode(), digest_size=12).hexdigest()
    body = {"allowed_mentions": {"parse": []}, "nonce": nonce, "enforce_nonce": True}
    try:
        await own_ids.check_channel(guild_id, channel_id)
        return int((await messages.send(current.client(), channel_id, body, files=[file]))["id"])
    except DiscordError:
        return None
