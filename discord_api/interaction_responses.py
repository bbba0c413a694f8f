"""Responses sent with an interaction's own token, which is valid for 15 minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from discord_api.answers import Json, as_object
from discord_api.message_bodies import File, quiet, with_attachments

if TYPE_CHECKING:
    from discord_api.client import Discord

ORIGINAL = "/webhooks/{webhook_id}/{webhook_token}/messages/@original"
FOLLOW_UP = "/webhooks/{webhook_id}/{webhook_token}"


async def get(discord: Discord, application_id: int, token: str) -> Json:
    """The original response, with its id."""
    return as_object(await discord.request("GET", ORIGINAL, _params(application_id, token)))


async def edit(
    discord: Discord, application_id: int, token: str, message: Mapping[str, Any], *, files: Sequence[File] = ()
) -> Json:
    """Edit the original response, or provide it after a deferral."""
    body = with_attachments(quiet(message), files)
    params = _params(application_id, token)
    return as_object(await discord.request("PATCH", ORIGINAL, params, json=body, files=files))


async def delete(discord: Discord, application_id: int, token: str) -> None:
    """Delete the original response."""
    await discord.request("DELETE", ORIGINAL, _params(application_id, token))


async def follow_up(
    discord: Discord, application_id: int, token: str, message: Mapping[str, Any], *, files: Sequence[File] = ()
) -> Json:
    """Post a further message."""
    body = with_attachments(quiet(message), files)
    params = _params(application_id, token)
    return as_object(await discord.request("POST", FOLLOW_UP, params, json=body, files=files))


def _params(application_id: int, token: str) -> dict[str, int | str]:
    return {"webhook_id": application_id, "webhook_token": token}
