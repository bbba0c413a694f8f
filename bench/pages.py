"""Server time and size of every page, with 1,000,000 members, 10,000,000 postings and 10,000,000 uses in one guild."""

from __future__ import annotations

import argparse
import asyncio
import gzip
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import asyncpg
import orjson
from starlette.types import ASGIApp, Message, Scope

from app import database as storage
from app.database_url import credentials
from app.main import create_app
from app.settings import Settings
from bench.lists import fill_figures
from bench.servers import server
from services.core import store
from services.core.transactions import rows
from services.identity import sessions
from services.identity.authority import Role
from tests.support.bot import APPLICATION, KEY
from tests.support.lifespan import running
from tests.support.waiting import until

GUILD, ADMIN = 1_000_000, 1_000_000_000_001
_FILLING = Path(__file__).parent / "pages.sql"
DATABASE = "tatiana_bench_pages"
HOME = "http://bot.test"

PLACE = f"/servers/{GUILD}"
PAGES = (
    PLACE,
    f"{PLACE}/members",
    f"{PLACE}/members?sort=balance",
    f"{PLACE}/members?search=a",
    f"{PLACE}/members/{ADMIN}",
    f"{PLACE}/members/{ADMIN}/ledger",
    f"{PLACE}/transfers",
    f"{PLACE}/transfers/4000000",
    f"{PLACE}/shop",
    f"{PLACE}/leaderboard",
    f"{PLACE}/analytics",
    f"{PLACE}/analytics/activity?days=90",
    f"{PLACE}/analytics/economy?days=90",
    f"{PLACE}/settings/economy",
    f"{PLACE}/settings/history",
    f"{PLACE}/audit-log",
    f"{PLACE}/keys",
    "/sessions",
    "/privacy",
)


class Measured(NamedTuple):
    """One page: milliseconds of server time, and transferred bytes."""

    path: str
    p50: float
    p95: float
    size: int
    compressed: int


async def measure(url: str, repeats: int) -> list[Measured]:
    """Every page as an admin sees it, repeatedly in one process."""
    settings = Settings(
        discord_application_id=APPLICATION,
        discord_public_key=bytes(KEY.verify_key),
        discord_bot_token="a bot token",  # noqa: S106  (opens nothing)
        discord_api_url="http://127.0.0.1:9/api/v10",
        database_url=url,
        secret_key="for measurements only, and long enough",  # noqa: S106  (opens nothing)
        public_url=HOME,
    )
    app = create_app(settings)
    async with running(app):
        await until(_connected)
        cookie = await sessions.start(ADMIN)
        found = []
        for path in PAGES:
            # As if Discord had just been asked, because it is not what is measured.
            await store.put(f"role:{GUILD}:{ADMIN}", orjson.dumps([time.time(), Role.ADMIN, []]), 300)
            await store.put(f"cache:places:{GUILD}", b"[[], []]", 300)
            found.append(await _page(app, path, cookie, repeats))
        return found


async def _connected() -> bool:
    try:
        return bool(await rows("SELECT 1 AS one"))
    except ConnectionError:
        return False


async def _page(app: ASGIApp, path: str, cookie: str, repeats: int) -> Measured:
    taken, body = [], b""
    for _ in range(repeats + 3):
        started = time.perf_counter()
        status, body = await _get(app, path, cookie)
        taken.append((time.perf_counter() - started) * 1000)
        if status != 200:
            raise RuntimeError(f"{path}: {status}")
    taken = sorted(taken[3:])
    return Measured(
        path, statistics.median(taken), taken[int(len(taken) * 0.95)], len(gzip.decompress(body)), len(body)
    )


async def _get(app: ASGIApp, path: str, cookie: str) -> tuple[int, bytes]:
    parts = urlsplit(path)
    headers = [(b"host", b"bot.test"), (b"cookie", f"session={cookie}".encode()), (b"accept-encoding", b"gzip")]
    scope: Scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": headers,
        "client": ("127.0.0.1", 1),
        "server": ("bot.test", 80),
    }
    said: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        said.append(message)

    await app(scope, receive, send)
    status = next(one["status"] for one in said if one["type"] == "http.response.start")
    return status, b"".join(one.get("body", b"") for one in said if one["type"] == "http.response.body")


async def fill(url: str) -> None:
    """Fill the database; takes a few minutes."""
    await storage.create(url)
    await storage.upgrade(storage.config(url))
    direct = await asyncpg.connect(**credentials(url), command_timeout=3600)
    await direct.execute("SET session_replication_role = replica")  # rows that triggers would write are not read
    await direct.execute("SET statement_timeout = 0")
    await direct.execute(_FILLING.read_text())
    await fill_figures(direct, GUILD)
    await direct.execute("SET session_replication_role = origin")
    await direct.execute("VACUUM ANALYZE")
    await direct.close()


async def _upgraded(url: str) -> None:
    """A database that was kept may be older than the code."""
    await storage.upgrade(storage.config(url))


def table(found: Sequence[Measured]) -> list[str]:
    lines = ["| page | p50 | p95 | size | compressed |", "| --- | ---: | ---: | ---: | ---: |"]
    return [
        *lines,
        *(
            f"| `{one.path.replace(str(ADMIN), '{member}').replace(str(GUILD), '{id}')}` | {one.p50:.1f} ms "
            f"| {one.p95:.1f} ms | {one.size / 1000:.0f} kB | {one.compressed / 1000:.1f} kB |"
            for one in found
        ),
    ]


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=22, help="times for each page; one may read 600 pages a minute")
    parser.add_argument("--folder", type=Path, help="keeps the filled database for the next time")
    given = parser.parse_args()
    filled = given.folder / "filled" if given.folder else None
    with server(folder=given.folder) as place:
        url = urlsplit(place)._replace(path=f"/{DATABASE}").geturl()
        if not (filled and filled.exists()):
            asyncio.run(fill(url))
            if filled:
                filled.touch()
        asyncio.run(_upgraded(url))
        print("\n".join(table(asyncio.run(measure(url, given.repeats)))))


if __name__ == "__main__":
    main()
