"""Startup registration with Discord: identity, address, and commands."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import chain, repeat
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import structlog

from app.addresses import NEAR
from app.settings import Settings, SettingsError, StartError
from discord_api import applications, commands

if TYPE_CHECKING:
    from discord_api.client import Discord

log = structlog.get_logger(__name__)

AGAIN = (
    5,
    15,
    60,
    300,
)  # seconds between attempts, the last one repeated: a new address may take a while to be reachable

Say = Callable[[str, float], object]


class RegistrationFailed(StartError):
    """Discord rejected our address or commands."""


class TokenRefused(SettingsError):
    """Discord does not accept the bot token."""


@asynccontextmanager
async def identified(settings: Settings) -> AsyncIterator[tuple[Settings, Discord]]:
    """The settings with application id and public key, fetched from Discord if not set, and its client."""
    from app.parts import client

    discord = client(settings)
    try:
        yield await _identify(settings, discord), discord
    finally:
        await discord.close()


async def _identify(settings: Settings, discord: Discord) -> Settings:
    from discord_api.errors import DiscordError, Unauthorized

    if settings.discord_application_id and settings.discord_public_key:
        return settings
    if not settings.discord_bot_token:
        raise SettingsError("DISCORD_BOT_TOKEN is missing: copy it from the page Bot of your application at Discord.")
    try:
        found = await applications.get(discord)
    except Unauthorized as error:
        raise TokenRefused("DISCORD_BOT_TOKEN is not accepted by Discord: copy it again, or reset it there.") from error
    except DiscordError as error:
        raise StartError(f"Discord at {settings.discord_api_url} could not say who we are: {error}.") from error
    try:
        return replace(
            settings,
            discord_application_id=settings.discord_application_id or int(found["id"]),
            discord_public_key=settings.discord_public_key or bytes.fromhex(found["verify_key"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise StartError(
            f"What answers at {settings.discord_api_url} is not Discord: look at DISCORD_API_URL, or leave it out."
        ) from error


def reachable(settings: Settings) -> bool:
    """Whether Discord can reach PUBLIC_URL: the playground is local, the real Discord is not."""
    here = urlsplit(settings.public_url).hostname in NEAR
    return not here or urlsplit(settings.discord_api_url).hostname in NEAR


async def announce(settings: Settings, discord: Discord) -> None:
    """Register commands and address where they differ; RegistrationFailed if Discord refuses either."""
    refusals = []
    # Independently: people can do without a new command, but nothing works without an address.
    for tell in (register, _tell_address) if reachable(settings) else (register,):
        try:
            await tell(settings, discord)
        except RegistrationFailed as error:
            refusals.append(str(error))
    if refusals:
        raise RegistrationFailed(" ".join(refusals))


async def announce_patiently(settings: Settings, discord: Discord, say: Say) -> None:
    """Retry at growing intervals until it succeeds; `say` gets the reason and the time of the next attempt."""
    for wait in chain(AGAIN, repeat(AGAIN[-1])):
        try:
            await announce(settings, discord)
        except RegistrationFailed as error:
            say(str(error), wait)
            await asyncio.sleep(wait)
        else:
            return


async def _tell_address(settings: Settings, discord: Discord) -> None:
    from discord_api.errors import DiscordError

    wanted = addresses(settings)
    try:
        known = await applications.get(discord)
        if any(known.get(name) != value for name, value in wanted.items()):
            await applications.edit(discord, wanted)
            log.info("address set at Discord", url=settings.public_url)
    except DiscordError as error:
        raise RegistrationFailed(f"Discord did not take our address {settings.public_url}: {error}.") from error


async def register(settings: Settings, discord: Discord) -> list[str]:
    """Register the commands if they differ, naming each difference; RegistrationFailed if Discord refuses."""
    from discord_api import command_sync
    from discord_api.errors import DiscordError
    from interactions.payloads import payloads

    assert settings.discord_application_id is not None, "the settings are identified"
    try:
        changes = await command_sync.sync(discord, settings.discord_application_id, payloads())
    except DiscordError as error:
        raise RegistrationFailed(f"Discord did not take our commands: {error}.") from error
    for change in changes:
        log.info("command registered", change=change)
    return changes


async def differences(settings: Settings, discord: Discord) -> list[str]:
    """The changes `tatiana commands sync` would make, one per line; asks Discord about every server."""
    from discord_api import command_sync, guild_commands
    from interactions.payloads import payloads

    application_id = settings.discord_application_id
    assert application_id is not None, "the settings are identified"
    lines = command_sync.diff(payloads(), await commands.registered(discord, application_id))
    left = await guild_commands.leftovers(discord, application_id)
    return lines + [line for leftover in left for line in leftover.lines()]


def addresses(settings: Settings) -> dict[str, object]:
    """The addresses for interactions and events, as fields of the application."""
    import services.areas  # noqa: F401  (being imported is what declares them)
    from services.core import areas

    return {
        "interactions_endpoint_url": f"{settings.public_url}/interactions",
        "event_webhooks_url": f"{settings.public_url}/events",
        "event_webhooks_status": 2,
        "event_webhooks_types": areas.event_types(),
    }
