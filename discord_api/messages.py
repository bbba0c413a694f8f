"""Messages in channels. They ping nobody unless `allowed_mentions` says whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from discord_api.answers import Json, as_object
from discord_api.message_bodies import File, quiet, repeatable, with_attachments

if TYPE_CHECKING:
    from discord_api.client import Discord

MESSAGES = "/channels/{channel_id}/messages"
MESSAGE = "/channels/{channel_id}/messages/{message_id}"


async def send(discord: Discord, channel_id: int, message: Mapping[str, Any], *, files: Sequence[File] = ()) -> Json:
    """Post a message. With `nonce` and `enforce_nonce`, it is posted once even if responses are lost."""
    body = with_attachments(quiet(message), files)
    params = {"channel_id": channel_id}
    retry = repeatable(message)
    return as_object(await discord.request("POST", MESSAGES, params, json=body, files=files, retry=retry))


async def edit(
    discord: Discord, channel_id: int, message_id: int, message: Mapping[str, Any], *, files: Sequence[File] = ()
) -> Json:
    """Change the given fields of a message."""
    params = {"channel_id": channel_id, "message_id": message_id}
    body = with_attachments(quiet(message), files)
    return as_object(await discord.request("PATCH", MESSAGE, params, json=body, files=files))


async def delete(discord: Discord, channel_id: int, message_id: int, *, reason: str = "") -> None:
    """Delete a message."""
    params = {"channel_id": channel_id, "message_id": message_id}
    await discord.request("DELETE", MESSAGE, params, reason=reason)
