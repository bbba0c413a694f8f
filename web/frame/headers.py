"""Security headers on every response, including errors."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.types import Message, Send

Raw = tuple[bytes, bytes]

TWO_YEARS = 63072000  # seconds

# For responses that are not pages: nothing may run, load or be framed.
CLOSED_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

_ALWAYS: tuple[Raw, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_UNLESS_SAID: tuple[Raw, ...] = (
    (b"content-security-policy", CLOSED_POLICY.encode()),
    (b"cache-control", b"no-store"),
)
# HSTS may only be sent over https (RFC 6797, 7.2).
_OVER_HTTPS: Raw = (b"strict-transport-security", b"max-age=%d; includeSubDomains" % TWO_YEARS)


def secured(send: Send, request_id: str, *, https: bool) -> Send:
    """Add the headers; a response's own policy and caching headers take precedence."""
    extra = (*_ALWAYS, *((_OVER_HTTPS,) if https else ()), (b"x-request-id", request_id.encode()))

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = _with(message["headers"], extra)
        await send(message)

    return sending


def _with(headers: Iterable[Raw], extra: Iterable[Raw]) -> list[Raw]:
    said = list(headers)
    names = {name for name, _ in said}
    return [*said, *extra, *(default for default in _UNLESS_SAID if default[0] not in names)]
