"""The address of Discord's CDN, or of what stands in for it."""

from __future__ import annotations


class _Known:
    url = ""


_known = _Known()


def use(url: str) -> None:
    """Set the CDN's address."""
    _known.url = url


def url() -> str:
    """The CDN's address, without a slash at the end."""
    return _known.url
