"""`scripts/bench`: every measurement, each a section of bench/RESULTS.md."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path

from app import database
from app.embedded import EmbeddedPostgres
from bench import api, bursts, payment_bursts, requests, results, sockets, start, transfers
from tests.support.bot import APPLICATION

Part = Callable[[], list[str]]

HEADING = "# Measured"
DRIFT = "Machines drift: compare figures of one section with each other only. CPU is the server's own, from the kernel."
PAGES = """\
One process, each page 22 times as an admin. In the database one server with 1,000,000 members, 5,000,000 transfers
of 10,000,000 postings, 10,000,000 uses of commands, two years of counted days, 200,000 events in the audit log.
Size is that of the page alone; with style, script and both files of htmx 30 kB more travel, once."""


def main() -> None:
    given = _parser().parse_args()
    folder = Path(tempfile.mkdtemp(prefix="tatiana-bench-"))
    tempfile.tempdir = str(folder)  # whatever the parts leave there goes with it
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    redis = subprocess.Popen(
        ["redis-server", "--port", "0", "--unixsocket", str(folder / "redis"), "--save", ""], stdout=subprocess.DEVNULL
    )
    try:
        environment = asyncio.run(_prepared(server.url("bench"), f"unix://{folder / 'redis'}"))
        parts: dict[str, Part] = {
            "Signed commands": lambda: requests.measure(environment, _hikari(folder, given.no_hikari), given.seconds),
            "Connect bursts": lambda: bursts.measure(environment),
            "Payment bursts": lambda: payment_bursts.measure(environment, given.seconds),
            "Cold start": lambda: start.measure(environment),
            "Transfers": lambda: asyncio.run(transfers.measure(environment, given.seconds * 3)),
            "Live updates": lambda: sockets.measure(environment, given.seconds),
            "Leaderboard": lambda: _printed("bench.leaderboard"),
            "API reads": lambda: api.measure(environment, given.seconds),
            "Lists and figures": lambda: _printed("bench.lists"),
            "Pages": lambda: [PAGES, "", *_printed("bench.pages", fence=False)],
        }
        wanted = [name for name in parts if name.lower().startswith(given.only.lower())]
        if not wanted:
            sys.exit(f"there are only {', '.join(parts)}")
        failed = [name for name in wanted if not _measured(name, parts, _how(given), whole=not given.only)]
    finally:
        redis.terminate()
        redis.wait()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    if failed:
        sys.exit(f"not measured: {', '.join(failed)}")


def _measured(name: str, parts: Mapping[str, Part], how: str, *, whole: bool) -> bool:
    """Run one measurement and write its section at once, so that a later failure loses nothing."""
    sys.stderr.write(f"{name} …\n")
    begun = time.monotonic()
    try:
        lines = parts[name]()
    except Exception:  # the others can still be measured
        traceback.print_exc()
        lines = []
    sys.stderr.write(f"{time.monotonic() - begun:.0f} s\n")
    known = results.read() | {name: "\n".join([*([] if whole else [how, ""]), *(lines or ["Not measured."])])}
    if whole:
        known |= {results.HEAD: f"{HEADING}\n\n{how}\n\n{DRIFT}"}
    order = dict.fromkeys((results.HEAD, *parts, *known))
    results.write({title: known[title] for title in order if title in known})
    return bool(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("scripts/bench", description="Measure Tatiana on this machine.")
    parser.add_argument("--seconds", type=int, default=5, help="length of each run of wrk")
    parser.add_argument("--no-hikari", action="store_true", help="leave out the comparison with hikari")
    parser.add_argument("--only", default="", help="one part by the beginning of its name; the others stay as they are")
    return parser


async def _prepared(url: str, redis: str) -> dict[str, str]:
    """A migrated database and the environment of a web process that uses it."""
    await database.create(url)
    await database.upgrade(database.config(url))
    return {
        "DISCORD_APPLICATION_ID": str(APPLICATION),
        "DATABASE_URL": url,
        "REDIS_URL": redis,
        "SECRET_KEY": "only for measuring, and long enough for it",
        "LOG_LEVEL": "error",
        "OPEN_WHEN_WARM": "true",  # exclude loading from the cost of a click
    }


def _hikari(folder: Path, left_out: bool) -> Path | None:
    """The Python of a separate environment with hikari, at the version last compared."""
    if left_out:
        return None
    python = folder / "hikari" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(folder / "hikari")], check=True)
    wanted = ["hikari[server,speedups]==2.7.0", "uvloop"]
    subprocess.run([str(python), "-m", "pip", "-q", "--disable-pip-version-check", "install", *wanted], check=True)
    return python


def _printed(module: str, *, fence: bool = True) -> list[str]:
    done = subprocess.run([sys.executable, "-m", module], check=True, stdout=subprocess.PIPE, text=True)
    lines = done.stdout.strip().splitlines()
    return ["```", *lines, "```"] if fence else lines


def _how(given: argparse.Namespace) -> str:
    options = [f"--seconds {given.seconds}", *([f'--only "{given.only}"'] if given.only else [])]
    return (
        f"`scripts/bench {' '.join(options)}` on {datetime.now(UTC):%d %B %Y}, "
        f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}."
    )


if __name__ == "__main__":
    main()
