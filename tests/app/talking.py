"""Apps that answer with little and with much, and a client that sends bytes as it likes."""

from __future__ import annotations

import asyncio
from typing import Any

from app import metrics

PROMPT = b"POST / HTTP/1.1\r\nHost: bot.test\r\nContent-Length: 2\r\n\r\n{}"


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """An app that reads the whole body and answers its size."""
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return
    size, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message.get("more_body", False)
    body = str(size).encode()
    await send(
        {"type": "http.response.start", "status": 200, "headers": [(b"content-length", str(len(body)).encode())]}
    )
    await send({"type": "http.response.body", "body": body})


async def talk(port: int, *parts: bytes) -> bytes:
    """Send these and read until the server closes; fails if it does not."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for part in parts:
        writer.write(part)
    await writer.drain()
    async with asyncio.timeout(20):
        answer = await reader.read()
    writer.close()
    return answer


def ended(why: str) -> float:
    """How many connections were ended for this reason so far."""
    return metrics.registry.get_sample_value("tatiana_connections_ended_total", {"why": why}) or 0


async def large(scope: Any, receive: Any, send: Any) -> None:
    """An app whose answers are larger than what the kernel keeps for a reader."""
    if scope["type"] == "lifespan":
        await echo(scope, receive, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    for _ in range(200):
        await send({"type": "http.response.body", "body": b"x" * 100_000, "more_body": True})
    await send({"type": "http.response.body", "body": b""})
