"""A fault of ours in what runs beside the answers is told and overcome, or ends the process."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from app import background, cli, loop_lag
from app import running as running_process
from app.main import create_app
from app.settings import Settings, StartError
from tests.support.lifespan import running
from tests.support.ports import free_port
from tests.support.waiting import until


async def test_work_in_the_background_that_fails_is_told_and_begins_anew(
    settings: Settings, database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[int] = []

    async def fail_twice(stop: asyncio.Event, _late: object) -> None:
        attempts.append(1)
        if len(attempts) < 3:
            raise KeyError("a fault of ours")
        await stop.wait()

    monkeypatch.setattr(loop_lag, "watch", fail_twice)
    monkeypatch.setattr(background, "ANEW", 0.01)
    with capture_logs() as lines:
        async with running(create_app(settings)):
            await until(lambda: len(attempts) == 3)
    told = [line["work"] for line in lines if line["event"] == "background work failed and begins anew"]
    assert told == ["_watch", "_watch"]


async def test_a_process_that_can_be_put_together_in_no_way_ends_with_a_status(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_settings: Settings) -> None:
        raise KeyError("a fault of ours")

    monkeypatch.setattr(running_process, "_build", fail)
    hosted = replace(settings, port=free_port(), redis_url="redis://127.0.0.1:9")
    with capture_logs() as lines, pytest.raises(StartError, match="ended by a fault of ours"):
        async with asyncio.timeout(20):
            await cli.web(hosted, asyncio.Event())
    assert "nothing can be answered, so this process ends" in [line["event"] for line in lines]


async def test_a_process_with_jobs_stops_although_its_database_was_never_there(settings: Settings) -> None:
    away = replace(settings, database_url="postgresql://bot@127.0.0.1:9/coins")
    async with asyncio.timeout(10), running(create_app(away, with_worker=True)):
        pass
