"""Whether we live and can serve, for whoever watches over us; what is measured, for whom it is meant."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from ipaddress import ip_network
from urllib.parse import urlsplit

import asyncpg
import pytest
from httpx import ASGITransport, AsyncClient, Response
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from structlog.testing import capture_logs

from app.main import create_app
from app.server import bind, serve
from app.settings import Settings
from discord_api import current, guilds
from discord_api.errors import Unauthorized
from services.health import doctor
from tests.support.bot import GUILD, KEY, Bot, signed
from tests.support.lifespan import running
from tests.support.waiting import until
from web import health
from web.health import Check, routes


async def fine() -> None:
    """A dependency that answers."""


async def broken() -> None:
    raise ConnectionRefusedError


async def silent() -> None:
    await asyncio.Event().wait()


async def get(app: ASGIApp, path: str, *, by: str = "127.0.0.1", **headers: str) -> Response:
    async with AsyncClient(transport=ASGITransport(app, client=(by, 5)), base_url="http://bot.test") as asking:
        return await asking.get(path, headers=headers)


async def ready(app: ASGIApp) -> bool:
    """Whether everything is there."""
    return (await get(app, "/readyz")).is_success


def watched(database: Check, redis: Check, *, stopping: bool = False) -> Starlette:
    checks = {"database": database, "redis": redis}
    return Starlette(routes=routes(checks, lambda: stopping, lambda: b"tatiana 1\n", lambda host: host == "127.0.0.1"))


async def test_it_lives_whatever_is_away() -> None:
    answer = await get(watched(broken, silent), "/livez")
    assert (answer.status_code, answer.text) == (200, "alive")


async def test_it_is_ready_when_everything_answers() -> None:
    answer = await get(watched(fine, fine), "/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "database": "ok", "redis": "ok"})


async def test_without_the_database_it_is_not_ready_and_says_why() -> None:
    answer = await get(watched(broken, fine), "/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": "ConnectionRefusedError", "redis": "ok"}


async def test_without_redis_it_serves_on_and_says_so() -> None:
    answer = await get(watched(fine, broken), "/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": "ok", "redis": "ConnectionRefusedError"}


async def test_a_dependency_that_never_answers_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "PATIENCE", 0.05)
    async with asyncio.timeout(20):
        answer = await get(watched(silent, silent), "/readyz")
    assert (answer.status_code, answer.json()["database"]) == (503, "TimeoutError")


async def test_what_changes_is_logged_once() -> None:
    answers = iter([fine, broken, broken, fine])

    async def database() -> None:
        await next(answers)()

    app = watched(database, fine)
    with capture_logs() as lines:
        for _ in range(4):
            await get(app, "/readyz")
    states = [(line["name"], line["state"]) for line in lines]
    assert states == [("database", "ConnectionRefusedError"), ("database", "ok")]


async def test_after_a_failover_to_a_server_that_only_reads_it_is_not_ready_until_there_is_a_primary(
    settings: Settings, database: str, migrated: asyncpg.Connection[asyncpg.Record]
) -> None:
    app, name = create_app(settings), urlsplit(database).path[1:]

    async def status() -> int:
        return (await get(app, "/readyz")).status_code

    async with running(app):
        await until(lambda: _is(status, 200))
        try:
            await migrated.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
            await migrated.execute(_CUT, name)
            await until(lambda: _is(status, 503))
        finally:
            await migrated.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only")
        await until(lambda: _is(status, 200))


async def _is(status: Callable[[], Awaitable[int]], wanted: int) -> bool:
    return await status() == wanted


_CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()"


async def test_once_told_to_stop_it_is_not_ready_and_touches_nothing() -> None:
    touched: list[bool] = []

    async def touch() -> None:
        touched.append(True)

    answer = await get(watched(touch, touch, stopping=True), "/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "stopping": True})
    assert not touched


@pytest.fixture
async def stop() -> asyncio.Event:
    return asyncio.Event()


@pytest.fixture
async def app(settings: Settings, stop: asyncio.Event) -> AsyncIterator[ASGIApp]:
    """The real app, behind a proxy at 10.1.0.0/16."""
    made = create_app(replace(settings, trusted_proxies=(ip_network("10.1.0.0/16"),)), stop=stop)
    async with running(made):
        yield made


async def test_the_real_app_is_ready_until_it_is_told_to_stop_and_answers_even_then(
    app: ASGIApp, stop: asyncio.Event
) -> None:
    people = Bot(app, KEY)
    await until(lambda: ready(app))
    stop.set()
    assert (await get(app, "/readyz")).status_code == 503
    assert (await get(app, "/livez")).status_code == 200
    assert (await people.slash("ping")).type == 4
    await people.close()


async def test_a_refused_bot_token_is_seen_by_whoever_watches_and_commands_are_answered(settings: Settings) -> None:
    listening, stop = bind("127.0.0.1", 0), asyncio.Event()
    serving = asyncio.create_task(serve([(refusing, listening)], stop=stop))
    made = create_app(replace(settings, discord_api_url=f"http://127.0.0.1:{listening.getsockname()[1]}/api/v10"))
    async with running(made):
        people = Bot(made, KEY)
        await until(lambda: ready(made))
        assert (await get(made, "/readyz")).json()["discord"] == "ok"
        with pytest.raises(Unauthorized):
            await guilds.get(current.client(), GUILD)
        answer = await get(made, "/readyz")
        assert (answer.status_code, answer.json()["discord"]) == (200, "TokenRefused")
        assert measured((await get(made, "/metrics")).text)["tatiana_discord_token_refused"] == 1
        (finding,) = await doctor.examine(GUILD, "discord")  # what /doctor and the overview show
        assert str(finding.text).startswith("Discord refuses my bot token")
        assert (await people.slash("ping")).type == 4
        await people.close()
    stop.set()
    await serving


async def refusing(scope: Scope, receive: Receive, send: Send) -> None:
    """A Discord that knows no token of ours."""
    if scope["type"] == "http":
        await JSONResponse({"code": 0, "message": "401: Unauthorized"}, 401)(scope, receive, send)


@pytest.mark.parametrize("by", ["127.0.0.1", "::1", "10.1.2.3", "::ffff:127.0.0.1", "::ffff:10.1.2.3"])
async def test_measurements_are_for_this_machine_and_trusted_networks(by: str, app: ASGIApp) -> None:
    answer = await get(app, "/metrics", by=by)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=")


@pytest.mark.parametrize(
    ("by", "headers"),
    [
        ("203.0.113.9", {}),
        ("10.2.0.1", {}),
        ("::ffff:203.0.113.9", {}),
        ("no address", {}),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}),
        ("10.1.2.3", {"X-Forwarded-For": "127.0.0.1"}),
        ("10.1.2.3", {"Forwarded": "for=203.0.113.9"}),
    ],
)
async def test_nobody_outside_reads_what_is_measured(by: str, headers: dict[str, str], app: ASGIApp) -> None:
    assert (await get(app, "/metrics", by=by, **headers)).status_code == 404


async def test_refusals_answers_and_a_late_loop_are_measured_and_no_id_is_a_label(app: ASGIApp) -> None:
    people = Bot(app, KEY)
    await people.slash("ping")
    before = measured((await get(app, "/metrics")).text)
    await people.post(b"{}", headers=signed(KEY, b"something else"))
    await people.slash("ping")
    await people.close()
    after = measured((await get(app, "/metrics")).text)
    for name in (
        'tatiana_refused_requests_total{why="signature"}',
        'tatiana_interactions_total{command="ping",outcome="answered"}',
        'tatiana_first_answer_seconds_count{command="ping"}',
    ):
        assert after[name] == before.get(name, 0) + 1
    assert "tatiana_usage_dropped_total" in after
    assert "tatiana_loop_late_seconds_count" in after
    assert not [name for name in after if re.search(r"\d{16}", name)]


def measured(text: str) -> dict[str, float]:
    """Each series and its value."""
    pairs = (line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    return {name: float(value) for name, value in pairs}
