"""CSRF protection: whether another site started a request, which cookies alone don't reveal."""

from __future__ import annotations

from collections.abc import Mapping

from web.site import Site

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_OURS = (b"same-origin", b"none")


def foreign(method: str, headers: Mapping[bytes, bytes], site: Site) -> bool:
    """Whether an unsafe request may come from another origin, even a sibling domain, and must be refused."""
    if method in SAFE:
        return False
    origin = headers.get(b"origin")
    if b"authorization" in headers:  # no browser adds that by itself, so only the list of origins counts
        return origin is not None and not known(origin, site)
    fetched = headers.get(b"sec-fetch-site")
    if fetched is not None and fetched not in _OURS:
        return True
    if origin is not None:
        return origin.decode("latin-1") != site.origin
    return b"cookie" in headers and fetched is None


def known(origin: bytes, site: Site) -> bool:
    """Whether this is our own origin or one the host allows."""
    said = origin.decode("latin-1")
    return said == site.origin or said in site.allowed_origins
