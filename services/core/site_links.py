"""Addresses of our pages, for answers that link to them."""

from __future__ import annotations

from urllib.parse import urlsplit


class _Known:
    public_url = ""


_known = _Known()


def use(public_url: str) -> None:
    """Set the public address of this installation."""
    _known.public_url = public_url.rstrip("/")


def page(path: str) -> str:
    """The full address of a page."""
    return f"{_known.public_url}{path}"


def near() -> bool:
    """Whether the site is reachable from this machine only."""
    return urlsplit(_known.public_url).hostname in ("localhost", "127.0.0.1", "::1")
