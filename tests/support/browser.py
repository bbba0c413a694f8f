"""A minimal browser for sign-ins: keeps cookies and follows redirects."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

from httpx import ASGITransport, AsyncClient, AsyncHTTPTransport, Response

from tests.support.whole import HOME, Whole

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


class Browser:
    """One window: reaches the bot's pages in process, and the playground's over the network."""

    def __init__(self, whole: Whole) -> None:
        self.http = AsyncClient(
            transport=AsyncHTTPTransport(),
            mounts={HOME: ASGITransport(whole.app)},
            base_url=HOME,
            headers={"User-Agent": FIREFOX},
        )

    async def get(self, address: str, **more: Any) -> Response:
        """Open an address without following redirects."""
        return await self.http.get(address, **more)

    async def post(self, path: str, **more: Any) -> Response:
        """Submit a form of one of our pages."""
        headers = {"Origin": HOME, "Sec-Fetch-Site": "same-origin", **more.pop("headers", {})}
        return await self.http.post(path, headers=headers, **more)

    async def leave(self, next_page: str | None = None) -> str:
        """Press the button on the sign-in page; returns the address at Discord."""
        answer = await self.get("/login/start", params={"next": next_page} if next_page else None)
        assert answer.status_code == 303, answer.text
        return answer.headers["location"]

    async def allow(self, address: str, user_id: int, decision: str = "authorize") -> str:
        """Decide on the consent page; returns the address to return to."""
        shown = await self.get(address)
        assert shown.status_code == 200, shown.text
        answer = await self.http.post(address, data={"user_id": str(user_id), "decision": decision})
        return answer.headers["location"]

    async def sign_in(self, user_id: int, next_page: str | None = None) -> Response:
        """A whole sign-in; returns the response that sets the session."""
        return await self.get(await self.allow(await self.leave(next_page), user_id))

    async def follow(self, answer: Response) -> Response:
        """The page a response redirects to."""
        return await self.get(urljoin(str(answer.request.url), answer.headers["location"]))

    async def signed_in(self) -> bool:
        """Whether our pages recognize the person."""
        return (await self.get("/sessions")).status_code == 200

    @property
    def cookie(self) -> str | None:
        """The session cookie."""
        return self.http.cookies.get("session")


@asynccontextmanager
async def browser(whole: Whole) -> AsyncIterator[Browser]:
    """A fresh window, closed at the end."""
    opened = Browser(whole)
    yield opened
    await opened.http.aclose()


def query_of(address: str) -> dict[str, str]:
    """The query parameters."""
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def words(page: Response) -> str:
    """A page's text without tags."""
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))
