"""The client's address behind proxies."""

from __future__ import annotations

from starlette.types import Scope

from web.networks import address
from web.site import Site


def address_of(scope: Scope, site: Site) -> str:
    """The nearest address that is not a trusted proxy; anything further left could be forged."""
    client = scope.get("client")
    nearest = _plain(client[0]) if client else ""
    if not nearest or not site.trusts(nearest):
        return nearest
    for hop in reversed(_passed_on(scope, site.client_address_header)):
        if address(hop) is None:
            break
        nearest = _plain(hop)
        if not site.trusts(nearest):
            break
    return nearest


def unheeded(scope: Scope, found: str, site: Site) -> bool:
    """Whether a forwarding header from an untrusted sender was ignored."""
    client = scope.get("client")
    headers = (site.client_address_header, b"x-forwarded-for")
    return client is not None and found == _plain(client[0]) and any(_passed_on(scope, name) for name in headers)


def _passed_on(scope: Scope, header: bytes) -> list[str]:
    """The addresses in a header, which some proxies repeat as an extra line instead of appending."""
    lines = [value.decode("latin-1") for name, value in scope["headers"] if name == header]
    return [hop.strip() for hop in ",".join(lines).split(",") if hop.strip()]


def _plain(text: str) -> str:
    """A canonical address, so that nobody is counted twice; empty for a unix socket."""
    known = address(text)
    return text if known is None else str(known)
