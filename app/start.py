"""What every start has to settle with Discord: who we are, where we are, and what our commands are."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import structlog

from app.settings import Settings, SettingsError

if TYPE_CHECKING:
    from discord_api.client import Discord

log = structlog.get_logger(__name__)


async def identify(settings: Settings) -> tuple[Settings, Discord]:
    """The settings with application id and public key, asked of Discord where they are not set."""
    from app.parts import client
    from discord_api.errors import DiscordError

    discord = client(settings)
    if settings.discord_application_id and settings.discord_public_key:
        return settings, discord
    if not settings.discord_bot_token:
        await discord.close()
        raise SettingsError(
            "DISCORD_BOT_TOKEN is missing: set it, or both DISCORD_APPLICATION_ID and DISCORD_PUBLIC_KEY."
        )
    try:
        found = await discord.application()
    except DiscordError as error:
        await discord.close()
        raise SettingsError(f"DISCORD_BOT_TOKEN can't be used: Discord answered {error}.") from error
    known = replace(
        settings,
        discord_application_id=settings.discord_application_id or int(found["id"]),
        discord_public_key=settings.discord_public_key or bytes.fromhex(found["verify_key"]),
    )
    return known, discord


async def announce(settings: Settings, discord: Discord) -> None:
    """Tell Discord our address and commands, where they differ from what it knows; problems are said, not fatal."""
    from discord_api import commands
    from discord_api.errors import DiscordError
    from interactions.payloads import payloads

    assert settings.discord_application_id is not None
    endpoints = {
        "interactions_endpoint_url": f"{settings.public_url}/interactions",
        "event_webhooks_url": f"{settings.public_url}/events",
        "event_webhooks_status": 2,
        "event_webhooks_types": ["APPLICATION_AUTHORIZED"],
    }
    try:
        for line in await commands.sync(discord, settings.discord_application_id, payloads()):
            log.info("command registered", change=line)
        await discord.edit_application(endpoints)
    except DiscordError as error:
        log.error("Discord did not take our address or commands", why=str(error))
