"""`tatiana doctor`: is everything in its place, and if not, what to do about it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from email.utils import parsedate_to_datetime

import httpx

from app import database, start
from app.redis import connect as redis_at
from app.settings import Settings, SettingsError
from discord_api import commands
from discord_api.errors import DiscordError
from interactions.payloads import payloads

Say = Callable[[str], object]
DRIFT = 60  # seconds that our clock may differ from Discord's


class Unwell(Exception):
    """What is wrong and how to mend it, in a sentence."""


async def examine(settings: Settings, say: Say) -> bool:
    """Check one thing after the other and tell each result; whether all is well."""
    checks: list[tuple[str, Callable[[Settings], Awaitable[str]]]] = [
        ("Database", _database),
        ("Redis", _redis),
        ("Bot token", _token),
        ("Commands", _commands),
        ("Address", _endpoint),
        ("Clock", _clock),
    ]
    well = True
    for name, check in checks:
        try:
            said, mark = await check(settings), "ok"
        except (Unwell, SettingsError, database.DatabaseError, DiscordError, httpx.HTTPError) as error:
            said, mark, well = str(error) or type(error).__name__, "!!", False
        say(f"{mark}  {name:<10} {said}\n")
    return well


async def _database(settings: Settings) -> str:
    if settings.database_url is None:
        return "DATABASE_URL is not set: `tatiana run` brings its own, `web` and `worker` need one."
    missing = await database.pending(database.config(settings.database_url))
    if missing:
        raise Unwell(f"{len(missing)} migrations are missing: run `tatiana migrate`.")
    return "reachable and up to date."


async def _redis(settings: Settings) -> str:
    if settings.redis_url is None:
        return "REDIS_URL is not set: limits are counted in each process by itself."
    redis = redis_at(settings.redis_url)
    try:
        await redis.ping()
    except OSError as error:
        raise Unwell(
            f"Redis does not answer at REDIS_URL ({type(error).__name__}): start it or correct the address."
        ) from error
    finally:
        await redis.aclose()
    return "answers."


async def _token(settings: Settings) -> str:
    asked, discord = await start.identify(replace(settings, discord_public_key=None))
    await discord.close()
    if settings.discord_public_key not in (None, asked.discord_public_key):
        raise Unwell("DISCORD_PUBLIC_KEY belongs to another application: leave it out, it is fetched from Discord.")
    return f"belongs to application {asked.discord_application_id}."


async def _commands(settings: Settings) -> str:
    known, discord = await start.identify(settings)
    assert known.discord_application_id is not None
    try:
        lines = commands.diff(payloads(), await discord.commands(known.discord_application_id))
    finally:
        await discord.close()
    if lines:
        raise Unwell(f"{len(lines)} differ from what Discord knows: run `tatiana commands sync`.")
    return "registered as they are declared."


async def _endpoint(settings: Settings) -> str:
    async with httpx.AsyncClient(timeout=5) as client:
        forged = {"X-Signature-Ed25519": "00" * 64, "X-Signature-Timestamp": str(int(time.time()))}
        answer = await client.post(f"{settings.public_url}/interactions", content=b'{"type":1}', headers=forged)
    if answer.status_code != httpx.codes.UNAUTHORIZED:
        raise Unwell(
            f"{settings.public_url}/interactions answered {answer.status_code} to a forged request, "
            "where Discord wants 401: check that PUBLIC_URL leads here and that no proxy changes the body."
        )
    return "reachable, and refuses forged requests."


async def _clock(settings: Settings) -> str:
    async with httpx.AsyncClient(timeout=5) as client:
        answer = await client.get(f"{settings.discord_api_url}/gateway")
    stamp = answer.headers.get("date")
    if stamp is None:
        return "Discord told no time to compare with."
    apart = abs(time.time() - parsedate_to_datetime(stamp).timestamp())
    if apart > DRIFT:
        raise Unwell(f"differs from Discord's by {apart:.0f} seconds: let the system set it by NTP.")
    return "agrees with Discord's."
