"""`tatiana run`: everything in one process; whatever is not configured is provided."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import secrets
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app import database, start
from app.connection_limits import ConnectionLimits
from app.main import create_app
from app.server import bind, serve
from app.setting_values import SECRET_BYTES
from app.settings import Settings, StartError, near

if TYPE_CHECKING:
    import socket

    from discord_api.client import Discord

HOME = Path(".tatiana")
# Discord's own API description; if it is there, the playground validates strictly.
SPEC = Path("../shared/discord-openapi.json")
# Redirect address of a local program waiting for its code (docs/api.md), which Discord wants registered.
PROGRAM = "http://127.0.0.1:9000/callback"

READY_WITHIN = 10  # seconds


class AlreadyRunning(StartError):
    """Another `run` uses this folder; the text gives its address."""


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Start everything needed, print the addresses, and stop in reverse order."""
    began = time.monotonic()
    with _only_one(HOME / "run.lock", settings.public_url):
        with _said():
            settings = replace(settings, secret_key=settings.secret_key or _kept_secret(HOME / "secret"))
        async with contextlib.AsyncExitStack() as stack:
            # Ports first: a taken port should be reported before anything else starts.
            web = bind(settings.host, settings.port)
            page = None if settings.discord_bot_token else bind("127.0.0.1", _port_beside(settings.port))
            settings = await stack.enter_async_context(_stored(settings))
            if page:
                settings = await stack.enter_async_context(_with_playground(settings, page))
            else:
                await _refuse_a_moved_clock(settings)
            settings, discord = await stack.enter_async_context(start.identified(settings))
            app = create_app(settings, with_worker=True, stop=stop)
            serving = asyncio.create_task(
                serve([(app, web)], stop=stop, crowd=ConnectionLimits(settings.trusted_proxies))
            )
            try:
                await _until_ready(settings)
                refusal = await _announced(settings, discord)
                _greet(_told(settings, page), refusal or _out_of_reach(settings), time.monotonic() - began)
                if refusal:
                    insisting = asyncio.create_task(_insist(settings, discord))
                    stack.callback(insisting.cancel)
            except BaseException:
                stop.set()
                raise
            finally:
                await serving


async def _until_ready(settings: Settings) -> None:
    """Wait until our own server reports ready, but not forever: the log says what is wrong."""
    import httpx

    url = f"{near(settings.host, settings.port)}/readyz"
    async with httpx.AsyncClient(trust_env=False) as client:  # no proxy between us and ourselves
        for _ in range(READY_WITHIN * 20):
            with contextlib.suppress(httpx.HTTPError):
                if (await client.get(url)).is_success:
                    return
            await asyncio.sleep(0.05)  # there is no event to wait for: only asking tells


async def _announced(settings: Settings, discord: Discord) -> str | None:
    """Register with Discord; returns why it refused, if it did."""
    try:
        await start.announce(settings, discord)
    except start.RegistrationFailed as error:
        return f"{error} This is tried again in {start.AGAIN[0]} seconds."
    return None


async def _insist(settings: Settings, discord: Discord) -> None:
    """Retry until it succeeds, reporting every result."""

    def say(why: str, wait: float) -> None:
        _say(f"{why} This is tried again in {wait:g} seconds.")

    await asyncio.sleep(start.AGAIN[0])
    await start.announce_patiently(settings, discord, say)
    _say(_out_of_reach(settings) or "Discord knows our commands and address now.")


def _out_of_reach(settings: Settings) -> str | None:
    if start.reachable(settings):
        return None
    return (
        f"Discord can't reach {settings.public_url}: put an https address in front of it, for example with\n"
        f"  cloudflared tunnel --url {settings.public_url}\n"
        "and start again with PUBLIC_URL set to what that prints, and TRUSTED_PROXIES=127.0.0.1."
    )


@contextmanager
def _said() -> Iterator[None]:
    """Turn a file that can't be read or written into a sentence."""
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        raise StartError(f"{HOME.absolute()} can't be used ({why}): free some space, or become its owner.") from error


@contextmanager
def _only_one(path: Path, url: str) -> Iterator[None]:
    """Hold this folder's lock, or raise AlreadyRunning with the address stored in it."""
    with _said():
        path.parent.mkdir(mode=0o700, exist_ok=True)
        lock = path.open("a+")
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            where = lock.read().strip() or url
            raise AlreadyRunning(f"Tatiana is running already, at {where}: stop her there with Ctrl-C first.") from None
        lock.truncate(0)
        lock.write(url)
        lock.flush()
        yield


@asynccontextmanager
async def _stored(settings: Settings) -> AsyncIterator[Settings]:
    """A migrated database: the configured one, or a private PostgreSQL that runs as long as we do."""
    if settings.database_url:
        await database.upgrade_patiently(database.config(settings.session_url or settings.database_url))
        yield settings
        return
    from app.embedded import EmbeddedPostgres

    with _said():
        server = EmbeddedPostgres(HOME / "postgres")
        await asyncio.to_thread(server.start)
    try:
        url = server.url("tatiana")
        await database.create(url)
        await database.upgrade(database.config(url))
        yield replace(settings, database_url=url)
    finally:
        await asyncio.to_thread(server.stop)


@asynccontextmanager
async def _with_playground(settings: Settings, listening: socket.socket) -> AsyncIterator[Settings]:
    """Start the playground and return the settings to use it."""
    from app import moved_clock
    from app.menu_headings import menu_headings
    from playground.app import close_streams, create_playground
    from playground.world.clock import Clock
    from playground.world.identity import Identity

    with _said():
        try:
            identity = Identity.load(HOME / "playground.json")
        except ValueError as error:
            raise StartError(str(error)) from error
    address = _address(listening)
    back = [f"{settings.public_url}/login/callback", PROGRAM]
    clock = Clock(await moved_clock.resume(settings.database_url or ""), moved_clock.move_to)
    app = create_playground(identity, _spec(), url=address, redirect_uris=back, headings=menu_headings(), clock=clock)
    stop = asyncio.Event()
    serving = asyncio.create_task(serve([(app, listening)], stop=stop))
    try:
        yield replace(
            settings,
            discord_bot_token=identity.token,
            discord_client_secret=identity.client_secret,
            discord_api_url=f"{address}/api/v10",
            discord_authorize_url=f"{address}/oauth2/authorize",
            discord_cdn_url=address,
        )
    finally:
        # Otherwise an open page would delay the stop for as long as requests under way are given.
        close_streams(app)
        stop.set()
        await serving


async def _refuse_a_moved_clock(settings: Settings) -> None:
    from app import moved_clock

    if ahead := await moved_clock.found(settings.database_url or ""):
        raise StartError(
            f"The playground moved the clock of this database {ahead} ahead, so it can't be used with Discord: set "
            "DATABASE_URL to another one."
        )


def _spec() -> Path | None:
    return SPEC if SPEC.exists() else None


def _port_beside(port: int) -> int:
    return port % 65535 + 1


def _address(listening: socket.socket) -> str:
    return "http://{}:{}".format(*listening.getsockname())


def _kept_secret(path: Path) -> str:
    """A secret stored in this folder, created the first time, so that buttons survive a restart."""
    if not path.exists() or path.stat().st_size < SECRET_BYTES:
        # Written to a temporary file and renamed, or on a full disk an empty file would become the secret.
        aside = path.with_suffix(".new")
        with os.fdopen(os.open(aside, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(SECRET_BYTES))
        aside.replace(path)
    return path.read_text()


def _told(settings: Settings, page: socket.socket | None) -> list[tuple[str, str]]:
    """The lines printed at the start: where to go."""
    if page:
        return [("Try her in the playground", _address(page)), ("Her own address", settings.public_url)]
    import services.areas  # noqa: F401  (being imported is what declares them)
    from discord_api.invitations import invitation
    from services.core import areas

    add = invitation(settings.discord_authorize_url, settings.discord_application_id, areas.bot_permissions())
    return [("Add her to a server", add), ("Her own address", settings.public_url)]


def _greet(addresses: list[tuple[str, str]], advice: str | None, seconds: float) -> None:
    lines = [f"Tatiana is ready ({seconds:.1f} s).", ""]
    lines += [f"  {name:<26} {address}" for name, address in addresses]
    lines += ["", advice or "Everything is set up.", "Ctrl-C stops everything."]
    _say("\n".join(lines))


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
