"""The link that adds the bot to a server (Discord: OAuth2, Bot Authorization Flow)."""

from __future__ import annotations

from urllib.parse import urlencode

from discord_api.permissions import Permissions


def invitation(
    authorize_url: str, application_id: int | None, permissions: Permissions, guild_id: int | None = None
) -> str:
    """The link where a manager adds the bot; with a guild, only to that one."""
    query: dict[str, object] = {
        "client_id": application_id,
        "scope": "bot applications.commands",
        "permissions": int(permissions),
    }
    if guild_id is not None:
        query |= {"guild_id": guild_id, "disable_guild_select": "true"}
    return f"{authorize_url}?{urlencode(query)}"
