"""`tatiana doctor`: checks the installation and says how to fix what fails."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import asyncpg
import httpx
from redis.exceptions import RedisError

from app import database, discord_checks
from app.database_errors import explained
from app.database_url import credentials, ignored
from app.discord_checks import ChecksFailed
from app.redis import connect as redis_at
from app.settings import Settings, StartError
from discord_api.errors import DiscordError
from services.core import notifications

Say = Callable[[str], object]
PATIENCE = 5.0  # seconds to wait for a response
NOTIFY = "SELECT pg_notify($1, '')"
DRIFT = timedelta(minutes=1)  # allowed difference between our clock and Discord's
ONLY_PLAYGROUND = (
    "Neither DISCORD_BOT_TOKEN nor DATABASE_URL is set, so there is nothing to check: `tatiana run` then is a "
    "playground, which brings all it needs, and /doctor in it looks at a server. The token is for a bot at Discord."
)


async def examine(settings: Settings, say: Say) -> bool:
    """Run the checks in order and report each result; whether all passed."""
    if settings.discord_bot_token is None and settings.database_url is None:
        say(f"{ONLY_PLAYGROUND}\n")
        return True
    checks: list[tuple[str, Callable[[Settings], Awaitable[str]]]] = [
        ("Secrets", _secrets),
        ("Database", _database),
        ("Redis", _redis),
        ("Clock", _clock),
        ("Bot token", discord_checks.token),
        ("Commands", discord_checks.commands),
        ("Door", _door),
        ("Running", _running),
        ("Address", discord_checks.address),
        ("Sign-in", discord_checks.sign_in),
    ]
    well = True
    for name, check in checks:
        try:
            mark, said = "ok", await check(settings)
        except StartError as error:
            mark, said, well = "!!", str(error), False
        except DiscordError as error:
            mark, said, well = "!!", f"Discord refused: {error}.", False
        say(f"{mark}  {name:<10} {said}\n")
    return well


async def _secrets(settings: Settings) -> str:
    if settings.secret_key is None:
        return "SECRET_KEY is not set: `tatiana run` makes one and keeps it, `web` and `worker` need the same one."
    return "SECRET_KEY is set and long enough."


async def _database(settings: Settings) -> str:
    url = settings.database_url
    if url is None:
        return "DATABASE_URL is not set: `tatiana run` brings its own, `web` and `worker` need one."
    config = database.config(url)
    with explained(credentials(url)):
        pooled = await database.is_pooled(config)
    if missing := await database.pending(config):
        raise ChecksFailed(f"The database lacks {', '.join(missing)}: run `tatiana migrate`.")
    said = ["reachable through a pooler and up to date." if pooled else "reachable and up to date."]
    if not await _notifications_arrive(settings):
        if settings.database_direct_url:
            raise ChecksFailed(
                "Notifications sent through DATABASE_URL do not arrive at DATABASE_DIRECT_URL: it must lead to the "
                "same database, and to PostgreSQL itself instead of a pooler."
            )
        said.append(
            "Notifications do not arrive through the pooler, so jobs start up to a second late: set "
            "DATABASE_DIRECT_URL to an address of the same database without a pooler, if there is one."
        )
    if without_effect := ignored(url):
        said.append(f"Without effect in DATABASE_URL: {', '.join(without_effect)}.")
    return " ".join(said)


async def _notifications_arrive(settings: Settings) -> bool:
    """Whether a commit in one process wakes the others at once."""
    async with AsyncExitStack() as stack:

        async def connection(url: str | None) -> Any:
            to = credentials(url or "") | {"statement_cache_size": 0}
            with explained(to):
                opened = await asyncpg.connect(**to)
            stack.callback(opened.terminate)
            return opened

        listening, speaking = await connection(settings.session_url), await connection(settings.database_url)
        with explained(credentials(settings.session_url or "")):
            return await notifications.arrive(listening, lambda name: speaking.execute(NOTIFY, name))


async def _redis(settings: Settings) -> str:
    if settings.redis_url is None:
        return "REDIS_URL is not set: `tatiana run` does without, `web` and `worker` need one."
    redis = redis_at(settings.redis_url)
    try:
        await redis.ping()
        await redis.set("doctor", b"", px=1)  # a replica or a full server answers but accepts no writes
    except (RedisError, OSError) as error:
        raise ChecksFailed(f"Redis at REDIS_URL can't be used ({error}): mend it or correct the address.") from error
    finally:
        await redis.aclose()
    return "answers."


async def _clock(settings: Settings) -> str:
    url = f"{settings.discord_api_url}/gateway"
    try:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            answer = await client.get(url)
    except httpx.HTTPError as error:
        why = _said(error)
        raise ChecksFailed(
            f"{settings.discord_api_url} can't be reached ({why}): check network and firewall."
        ) from error
    try:
        there = parsedate_to_datetime(answer.headers.get("date", "")).astimezone(UTC)
    except ValueError:
        return "could not be compared: Discord told no time."
    here = datetime.now(UTC)
    if abs(here - there) > DRIFT:
        raise ChecksFailed(
            f"The clock here says {here:%Y-%m-%d %H:%M:%S} UTC and Discord's {there:%Y-%m-%d %H:%M:%S}: let the system "
            "set it by NTP, or clicks are refused."
        )
    return "agrees with Discord's."


async def _door(settings: Settings) -> str:
    """Whether the endpoint is reachable and rejects forged requests."""
    url = f"{settings.public_url}/interactions"
    forged = {"X-Signature-Ed25519": "00" * 64, "X-Signature-Timestamp": str(int(time.time()))}
    try:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            answer = await client.post(url, content=b'{"type":1}', headers=forged)
    except httpx.HTTPError as error:
        raise ChecksFailed(f"{url} can't be reached ({_said(error)}): start Tatiana, or correct PUBLIC_URL.") from error
    if answer.status_code != httpx.codes.UNAUTHORIZED:
        raise ChecksFailed(
            f"{url} answered {answer.status_code} to a forged request and must answer 401: check that PUBLIC_URL "
            "leads to Tatiana, and that no proxy or log-in page stands before it."
        )
    return "answers at PUBLIC_URL and refuses a forged request."


async def _running(settings: Settings) -> str:
    """Findings of the running web process, which this command can't make itself."""
    url = f"{settings.public_url}/readyz"
    try:
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            found = (await client.get(url)).json()
    except (httpx.HTTPError, ValueError):
        found = None
    if not isinstance(found, dict) or "ready" not in found:
        return f"{url} gave no report, so what the running process finds is not known."
    if found.get("discord") == "TokenRefused":
        raise ChecksFailed(
            "Discord refuses the bot token to a running process, web or worker; its log says so too. It tries again by "
            "itself, at most 15 minutes later; if the token was reset, set DISCORD_BOT_TOKEN to the new one everywhere "
            "and restart."
        )
    ill = [f"{name} ({said})" for name, said in found.items() if name != "ready" and said != "ok"]
    if ill:
        raise ChecksFailed(f"The running process can't use {', '.join(ill)}: its log says why.")
    return "the web process can use all it needs."


def _said(error: Exception) -> str:
    """An error's message; timeouts have only a name."""
    return str(error) or type(error).__name__
