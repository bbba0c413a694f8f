"""Limits on request bodies, which are counted as they arrive and never held beyond the limit."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from starlette.types import Message, Receive, Scope

from web.frame.problems import Refused

LIMIT = 64 * 1024  # bytes
QUERY_LIMIT = 4 * 1024  # bytes


def check(scope: Scope, headers: Mapping[bytes, bytes]) -> None:
    """Refuse declared sizes above the limit, compressed bodies, and query strings that are not text."""
    if len(scope["query_string"]) > QUERY_LIMIT:
        raise Refused(HTTPStatus.REQUEST_URI_TOO_LONG, f"The query is longer than {QUERY_LIMIT} bytes.")
    try:
        scope["query_string"].decode()
    except UnicodeDecodeError:
        scope["query_string"] = b""  # the error page parses its own address
        raise Refused(HTTPStatus.BAD_REQUEST, "The query is not UTF-8.") from None
    declared = headers.get(b"content-length", b"0")
    if declared.isdigit() and int(declared[:12]) > LIMIT:
        raise _too_large()
    if headers.get(b"content-encoding", b"identity").lower() != b"identity":
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send the body as it is, without a Content-Encoding.")


def counted(receive: Receive) -> Receive:
    """The same stream; raises Refused once it exceeds the limit."""
    received = 0

    async def receiving() -> Message:
        nonlocal received
        message = await receive()
        received += len(message.get("body", b""))
        if received > LIMIT:
            raise _too_large()
        return message

    return receiving


def _too_large() -> Refused:
    return Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is larger than {LIMIT // 1024} KiB.")
