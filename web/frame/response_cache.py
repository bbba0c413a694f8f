"""A cache of responses for the same caller, valid for half a second: the first check covers the next ones."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import NamedTuple

from starlette.responses import Response
from starlette.types import Scope

SECONDS = 0.5  # together with the token cache, a revoked token stops working within a second
MAX_CACHED_RESPONSES = 10_000  # responses cached at once

Key = tuple[str, bytes, bytes, bytes]


class Kept(NamedTuple):
    """One response, its caller, and the route it counts under."""

    until: float
    caller_id: str
    route: str
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Recent:
    """This process's cache of repeatable responses."""

    def __init__(self) -> None:
        self._kept: dict[Key, Kept] = {}

    def find(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Kept | None:
        """The cached response to this exact request by this exact caller, if any."""
        key = _key(scope, headers)
        kept = self._kept.get(key) if key else None
        return kept if kept and kept.until > time.monotonic() else None

    def keep(self, scope: Scope, caller_id: str, route: str, response: Response) -> None:
        """Cache a response; not if anything besides the token decides it."""
        key = _key(scope, dict(scope["headers"]))
        if key is None or response.status_code != 200:
            return
        if len(self._kept) >= MAX_CACHED_RESPONSES:
            self._kept.clear()
        until = time.monotonic() + SECONDS
        self._kept[key] = Kept(until, caller_id, route, list(response.raw_headers), bytes(response.body))


def _key(scope: Scope, headers: Mapping[bytes, bytes]) -> Key | None:
    authorization = headers.get(b"authorization")
    if scope["method"] != "GET" or authorization is None or b"if-none-match" in headers:
        return None
    if len(headers) < len(scope["headers"]):  # a duplicated header is ambiguous
        return None
    return scope["path"], scope["query_string"], authorization, headers.get(b"origin", b"")
