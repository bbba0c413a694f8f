"""Files that pages load from a CDN, fetched by `scripts/cdn`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.async_api import BrowserContext, Route

FOLDER = Path(__file__).parents[2] / ".cdn"
MISSING = "The files of the CDN are not here (scripts/cdn fetches them), so nothing that needs them was tried."
AXE = "npm/axe-core@4.14.1/axe.min.js"

_KINDS = {".css": "text/css", ".js": "text/javascript"}


def file(place: str) -> Path:
    """A file by its path at the CDN; skips the test if it was not fetched."""
    found = FOLDER / place.removeprefix("/")
    if not found.exists():
        pytest.skip(MISSING)
    return found


async def stand_in(context: BrowserContext) -> None:
    """Answer instead of the CDN; the browser checks each file's digest."""
    file(AXE)
    await context.route("https://cdn.jsdelivr.net/**", _fulfil)


async def _fulfil(route: Route) -> None:
    found = file(urlsplit(route.request.url).path)
    headers = {"Content-Type": _KINDS[found.suffix], "Access-Control-Allow-Origin": "*"}
    await route.fulfill(status=200, body=found.read_bytes(), headers=headers)
