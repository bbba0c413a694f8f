"""Installations of the app, as Discord reports them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services import directory
from services.core import audit
from services.core.transactions import after_commit, rows, transaction

_INSTALL = """
INSERT INTO guilds (discord_id, name, owner_id, installed_at) VALUES ($1, $2, $3, $4::timestamptz)
ON CONFLICT (discord_id) DO UPDATE
   SET name = excluded.name, owner_id = excluded.owner_id, installed_at = excluded.installed_at, left_at = NULL,
       updated_at = tatiana_now()
 WHERE guilds.installed_at IS NULL OR guilds.installed_at < excluded.installed_at
RETURNING discord_id"""


async def record(event: Mapping[str, Any]) -> None:
    """Record an installation; a repeated or older event changes nothing."""
    data = event.get("data") or {}
    guild = data.get("guild")
    if not guild:  # a person added us to their account
        return
    guild_id, owner = int(guild["id"]), guild.get("owner_id")
    moment = datetime.fromisoformat(event["timestamp"])
    async with transaction():
        if await rows(_INSTALL, guild_id, guild.get("name"), int(owner) if owner else None, moment):
            who = int(data["user"]["id"])
            await after_commit(lambda: directory.forget(guild_id))
            await audit.record(guild_id, who, "guild.installed", str(guild_id), {"scopes": data.get("scopes", [])}, "")
