"""Builds the parts shared by web and worker; imported after the port is open, because it is heavy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import asyncpg
from nacl.secret import Aead
from redis.asyncio import Redis
from starlette.types import ASGIApp

import services.areas  # noqa: F401  (being imported is what declares them)
from app import VERSION, database, metrics
from app.addresses import NEAR
from app.database_url import credentials
from app.redis import connect as connect_redis
from app.settings import Settings
from discord_api.client import Discord
from discord_api.oauth import OAuth
from interactions import (
    commands,  # noqa: F401  (being imported is what declares them)
    deferral,
)
from interactions.cooldowns import Cooldowns
from interactions.custom_ids import Signer
from interactions.deferral import Deferral
from interactions.dispatch import Dispatcher
from interactions.running import Runner
from services.analytics.usage import Recorder
from services.core import areas
from services.core.notifications import Connect
from services.core.process import Process, derived
from services.core.promises import Promises
from services.core.reserved import Reserved
from services.core.settlements import Settlements
from services.live import Hub, listening
from web.routes import door
from web.site import Site
from web.sockets import Sockets

PROJECT_URL = "https://github.com/tatiana-bot/tatiana"


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that lives as long as the process."""

    settings: Settings
    redis: Redis
    discord: Discord
    recorder: Recorder
    reserved: Reserved
    dispatcher: Dispatcher
    door: ASGIApp
    sockets: ASGIApp
    live: Hub


def build(settings: Settings) -> Parts:
    """Put the parts together; nothing is connected yet."""
    redis, discord = connect_redis(settings.redis_url), client(settings)
    process = Process(
        public_url=settings.public_url,
        cdn_url=settings.discord_cdn_url,
        discord=discord,
        oauth=oauth(settings),
        redis=redis,
        shared_redis=settings.redis_url is not None,
        secret=settings.secret_key or "",
        encryption_keys=encryption_keys(settings),
    )
    areas.begin(process)
    reserved = Reserved(connector(settings.database_url or ""))
    promises = Promises(deferral.JOB, deferral.TAKEOVER, reserved)
    recorder = Recorder(settings.discord_cdn_url, on_dropped=metrics.usage_dropped)
    later = Deferral(lambda: discord, promises, Settlements(reserved))
    dispatcher = Dispatcher(
        runner=Runner(Signer(process.key(b"custom_ids")), Cooldowns(redis.connection_pool), later),
        deferral=later,
        recorder=recorder,
        observe=metrics.interaction_answered,
    )
    live = hub(settings)
    sockets = Sockets(site(settings), live)
    web = door(site(settings), redis.connection_pool, VERSION, metrics.request_answered)
    return Parts(settings, redis, discord, recorder, reserved, dispatcher, web, sockets, live)


def hub(settings: Settings) -> Hub:
    """The hub for live updates."""
    connect, shared = connector(settings.session_url or ""), settings.redis_url is not None
    return Hub(lambda wake: listening.listen(connect, wake, by_redis=shared))


def connector(url: str) -> Connect:
    """Opens connections outside the pool; the database must be connected."""
    to = credentials(url)

    async def connect() -> asyncpg.Connection[Any]:
        return await asyncpg.connect(**database.suited(to))

    return connect


def site(settings: Settings) -> Site:
    """The settings the web layer needs."""
    assert settings.discord_application_id is not None, "found out before anything starts"
    return Site(
        public_url=settings.public_url,
        application_id=settings.discord_application_id,
        authorize_url=settings.discord_authorize_url,
        api_url=settings.discord_api_url,
        cdn_url=settings.discord_cdn_url,
        client_secret=settings.discord_client_secret,
        owner_ids=settings.owner_ids,
        allowed_origins=settings.allowed_origins,
        trusted_proxies=settings.trusted_proxies,
        client_address_header=settings.client_address_header.lower().encode(),
        playground_url=playground(settings),
    )


def playground(settings: Settings) -> str | None:
    """The playground's address, if Discord is a playground on this machine."""
    near = urlsplit(settings.discord_cdn_url).hostname in NEAR
    return settings.discord_cdn_url if near else None


def client(settings: Settings) -> Discord:
    """The REST client for these settings."""
    return Discord(
        settings.discord_bot_token or "",
        project_url=PROJECT_URL,
        version=VERSION,
        base_url=settings.discord_api_url,
        on_token=metrics.token_refused,
        on_answer=metrics.rest_answered,
    )


def oauth(settings: Settings) -> OAuth:
    """The OAuth client for these settings."""
    assert settings.discord_application_id is not None, "found out before anything starts"
    return OAuth(
        settings.discord_application_id,
        settings.discord_client_secret,
        authorize_url=settings.discord_authorize_url,
        api_url=settings.discord_api_url,
        user_agent=f"DiscordBot ({PROJECT_URL}, {VERSION})",
        on_answer=metrics.rest_answered,
    )


def encryption_keys(settings: Settings) -> dict[str, bytes]:
    """The encryption keys, newest first; without configured ones, a key derived from the secret."""
    # Always included as the last key: texts sealed before keys were configured must stay readable.
    by_secret = derived(settings.secret_key or "", b"encryption")[: Aead.KEY_SIZE]
    return {**settings.encryption_keys, "secret_key": by_secret}
