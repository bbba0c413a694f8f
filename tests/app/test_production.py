"""`tatiana web` and `tatiana worker` in processes of their own, as they are hosted."""

from __future__ import annotations

import signal
import subprocess
import time
from typing import Any

import httpx
import pytest

from app.embedded import EmbeddedPostgres
from tests.app.installation import Installation, read_until
from tests.support.ports import free_port

PATIENCE = 30  # seconds


@pytest.fixture
def hosted(installation: Installation) -> dict[str, str]:
    """Settings of production, whose Discord is the playground and whose database is that of `run`."""
    installation.start()
    port = free_port()
    return {
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DATABASE_URL": EmbeddedPostgres(installation.kept("postgres")).url("tatiana"),
        "REDIS_URL": "redis://127.0.0.1:9",  # away: only what may be lost is lost with it
        "SECRET_KEY": "0123456789abcdef" * 2,
        "DISCORD_BOT_TOKEN": installation.token(),
        "DISCORD_API_URL": f"{installation.page}/api/v10",
    }


def test_a_web_process_serves_and_a_worker_tells_discord_where(
    installation: Installation, hosted: dict[str, str]
) -> None:
    web = installation.open("web", **hosted)
    assert answers(f"{hosted['PUBLIC_URL']}/readyz") == {
        "ready": True,
        "database": "ok",
        "redis": "ConnectionError",
        "discord": "ok",
    }
    worker = installation.open("worker", **hosted)
    assert '"event": "address set at Discord"' in read_until(worker, '{"url"')
    headers = {"Authorization": f"Bot {installation.token()}", "User-Agent": "DiscordBot (https://example.org, 1)"}
    application = httpx.get(f"{installation.page}/api/v10/applications/@me", headers=headers).json()
    assert application["interactions_endpoint_url"] == f"{hosted['PUBLIC_URL']}/interactions"
    for process in (worker, web):
        assert ended(process) == 0


def test_the_worker_asks_again_while_its_address_leads_nowhere_yet(
    installation: Installation, hosted: dict[str, str]
) -> None:
    worker = installation.open("worker", **hosted)
    assert '"again_in": 5' in read_until(worker, '{"why"')
    web = installation.open("web", **hosted)
    assert '"event": "address set at Discord"' in read_until(worker, '{"url"')
    for process in (worker, web):
        assert ended(process) == 0


def answers(url: str) -> Any:
    """What a process that is starting answers as soon as it is ready."""
    give_up = time.monotonic() + PATIENCE
    while time.monotonic() < give_up:
        try:
            answer = httpx.get(url)
        except httpx.ConnectError:
            continue
        if answer.is_success:
            return answer.json()
    raise AssertionError(f"{url} was never ready")


def ended(process: subprocess.Popen[str]) -> int:
    """The exit status after a polite request to stop."""
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=PATIENCE)
    return process.returncode
