"""Parsers for settings that are addresses; a ValueError says what is valid, without repeating the value."""

from __future__ import annotations

import contextlib
import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from web.networks import Network, network

NEAR = ("localhost", "127.0.0.1", "::1")  # this machine
WIDEST = {4: 8, 6: 7}  # shortest prefixes of a trusted network: those of 10.0.0.0/8 and fc00::/7
DEFAULT_PORTS = {"http": 80, "https": 443}
_NAME = re.compile(r"(?=.{1,253}$)(?=.*[A-Za-z])[A-Za-z0-9_-]{1,63}(\.[A-Za-z0-9_-]{1,63})*")


def host(text: str) -> str:
    """An address or host name to listen on; IPv6 with or without brackets."""
    bare = text[1:-1] if text.startswith("[") and text.endswith("]") else text
    if not (_is_address(bare) or _NAME.fullmatch(bare)):
        raise ValueError("must be an address to listen on, like 127.0.0.1, 0.0.0.0 or ::, without a port")
    return bare


def url(text: str) -> str:
    """The URL of a service we call; https unless it is on this machine."""
    parts = _parts(text)
    _ascii(parts)
    if parts.username is not None or parts.password is not None:
        raise ValueError("must be an address without a user or password in it")
    return text.rstrip("/")


def dsn(text: str) -> str:
    """A Sentry DSN, which contains a key."""
    parts = _parts(text)
    if not parts.username or not parts.path.rpartition("/")[2].isdecimal():
        raise ValueError("must be the DSN that Sentry shows for the project, like https://key@sentry.example.org/1")
    return text


def origin(text: str) -> str:
    """An origin without a path, spelled as browsers send it in `Origin`."""
    parts = _parts(text)
    if parts.username is not None or parts.password is not None or parts.path.strip("/"):
        raise ValueError("must be an address like https://tatiana.example.org, without a user, password or path")
    name = _ascii(parts)
    port = "" if parts.port in (None, DEFAULT_PORTS[parts.scheme]) else f":{parts.port}"
    return f"{parts.scheme}://[{name}]{port}" if ":" in name else f"{parts.scheme}://{name}{port}"


def origins(text: str) -> frozenset[str]:
    """A comma-separated list of origins."""
    return frozenset(origin(part.strip()) for part in text.split(","))


def networks(text: str) -> tuple[Network, ...]:
    """A list of addresses and networks, none so wide that it includes strangers."""
    try:
        found = tuple(network(part) for part in text.split(","))
    except ValueError:
        raise ValueError("must be addresses or networks like 10.0.0.0/8, separated by commas") from None
    for version, bits in WIDEST.items():
        # mypy can't see that these are all of one version.
        joined = ipaddress.collapse_addresses([known for known in found if known.version == version])  # type: ignore[type-var]
        if any(known.prefixlen < bits for known in joined):
            raise ValueError("must be your own proxies only: whoever is in a network this wide could claim any address")
    return found


def _parts(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        whole = bool(parts.hostname) and parts.port != 0 and not parts.netloc.endswith(":")
    except ValueError:
        whole = False
    else:
        whole = whole and not any(sign in "?#" or sign.isspace() or not sign.isprintable() for sign in text)
    if (
        not whole
        or parts.scheme not in DEFAULT_PORTS
        or "?" in text
        or "#" in text
        or not text.isprintable()
        or " " in text
    ):
        raise ValueError("must be an address like https://tatiana.example.org")
    if parts.scheme == "http" and parts.hostname not in NEAR:
        raise ValueError("must begin with https://, for only this machine itself may be reached without encryption")
    return parts


def _ascii(parts: SplitResult) -> str:
    """The host name as sent on the wire: `xn--…` if it has non-ASCII letters."""
    name = parts.hostname or ""
    if not name.isascii():
        import idna

        with contextlib.suppress(idna.IDNAError):
            name = idna.encode(name, uts46=True).decode()
    if not (_is_address(name) or _NAME.fullmatch(name)):
        raise ValueError("must be an address whose host is a name or an IP address")
    return name


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
