"""Discord checks of `tatiana doctor`: token, commands, address and sign-in."""

from __future__ import annotations

from dataclasses import replace

from app import start
from app.settings import Settings, StartError
from discord_api import applications
from discord_api.errors import DiscordError


class ChecksFailed(StartError):
    """A failed check, with how to fix it."""


async def token(settings: Settings) -> str:
    _need_token(settings)
    asked = replace(settings, discord_application_id=None, discord_public_key=None)
    async with start.identified(asked) as (found, _):
        pass
    for name in ("discord_application_id", "discord_public_key"):
        if getattr(settings, name) not in (None, getattr(found, name)):
            raise ChecksFailed(
                f"{name.upper()} belongs to another application than the token: leave it out, it is fetched."
            )
    return f"belongs to application {found.discord_application_id}."


async def commands(settings: Settings) -> str:
    _need_token(settings)
    async with start.identified(settings) as (known, discord):
        lines = await start.differences(known, discord)
    if lines:
        raise ChecksFailed(
            f"{len(lines)} things differ from what Discord knows: `tatiana commands diff` lists them, `sync` ends it."
        )
    return "registered as they are declared."


async def address(settings: Settings) -> str:
    """Discord's own check: setting the address makes it send PINGs with valid and invalid signatures."""
    _need_token(settings)
    async with start.identified(settings) as (known, discord):
        wanted = start.addresses(known)["interactions_endpoint_url"]
        if (current := (await applications.get(discord)).get("interactions_endpoint_url")) != wanted:
            raise ChecksFailed(
                f"Discord sends interactions to {current or 'nobody'}, not to {wanted}: start the worker, or `run`."
            )
        try:
            await applications.edit(discord, {"interactions_endpoint_url": wanted})
        except DiscordError as error:
            raise ChecksFailed(
                f"Discord asked {wanted} and did not like the answer ({error}): check DISCORD_PUBLIC_KEY, and that no "
                "proxy changes the body."
            ) from error
    return "known to Discord, which got a right answer from it just now."


async def sign_in(settings: Settings) -> str:
    """The sign-in settings as Discord shows them; only a real sign-in proves the secret."""
    if settings.discord_client_secret is None:
        return "DISCORD_CLIENT_SECRET is not set: commands work, but nobody can sign in to the pages and the API."
    _need_token(settings)
    back = f"{settings.public_url}/login/callback"
    async with start.identified(settings) as (_, discord):
        registered = (await applications.get(discord)).get("redirect_uris") or []
    if back not in registered:
        raise ChecksFailed(f"Discord sends nobody back to {back}: add it at Discord, on page OAuth2, to the redirects.")
    return "the way back is known to Discord."


def _need_token(settings: Settings) -> None:
    if settings.discord_bot_token is None:
        raise ChecksFailed("DISCORD_BOT_TOKEN is not set: only `tatiana run` with its playground does without.")
