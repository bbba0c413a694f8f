"""The dashboard in a real browser: windows of people who are signed in, in which nothing may go wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Literal
from urllib.parse import urlsplit

from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.support import cdn
from tests.support.chromium import PATIENCE, WIDE
from tests.support.whole import Served

Scheme = Literal["dark", "light"]

_WIDER = "document.documentElement.scrollWidth - window.innerWidth"
_SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 50);
})"""


@asynccontextmanager
async def window(
    browser: Browser, served: Served, user_id: int | None, *, width: int = WIDE, scheme: Scheme = "light", **more: Any
) -> AsyncIterator[Page]:
    """A window in which this person is signed in; no complaint, no failed file, nothing loaded from elsewhere."""
    context = await browser.new_context(viewport={"width": width, "height": 860}, color_scheme=scheme, **more)
    await cdn.stand_in(context)
    page = await context.new_page()
    page.set_default_timeout(PATIENCE)
    if user_id is not None:  # with the click that the playground has for it
        await page.goto(f"{served.whole.playground}/dashboard?as={user_id}")
        await page.wait_for_url(f"{served.address}/servers")
    wrong: list[str] = []
    page.on("console", lambda said: wrong.extend(_complaint(said)))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(f"dialog: {dialog.message}"))
    page.on("request", lambda request: wrong.extend([] if _known(request.url) else [request.url]))
    yield page
    await context.close()
    assert wrong == [], wrong


async def fits(page: Page) -> None:
    """Nothing stands out at the side."""
    assert await page.evaluate(_WIDER) <= 0, page.url


async def accessible(page: Page) -> Mapping[str, list[str]]:
    """What axe finds wrong, by rule, once nothing is dimmed because it is being fetched."""
    await expect(page.locator(".htmx-request")).to_have_count(0)
    await page.evaluate(cdn.file(cdn.AXE).read_text())
    found = await page.evaluate("axe.run(document, { resultTypes: ['violations'] })")
    return {one["id"]: [node["html"][:200] for node in one["nodes"]] for one in found["violations"]}


async def shift(page: Page) -> float:
    """How much of the layout has moved by itself (Cumulative Layout Shift)."""
    moved: float = await page.evaluate(_SHIFT)
    return moved


def _complaint(said: ConsoleMessage) -> list[str]:
    # The browser notes every refused page by itself; that a refusal is told well is what the tests look at.
    harmless = said.type not in ("error", "warning") or said.text.startswith("Failed to load resource")
    return [] if harmless else [said.text]


def _known(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("data", "blob") or parts.hostname in ("127.0.0.1", "cdn.jsdelivr.net")
