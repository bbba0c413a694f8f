"""What comes back from a request: an answer, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from discord_api.broken_texts import mended

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer; header names are found in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body's value; None if it is empty or not JSON, as an error page of a proxy is."""
        try:
            if b"\\u0000" not in self.body:
                return orjson.loads(self.body)
        except orjson.JSONDecodeError:
            pass  # perhaps for half a character in somebody's name
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
    """The value if it is an object; an empty one for whatever else came."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Json]:
    """The value if it is a list; an empty one for whatever else came."""
    return value if isinstance(value, list) else []
