"""Reading request bodies up to a limit; the server enforces the time limit."""

from __future__ import annotations

from starlette.types import Receive, Scope

LIMIT = 256 * 1024  # bytes


class BodyError(Exception):
    """The body is refused; `status` is the response and `why` one word for the metrics."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


async def read_body(scope: Scope, receive: Receive) -> bytes:
    """The raw body; BodyError 413 or 415 without ever holding more than the limit."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > LIMIT:
            raise BodyError(413, "size")
        if name == b"content-encoding" and value.lower() != b"identity":
            # The signature covers the bytes as sent; decompressed content would be unsigned.
            raise BodyError(415, "encoding")
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BodyError(400, "gone")
        body += message.get("body", b"")
        if len(body) > LIMIT:
            raise BodyError(413, "size")
        more = message.get("more_body", False)
    return body
