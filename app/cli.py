"""The `tatiana` command."""

from __future__ import annotations

import argparse
import asyncio
import logging
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from contextlib import AsyncExitStack
from typing import Any

from app import shutdown
from app.settings import Settings, SettingsError, StartError, here

Command = Callable[[Settings, asyncio.Event], Coroutine[Any, Any, None]]
# Sent by a terminal, the operating system, and a closed terminal: all three stop cleanly.
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; exit code 0 for success, 1 with a sentence for failure, 130 if told twice to stop."""
    given = _parser().parse_args(arguments)
    with asyncio.Runner(loop_factory=loop_factory()) as runner:
        status = _status(runner, given.does)
        shutdown.leave_within(shutdown.LEAVE_WITHIN, status)
    return status


def _status(runner: asyncio.Runner, command: Command) -> int:
    try:
        settings = here()
        _set_up_logs(settings, command)
        runner.run(_until_stopped(command, settings))
    except (KeyboardInterrupt, asyncio.CancelledError):
        return 130
    except StartError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except BrokenPipeError:  # the reader closed the pipe
        return 1
    except Exception:
        import structlog

        structlog.get_logger(__name__).exception("ended by a fault of ours")
        return 1
    return 0


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """uvloop where it exists (not on Windows)."""
    try:
        from uvloop import new_event_loop
    except ImportError:
        return None
    return new_event_loop


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("tatiana", description="A Discord bot that communities host themselves.")
    commands = parser.add_subparsers(required=True, metavar="command")
    for name, does, says in (
        ("run", run, "start everything in one process, with a playground if there is no bot token"),
        ("web", web, "answer Discord and browsers"),
        ("worker", worker, "do jobs"),
        ("migrate", migrate, "bring the database up to date"),
        ("doctor", doctor, "check the installation, and say how to mend what is wrong"),
    ):
        commands.add_parser(name, help=says, description=says).set_defaults(does=does)
    registered = commands.add_parser("commands", help="compare or register the slash commands")
    actions = registered.add_subparsers(required=True, metavar="action")
    actions.add_parser("diff", help="show what differs from what Discord knows").set_defaults(does=commands_diff)
    actions.add_parser("sync", help="register what differs").set_defaults(does=commands_sync)
    return parser


async def run(settings: Settings, stop: asyncio.Event) -> None:
    from app import local

    await local.run(settings, stop)


async def web(settings: Settings, stop: asyncio.Event) -> None:
    from app import start
    from app.connection_limits import ConnectionLimits
    from app.main import create_app
    from app.server import bind, serve

    _require(settings, "database_url", "redis_url", "secret_key")
    listening = bind(settings.host, settings.port, listen=not settings.open_when_warm)
    if settings.discord_application_id is None or settings.discord_public_key is None:
        async with start.identified(settings) as (identified, _):
            settings = identified
    crowd = ConnectionLimits(settings.trusted_proxies)
    await serve([(create_app(settings, stop=stop), listening)], stop=stop, crowd=crowd)


async def worker(settings: Settings, stop: asyncio.Event) -> None:
    from app import database, parts, start
    from app import worker as jobs
    from services.core import token_refusals

    url = _require(settings, "database_url", "redis_url", "secret_key", "discord_bot_token")
    async with AsyncExitStack() as stack:
        if not await database.connect_patiently(database.config(url, name="tatiana-worker"), stop):
            return
        stack.push_async_callback(database.close)
        try:
            settings, discord = await stack.enter_async_context(start.identified(settings))
        except start.TokenRefused:
            await token_refusals.note()  # a supervisor restarts us, and only the other processes can tell people why
            raise
        built = parts.build(settings)
        stack.push_async_callback(built.redis.aclose)
        stack.push_async_callback(built.discord.close)
        if start.reachable(settings):
            announcing = asyncio.create_task(start.announce_patiently(settings, discord, _not_announced))
            stack.callback(announcing.cancel)
        refused = token_refusals.keep_reporting(lambda: discord.refused or built.discord.refused, stop)
        await asyncio.gather(refused, jobs.run(built, jobs.build(built), stop))


def _not_announced(why: str, again_in: float) -> None:
    import structlog

    structlog.get_logger(__name__).error("not announced", why=why, again_in=again_in)


async def migrate(settings: Settings, _stop: asyncio.Event) -> None:
    from app import database

    _require(settings, "database_url")
    applied = await database.upgrade_patiently(database.config(str(settings.session_url)))
    for name in applied or ["nothing to do"]:
        sys.stdout.write(f"{name}\n")


async def commands_diff(settings: Settings, _stop: asyncio.Event) -> None:
    await _commands(settings, write=False)


async def commands_sync(settings: Settings, _stop: asyncio.Event) -> None:
    await _commands(settings, write=True)


async def doctor(settings: Settings, _stop: asyncio.Event) -> None:
    from app.doctor import examine

    if not await examine(settings, sys.stdout.write):
        raise SettingsError("Something needs mending: see the lines above")


async def _commands(settings: Settings, *, write: bool) -> None:
    from app import start
    from discord_api import guild_commands
    from discord_api.errors import DiscordError

    _require(settings, "discord_bot_token")
    async with start.identified(settings) as (known, discord):
        assert known.discord_application_id is not None, "it is identified"
        try:
            if write:
                lines = await start.register(known, discord)
                lines += await guild_commands.remove(discord, known.discord_application_id)
            else:
                lines = await start.differences(known, discord)
        except DiscordError as error:
            raise StartError(f"Discord did not say which commands it knows: {error}.") from error
    for line in lines or ["nothing differs"]:
        sys.stdout.write(f"{line}\n")


async def _until_stopped(command: Command, settings: Settings) -> None:
    """Run a command; the first Ctrl-C or SIGTERM asks it to stop, the second ends it."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    working = asyncio.ensure_future(command(settings, stop))

    def ask() -> None:
        if stop.is_set():
            # uvicorn would log everything that is cut off now, with tracebacks.
            logging.getLogger("uvicorn.error").disabled = True
        if stop.is_set() or command not in (run, web, worker):
            working.cancel()
        if not stop.is_set():
            shutdown.leave_within(shutdown.STOP_WITHIN, 1, late="the work did not end in time, so the rest is given up")
        stop.set()

    for number in ENDINGS:
        loop.add_signal_handler(number, ask)
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    await working


def _require(settings: Settings, *names: str) -> str:
    """Check the settings a command needs; SettingsError if one is missing."""
    for name in names:
        if getattr(settings, name) is None:
            raise SettingsError(f"{name.upper()} is missing: set it, or use `tatiana run`, which brings what it needs.")
    return str(getattr(settings, names[0]))


def _set_up_logs(settings: Settings, does: Command) -> None:
    from app import logs

    # A person at a terminal wants the result, not each step.
    usual: dict[Command, tuple[str, str]] = {web: ("info", "json"), worker: ("info", "json"), run: ("warning", "text")}
    level, form = usual.get(does, ("error", "text"))
    logs.set_up(settings.log_level or level, settings.log_format or form, settings.secrets())
    if settings.sentry_dsn:
        from app import VERSION, sentry

        sentry.watch(settings.sentry_dsn, f"tatiana@{VERSION}", settings.secrets())


if __name__ == "__main__":
    sys.exit(main())
