"""`scripts/bench`: everything that is measured, written to bench/RESULTS.md as ratios of one run."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from app import database
from app.embedded import EmbeddedPostgres
from bench import api, bursts, payment_bursts, requests, sockets, start, transfers
from tests.bot import APPLICATION

HERE = Path(__file__).parent
OTHER_MEANS = "## Lighthouse"
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
        parts = {
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
        wanted = {name: part for name, part in parts.items() if not given.only or given.only.lower() in name.lower()}
        lines = _heading(" ".join(sys.argv[1:]))
        for name, part in wanted.items():
            sys.stderr.write(f"{name} …\n")
            lines += ["", f"## {name}", "", *part()]
        text = "\n".join(lines) + "\n"
        sys.stdout.write(text)
        if not given.only:
            (HERE / "RESULTS.md").write_text(text + _by_other_means())
    finally:
        redis.terminate()
        redis.wait()
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("scripts/bench", description="Measure Tatiana on this machine.")
    parser.add_argument("--seconds", type=int, default=5, help="length of each run of wrk")
    parser.add_argument("--no-hikari", action="store_true", help="leave out the comparison with hikari")
    parser.add_argument("--only", default="", help="one part by the beginning of its name; writes no file")
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
    }


def _hikari(folder: Path, left_out: bool) -> Path | None:
    """The interpreter of an environment of its own with hikari in it, at the version that was last compared."""
    if left_out:
        return None
    python = folder / "hikari" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", str(folder / "hikari")], check=True)
    wanted = ["hikari[server,speedups]==2.7.0", "uvloop"]
    subprocess.run([str(python), "-m", "pip", "-q", "--disable-pip-version-check", "install", *wanted], check=True)
    return python


def _printed(module: str, *, fence: bool = True) -> list[str]:
    done = subprocess.run([sys.executable, "-m", module], check=True, capture_output=True, text=True)
    lines = done.stdout.strip().splitlines()
    return ["```", *lines, "```"] if fence else lines


def _by_other_means() -> str:
    """What stands in the file from here on was not measured by this command, and stays."""
    kept = (HERE / "RESULTS.md").read_text().partition(f"\n{OTHER_MEANS}\n")
    return "".join(kept[1:])


def _heading(arguments: str) -> list[str]:
    return [
        "# Measured",
        "",
        (
            f"`{f'scripts/bench {arguments}'.strip()}` on {datetime.now(UTC):%d %B %Y}, "
            f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}."
        ),
        "",
        "Machines drift: compare figures of one run with each other only. CPU is the server's own, from the kernel.",
    ]


if __name__ == "__main__":
    main()
