"""Answers that one caller may get again for half a second: what was checked for the first is as good for the next."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import NamedTuple

from starlette.responses import Response
from starlette.types import Scope

SECONDS = 0.5  # with what is believed of a token for as long, it is dead within a second of its end
MOST = 10_000  # answers that are kept at once

Key = tuple[str, bytes, bytes, bytes]


class Kept(NamedTuple):
    """One answer, whose it is, and under which route it is counted."""

    until: float
    caller_id: str
    route: str
    headers: list[tuple[bytes, bytes]]
    body: bytes


class Recent:
    """The answers of this process that operations allowed to be given again."""

    def __init__(self) -> None:
        self._kept: dict[Key, Kept] = {}

    def find(self, scope: Scope, headers: Mapping[bytes, bytes]) -> Kept | None:
        """The answer to this very request by this very caller, if it was given just now."""
        key = _key(scope, headers)
        kept = self._kept.get(key) if key else None
        return kept if kept and kept.until > time.monotonic() else None

    def keep(self, scope: Scope, caller_id: str, route: str, response: Response) -> None:
        """Give this answer again to who asks so again; nothing is kept where more than the token decides."""
        key = _key(scope, dict(scope["headers"]))
        if key is None or response.status_code != 200:
            return
        if len(self._kept) >= MOST:
            self._kept.clear()
        until = time.monotonic() + SECONDS
        self._kept[key] = Kept(until, caller_id, route, list(response.raw_headers), bytes(response.body))


def _key(scope: Scope, headers: Mapping[bytes, bytes]) -> Key | None:
    authorization = headers.get(b"authorization")
    if scope["method"] != "GET" or authorization is None or b"if-none-match" in headers:
        return None
    if len(headers) < len(scope["headers"]):  # one of them stands twice, and which one counts is not ours to guess
        return None
    return scope["path"], scope["query_string"], authorization, headers.get(b"origin", b"")
