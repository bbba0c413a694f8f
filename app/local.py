"""`tatiana run`: everything in one process, with what is not set brought along."""

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

from app import database, start
from app.main import create_app
from app.server import bind, serve
from app.settings import Settings

HOME = Path(".tatiana")
PLAYGROUND_PORT = 8081
SPEC = Path(
    "../shared/discord-openapi.json"
)  # Discord's own description; where it lies there, the playground is strict


class AlreadyRunning(Exception):
    """Another `run` uses this folder; the text says where it is reached."""


async def run(settings: Settings, stop: asyncio.Event) -> None:
    """Start all that is needed, say where it is, and stop it again in the opposite order."""
    began = time.monotonic()
    with _only_one(HOME / "run.lock", settings.public_url):
        settings = replace(settings, secret_key=settings.secret_key or _kept_secret(HOME / "secret"))
        async with contextlib.AsyncExitStack() as stack:
            settings = await stack.enter_async_context(_stored(settings))
            web = bind(settings.host, settings.port)
            page, settings = await stack.enter_async_context(_with_playground(settings))
            settings, discord = await start.identify(settings)
            stack.push_async_callback(discord.close)
            serving = asyncio.create_task(serve([(create_app(settings, with_worker=True), web)], stop=stop))
            await start.announce(settings, discord)
            _greet(settings, page, time.monotonic() - began)
            await serving


@contextmanager
def _only_one(path: Path, url: str) -> Iterator[None]:
    """Hold the lock of this folder, or raise AlreadyRunning with the address that stands in it."""
    path.parent.mkdir(mode=0o700, exist_ok=True)
    with path.open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            where = lock.read().strip() or url
            raise AlreadyRunning(f"Tatiana is running already, at {where} – stop it there with Ctrl-C first.") from None
        lock.truncate(0)
        lock.write(url)
        lock.flush()
        yield


@asynccontextmanager
async def _stored(settings: Settings) -> AsyncIterator[Settings]:
    """A migrated database: the one that is set, or a private PostgreSQL that lives as long as we do."""
    if settings.database_url:
        await database.upgrade(database.config(settings.database_url))
        yield settings
        return
    from app.embedded import EmbeddedPostgres

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
async def _with_playground(settings: Settings) -> AsyncIterator[tuple[str | None, Settings]]:
    """Where people try things out and the settings to use it; nothing is added if there is a bot token."""
    if settings.discord_bot_token:
        yield None, settings
        return
    from playground.app import close_streams, create_playground
    from playground.identity import Identity

    identity = Identity.load(HOME / "playground.json")
    address = f"http://127.0.0.1:{PLAYGROUND_PORT}"
    app = create_playground(identity, _spec(), url=address)
    listening = bind("127.0.0.1", PLAYGROUND_PORT)
    stop = asyncio.Event()
    serving = asyncio.create_task(serve([(app, listening)], stop=stop))
    try:
        yield address, replace(settings, discord_bot_token=identity.token, discord_api_url=f"{address}/api/v10")
    finally:
        # An open page would else hold the stop up for as long as requests under way are waited for.
        close_streams(app)
        stop.set()
        await serving


def _kept_secret(path: Path) -> str:
    """A secret of this folder, made the first time, so that buttons outlive a restart."""
    if not path.exists():
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_hex(32))
    return path.read_text()


def _spec() -> Path | None:
    return SPEC if SPEC.exists() else None


def _greet(settings: Settings, page: str | None, seconds: float) -> None:
    lines = [f"Tatiana is ready ({seconds:.1f} s).", ""]
    if page:
        lines.append(f"  Try her in the playground   {page}")
        lines.append("  (no Discord account needed; with DISCORD_BOT_TOKEN set she works in Discord)")
    lines += [f"  Her own address             {settings.public_url}", "", "Ctrl-C stops everything."]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
