"""Responses to requests, or their absence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from discord_api.broken_texts import mended

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP response; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The parsed body; None if it is empty or not JSON, such as a proxy's error page."""
        try:
            if b"\\u0000" not in self.body:
                return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            pass  # perhaps because of a lone surrogate in a name
        try:
            return orjson.loads(mended(self.body))
        except orjson.JSONDecodeError:
            return None


class NoAnswer(Exception):
    """The connection failed. `sent` is False if Discord certainly heard nothing."""

    def __init__(self, reason: str, *, sent: bool) -> None:
        super().__init__(reason)
        self.sent = sent


def as_object(value: Any) -> Json:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Json]:
    """The value if it is a list, else an empty one."""
    return value if isinstance(value, list) else []
