"""HTTP itself. Importing httpx costs a tenth of a second, so import this module late."""

from __future__ import annotations

import asyncio
import functools
import logging
import ssl
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from typing import Any

import httpx
import orjson

from discord_api.answers import Answer, NoAnswer
from discord_api.message_bodies import File

CONNECT_SECONDS = 2.0
NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
# At INFO, httpx logs full URLs, and those of interactions contain a token.
logging.getLogger("httpx").setLevel(logging.WARNING)
# httpcore tries to import this package several times per request, which takes 0.2 ms each time.
if find_spec("sniffio") is None:
    sys.modules["sniffio"] = None  # type: ignore[assignment]


class TooLarge(Exception):
    """A file is larger than allowed."""


class Transport:
    """One pool of connections."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    @classmethod
    def to(cls, base_url: str) -> Transport:
        """A pool for this address; a proxy from the environment is not used for this machine."""
        limits = httpx.Limits(max_connections=100, max_keepalive_connections=20, keepalive_expiry=30)
        far = base_url.startswith("https:")
        return cls(httpx.AsyncClient(limits=limits, trust_env=far, verify=_certificates(from_environment=far)))

    async def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str],
        query: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        files: Sequence[File] = (),
        timeout: float,  # noqa: ASYNC109 - it bounds the whole exchange, which httpx alone cannot
    ) -> Answer:
        """Send one request and read its response within `timeout` seconds, or raise NoAnswer."""
        request = self._client.build_request(
            method,
            url,
            params={key: value for key, value in (query or {}).items() if value is not None} or None,
            headers={**headers, "Content-Type": "application/json"} if json is not None and not files else headers,
            content=orjson.dumps(json) if json is not None and not files else None,
            data=form,
            files=_parts(json, files) if files else None,
            timeout=httpx.Timeout(timeout, connect=min(CONNECT_SECONDS, timeout)),
        )
        try:
            async with asyncio.timeout(timeout):
                response = await self._client.send(request)
        except TimeoutError:
            raise NoAnswer("no answer in time", sent=True) from None
        except httpx.TransportError as error:
            # Without its cause, which holds the request, whose URL may contain an interaction's token.
            raise NoAnswer(type(error).__name__, sent=not isinstance(error, NOT_SENT)) from None
        return Answer(response.status_code, response.headers, response.content)

    async def download(self, url: str, most: int) -> bytes:
        """A file of at most `most` bytes, without following redirects; httpx.HTTPError if it can't be had."""
        content = bytearray()
        as_it_is = {"Accept-Encoding": "identity"}  # a small response can't become a large file
        async with self._client.stream("GET", url, headers=as_it_is, follow_redirects=False) as response:
            response.raise_for_status()
            async for part in response.aiter_raw():
                content += part
                if len(content) > most:
                    raise TooLarge(url)
        return bytes(content)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def _parts(json: Any, files: Sequence[File]) -> list[tuple[str, tuple[str | None, bytes, str]]]:
    payload = ("payload_json", (None, orjson.dumps(json if json is not None else {}), "application/json"))
    return [payload, *((f"files[{n}]", (file.name, file.content, file.media_type)) for n, file in enumerate(files))]


@functools.cache
def _certificates(*, from_environment: bool) -> ssl.SSLContext:
    """The trusted certificates; loading them is slow, so all connections share them."""
    return httpx.create_ssl_context(trust_env=from_environment)
