"""One ETag per encoding, because a strong ETag identifies exact bytes (RFC 9110, 8.8.3.3)."""

from __future__ import annotations

from http import HTTPStatus

from starlette.types import Message, Scope, Send

COMPRESSED = b'-gzip"'  # suffix of a compressed response's tag
_CONDITIONS = (b"if-none-match", b"if-match")
_VARY = b"Accept-Encoding"


def unsuffixed(scope: Scope) -> bool:
    """Restore the tags that operations made; returns whether one was of a compressed response."""
    known = any(name in _CONDITIONS and COMPRESSED in value for name, value in scope["headers"])
    if known:
        scope["headers"] = [
            (name, value.replace(COMPRESSED, b'"') if name in _CONDITIONS else value)
            for name, value in scope["headers"]
        ]
    return known


def suffixed(send: Send, *, known: bool) -> Send:
    """Send responses with their encoding's tag, and the Vary header caches need to tell encodings apart.

    `known` means the client has the compressed response, so "not modified" refers to that one.
    """

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = dict(message["headers"])
            compressed = b"content-encoding" in headers or (known and message["status"] == HTTPStatus.NOT_MODIFIED)
            if compressed and b"etag" in headers:
                headers[b"etag"] = headers[b"etag"].removesuffix(b'"') + COMPRESSED
                message["headers"] = [
                    (name, headers[name] if name == b"etag" else value) for name, value in message["headers"]
                ]
            if _VARY.lower() not in headers.get(b"vary", b"").lower():
                message["headers"] = [*message["headers"], (b"vary", _VARY)]
        await send(message)

    return sending
