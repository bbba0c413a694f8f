"""The response to one interaction as bytes."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass


@dataclass(slots=True)
class WireResponse:
    """A response as bytes; `sent` is set once it was handed to the server."""

    body: bytes
    content_type: bytes = b"application/json"
    sent: asyncio.Event | None = None
