"""Chromium for tests, with a window per person."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.async_api import Browser, ConsoleMessage, Page, async_playwright, expect

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
MISSING = "No Chromium was found, so nothing that needs a browser was tried."
WIDE, NARROW = 1280, 390
PATIENCE = 20_000  # milliseconds

# A busy machine may take longer than Playwright's default of five seconds.
expect.set_options(timeout=PATIENCE)

# Only the page itself: no first-run windows, updates or telemetry.
ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    """The machine's browser; skips the test if there is none."""
    path = installed()
    if path is None:
        pytest.skip(MISSING)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        await browser.close()


def installed() -> str | None:
    """The path to Chromium: on the PATH, or installed by Playwright."""
    on_path = [path for name in NAMES if (path := shutil.which(name))]
    own = [str(path) for path in (Path.home() / ".cache/ms-playwright").glob("chromium-*/chrome-linux*/chrome")]
    return next(iter(on_path + own), None)


@asynccontextmanager
async def window(
    browser: Browser,
    address: str,
    person: int,
    channel: int,
    *,
    width: int = WIDE,
    scheme: Literal["dark", "light"] = "light",
) -> AsyncIterator[Page]:
    """The playground as one person, with the welcome dismissed; fails on any console error."""
    context = await browser.new_context(
        viewport={"width": width, "height": 844}, color_scheme=scheme, has_touch=width == NARROW
    )
    await context.add_init_script("localStorage.setItem('tatiana-welcomed', 'yes')")
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.extend(_complaint(message)))
    page.on("request", lambda request: wrong.extend([] if _own(request.url, address) else [request.url]))
    await page.goto(f"{address}/?as={person}&channel={channel}")
    await page.wait_for_selector("body.ready")
    yield page
    await context.close()
    assert wrong == []


def _complaint(message: ConsoleMessage) -> list[str]:
    # The browser logs every refused request; tests check how refusals are shown.
    if message.type != "error" or message.text.startswith("Failed to load resource"):
        return []
    return [message.text]


def _own(url: str, address: str) -> bool:
    return url.startswith((address, "data:"))


async def use(page: Page, command: str, *keys: str) -> None:
    """Type a command into the composer, then press keys; a name followed by a space opens its form."""
    await page.focus("#text")
    await page.keyboard.type(command)
    for key in keys:
        await page.keyboard.press(key)


async def become(page: Page, name: str) -> None:
    """Switch to another person, with the keyboard."""
    await page.keyboard.press("Control+k")
    await page.keyboard.type(name)
    await page.locator("dialog.switcher .choice.active", has_text=name).wait_for()
    await page.keyboard.press("Enter")
    await page.locator("#act-as", has_text=name).wait_for(state="attached")
