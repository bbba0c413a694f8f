"""Versions of what is read: ETag, If-None-Match and If-Match."""

from __future__ import annotations

from hashlib import blake2b
from http import HTTPStatus

from starlette.requests import Request

from web.frame.problems import Refused


def if_match(request: Request) -> str:
    """The version that a change is based on; Refused (428) without one."""
    said = request.headers.get("if-match", "")
    if len(said) < 2 or said[0] != '"' or said[-1] != '"':
        raise Refused(
            HTTPStatus.PRECONDITION_REQUIRED,
            "Send the header If-Match with the ETag of what you read, so that nobody's change is lost.",
        )
    return said[1:-1]


def matches(said: str | None, etag: str) -> bool:
    """Whether a client has this version already (RFC 9110, 13.1.2)."""
    return said is not None and (
        said.strip() == "*" or etag in (one.strip().removeprefix("W/") for one in said.split(","))
    )


def etag_of(body: bytes) -> str:
    return f'"{blake2b(body, digest_size=12).hexdigest()}"'
