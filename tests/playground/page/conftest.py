"""The page of a playground whose bot responds as each test says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from playwright.async_api import Browser

from app.server import bind
from playground.world.cast import ALICE, GENERAL
from tests.playground.fake_bot import FakeBot
from tests.playground.page.samples import GUIDE, PAY, PROFILE, REPORT, SHOP, SHOW, Open
from tests.support.chromium import MISSING, installed, window


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Without a browser, skip one test and deselect the others that need it."""
    needing = [item for item in items if item.get_closest_marker("browser")]
    if installed() or not needing:
        return
    needing[0].add_marker(pytest.mark.skip(reason=MISSING))
    left_out = needing[1:]
    items[:] = [item for item in items if item not in left_out]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture
async def opened(browser: Browser, bot: FakeBot) -> AsyncIterator[Open]:
    """Opens the page as someone, in #general."""
    await bot.register(PAY, SHOP, SHOW, GUIDE, PROFILE, REPORT)
    listening = bind("127.0.0.1", 0)
    server = uvicorn.Server(uvicorn.Config(bot.playground, log_level="warning", lifespan="off"))
    serving = asyncio.create_task(server.serve([listening]))
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"
    yield lambda person=ALICE, **more: window(browser, address, person, GENERAL, **more)
    # The windows are closed, so don't wait for open connections.
    server.should_exit = server.force_exit = True
    await serving
