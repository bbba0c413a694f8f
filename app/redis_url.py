"""Parses REDIS_URL as hosting providers print it; other clients' parameters have no effect."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlencode, urlsplit

from app.database_url import unescaped

LIKE = "must be an address like redis://host:6379/0 or rediss://host:6380/0"
_NUMBER = re.compile(r"/?([0-9]{1,5})?")

# Parameters passed to the driver. Others would reach it too, and could undo our time limits or break every call.
_EVERYWHERE: Mapping[str, Callable[[str], bool]] = {"db": lambda value: value.isdecimal()}
_WITH_TLS: Mapping[str, Callable[[str], bool]] = {
    "ssl_cert_reqs": lambda value: value in ("none", "optional", "required"),
    "ssl_ca_certs": lambda value: Path(value).is_file(),
}


def checked(url: str) -> str:
    """Check the URL; a ValueError says what is wrong, without repeating it."""
    if not url.startswith("unix:") and (fault := unescaped(url)):
        raise ValueError(f"must be an address like redis://user:password@host:6379/0, but {fault}")
    try:
        parts = urlsplit(url)
        whole = bool(parts.hostname) and parts.port != 0 and bool(_NUMBER.fullmatch(parts.path))
    except ValueError as error:
        raise ValueError(LIKE) from error
    if parts.scheme == "unix":
        whole = bool(parts.path)
    if not whole or parts.scheme not in ("redis", "rediss", "unix") or any(sign.isspace() for sign in url):
        raise ValueError(LIKE)
    known = _known(parts)
    for name, value in _parameters(parts):
        if name in known and not known[name](value):
            raise ValueError(f"must have another value for {name}, or none")
    return url


def understood(url: str) -> str:
    """The URL with only the parameters that apply here."""
    parts = urlsplit(url)
    kept = [(name, value) for name, value in _parameters(parts) if name in _known(parts)]
    return parts._replace(query=urlencode(kept)).geturl()


def _known(parts: SplitResult) -> Mapping[str, Callable[[str], bool]]:
    return {**_EVERYWHERE, **_WITH_TLS} if parts.scheme == "rediss" else _EVERYWHERE


def _parameters(parts: SplitResult) -> list[tuple[str, str]]:
    return parse_qsl(parts.query, keep_blank_values=True)
