"""A browser, and people who are signed in at the API, for each test."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from services import directory
from tests.support.browser import Browser, browser
from tests.support.whole import Whole
from tests.web.analytics.api import Api


@pytest.fixture
async def window(whole: Whole) -> AsyncIterator[Browser]:
    directory.forget_all()
    async with browser(whole) as one:
        yield one


@pytest.fixture
def api(window: Browser) -> Api:
    return Api(window.http)
