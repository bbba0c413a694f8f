"""/api/docs: nothing of it runs or loads but what its policy names, and a browser shows it without a complaint."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient, Response
from playwright.async_api import Browser, Page

from app.main import create_app
from app.server import bind, serve
from app.settings import Settings
from tests.support import cdn
from tests.support.chromium import NARROW, WIDE
from tests.support.lifespan import running
from tests.support.waiting import until

FILES = "npm/swagger-ui-dist@5.35.0"


@pytest.fixture
async def address(settings: Settings, database: str) -> AsyncIterator[str]:
    """Where a web process listens."""
    listening, stop = bind("127.0.0.1", 0), asyncio.Event()
    here = f"http://127.0.0.1:{listening.getsockname()[1]}"
    serving = asyncio.create_task(serve([(create_app(settings), listening)], stop=stop))
    async with AsyncClient(base_url=here) as client:
        await until(lambda: _ready(client))
    yield here
    stop.set()
    await serving


async def _ready(client: AsyncClient) -> bool:
    return (await client.get("/readyz")).is_success


async def page_of(settings: Settings) -> Response:
    app = create_app(settings)
    async with running(app), AsyncClient(transport=ASGITransport(app), base_url="http://bot.test") as client:
        return await client.get("/api/docs")


async def test_the_page_holds_no_code_and_no_style_of_its_own(settings: Settings, database: str) -> None:
    answer = await page_of(settings)
    assert answer.status_code == 200
    assert re.findall(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", answer.text) == []
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy


async def test_each_file_from_elsewhere_is_named_by_the_policy_and_by_its_digest(
    settings: Settings, database: str
) -> None:
    answer = await page_of(settings)
    policy = answer.headers["content-security-policy"]
    elsewhere = re.findall(r'<(?:script|link)[^>]*(?:src|href)="(https://[^"]+)"([^>]*)>', answer.text)
    assert len(elsewhere) == 2
    for url, attributes in elsewhere:
        assert f" {url}" in policy, "exactly this file, not all that lies beside it"
        assert re.search(r"@\d+\.\d+\.\d+/", url), "one version, for good"
        assert re.search(r'integrity="sha384-[A-Za-z0-9+/]{64}"', attributes)
        assert 'crossorigin="anonymous"' in attributes


@pytest.mark.parametrize("width", [WIDE, NARROW])
async def test_a_browser_shows_every_part_without_a_complaint(browser: Browser, address: str, width: int) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 900})
    await cdn.stand_in(context)
    page = await context.new_page()
    wrong: list[str] = []
    page.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("requestfailed", lambda request: wrong.append(request.url))
    await page.goto(f"{address}/api/docs")
    await page.wait_for_selector(".opblock")
    await page.locator("#operations-economy-economy_corrections\\.grant, .opblock-post").first.click()
    await page.wait_for_selector(".opblock-body")
    assert await _shown(page) >= 50
    assert await page.get_by_text("can't be reached").count() == 0
    assert await page.evaluate("document.documentElement.scrollWidth") <= width, "nothing is out of sight"
    assert wrong == []


async def test_without_the_cdn_the_page_leads_to_the_document(browser: Browser, address: str) -> None:
    page = await browser.new_page()
    await page.route("https://cdn.jsdelivr.net/**", lambda route: route.abort())
    await page.goto(f"{address}/api/docs")
    await page.get_by_role("link", name="the document itself").click()
    await page.wait_for_url("**/api/v1/openapi.json")


async def _shown(page: Page) -> int:
    return await page.locator(".opblock").count()


async def test_the_digests_are_those_of_the_files(settings: Settings, database: str) -> None:
    text = (await page_of(settings)).text
    for name in ("swagger-ui.css", "swagger-ui-bundle.js"):
        digest = base64.b64encode(hashlib.sha384(cdn.file(f"{FILES}/{name}").read_bytes()).digest()).decode()
        assert f'{name}" integrity="sha384-{digest}"' in text
