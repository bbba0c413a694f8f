"""Reading a request's body: never more than the limit, never longer than the deadline."""

from __future__ import annotations

import asyncio

from starlette.types import Message, Receive, Scope

LIMIT = 256 * 1024  # bytes
DEADLINE = 3.0  # seconds


class BodyError(Exception):
    """The body can't be taken; `status` is the answer and `why` one word for the metrics."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


async def read_body(scope: Scope, receive: Receive, limit: int = LIMIT, deadline: float = DEADLINE) -> bytes:
    """The raw body; raises BodyError 413, 408 or 415 without having kept more than `limit` bytes."""
    for name, value in scope["headers"]:
        if name == b"content-length" and value.isdigit() and int(value) > limit:
            raise BodyError(413, "size")
        if name == b"content-encoding" and value.lower() != b"identity":
            # The signature covers the bytes as they came; what they would unpack to is nobody's promise.
            raise BodyError(415, "encoding")
    message = await receive_within(receive, deadline)
    body = message.get("body", b"")
    if not message.get("more_body"):
        return _sized(body, limit)
    ends = asyncio.get_running_loop().time() + deadline
    chunks = [_sized(body, limit)]
    size = len(body)
    while message.get("more_body"):
        message = await receive_within(receive, ends - asyncio.get_running_loop().time())
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > limit:
            raise BodyError(413, "size")
    return b"".join(chunks)


def _sized(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise BodyError(413, "size")
    return body


async def receive_within(receive: Receive, seconds: float) -> Message:
    try:
        async with asyncio.timeout(seconds):
            message = await receive()
    except TimeoutError:
        raise BodyError(408, "slow") from None
    if message["type"] == "http.disconnect":
        raise BodyError(400, "gone")
    return message
