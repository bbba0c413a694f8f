"""Where people find our pages, for answers that lead there."""

from __future__ import annotations

from urllib.parse import urlsplit


class _Known:
    public_url = ""


_known = _Known()


def use(public_url: str) -> None:
    """From now on this is where we are reached."""
    _known.public_url = public_url.rstrip("/")


def page(path: str) -> str:
    """The address of one of our pages."""
    return f"{_known.public_url}{path}"


def near() -> bool:
    """Whether only this machine reaches us."""
    return urlsplit(_known.public_url).hostname in ("localhost", "127.0.0.1", "::1")
