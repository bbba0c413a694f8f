"""GET /api/v1/openapi.json: the API's description for programs."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from web.frame.etags import matches


class Document:
    """Serves the document, built once on the first request."""

    def __init__(self, make: Callable[[], dict[str, Any]]) -> None:
        self._make = make
        self._body = b""
        self._etag = ""

    async def show(self, request: Request) -> Response:
        """The document, or 304 if the client has it."""
        if not self._body:
            self._body = orjson.dumps(self._make())
            self._etag = f'"{blake2b(self._body, digest_size=12).hexdigest()}"'
        headers = {"ETag": self._etag, "Cache-Control": "no-cache"}
        if matches(request.headers.get("if-none-match"), self._etag):
            return Response(None, 304, headers)
        return Response(self._body, 200, headers, "application/json")
