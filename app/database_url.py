"""Parses DATABASE_URL as hosting providers print it and libpq reads it, and names mistakes in it."""

from __future__ import annotations

import ipaddress
import re
import ssl
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

UNDERSTOOD = frozenset(
    {"host", "port", "sslmode", "sslrootcert", "connect_timeout", "options", "pgbouncer", "statement_cache_size"}
)
TLS_MODES = ("disable", "allow", "prefer", "no-verify", "require", "verify-ca", "verify-full")
CONNECT_SECONDS = 5
LONGEST_CONNECT = 30  # seconds; for libpq, 0 means "wait forever", which we don't


def credentials(url: str) -> dict[str, Any]:
    """Connection arguments for the driver; a ValueError says what is wrong, without repeating the URL."""
    parts = _split(url)
    parameters = _parameters(parts)
    host = parameters.get("host") or unquote(parts.hostname or "")
    if "," in host:
        raise ValueError("it names several hosts: give the one that always leads to the primary")
    database = unquote(parts.path.removeprefix("/"))
    if not (host and parts.username and database):
        raise ValueError("it does not name a user, a host (or ?host= with a socket's directory) and a database")
    mode = parameters.get("sslmode") or ("disable" if is_near(host) else "require")
    return {
        "host": host,
        "port": _port(parts, parameters),
        "user": unquote(parts.username),
        "password": unquote(parts.password or ""),  # with None, asyncpg would read PGPASSWORD
        "database": database,
        "ssl": _tls(mode, parameters.get("sslrootcert", "system")),
        "timeout": _connect_seconds(parameters),
    } | _session(parameters)


def ignored(url: str) -> list[str]:
    """Parameters without effect here, such as those of other drivers."""
    return sorted(_parameters(_split(url)).keys() - UNDERSTOOD)


def is_near(host: str) -> bool:
    """Whether the connection stays on this machine."""
    if host.startswith("/") or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def unescaped(url: str) -> str | None:
    """The mistake in a password with unescaped characters, if there is one."""
    authority, *rest = url.partition("://")[2].partition("/")
    if "[YOUR-PASSWORD]" in url:
        return "its password is still the placeholder [YOUR-PASSWORD]"
    if re.search("[?#].*@", authority) or "@" in "".join(rest).partition("?")[0]:
        return "its password contains a character that ends it early: write / as %2F, ? as %3F, # as %23 and @ as %40"
    if any(sign in authority.rpartition("@")[0] for sign in "[]"):
        return "its password contains a bracket: write [ as %5B and ] as %5D"
    return None


def _split(url: str) -> SplitResult:
    if fault := unescaped(url):
        raise ValueError(fault)
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (reading it is what checks it)
    except ValueError as error:
        several = "," in url.partition("://")[2].rpartition("@")[2].partition("/")[0]
        raise ValueError(
            "it names several hosts: give the one that always leads to the primary"
            if several
            else "its port is not a number from 1 to 65535"
        ) from error
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("it does not begin with postgresql://")
    return parts


def _parameters(parts: SplitResult) -> dict[str, str]:
    return dict(parse_qsl(parts.query, keep_blank_values=True))


def _port(parts: SplitResult, parameters: dict[str, str]) -> int:
    """The port; with ?host= it may be a parameter too."""
    given = parameters.get("port") or "5432"
    port = parts.port if parts.port is not None else int(given) if given.isdecimal() and len(given) < 6 else 0
    if not 1 <= port <= 65535:
        raise ValueError("its port is not a number from 1 to 65535")
    return port


def _connect_seconds(parameters: dict[str, str]) -> int:
    seconds = parameters.get("connect_timeout", str(CONNECT_SECONDS))
    if not seconds.isdecimal():
        raise ValueError("its connect_timeout is not a number of seconds")
    return min(int(seconds) or LONGEST_CONNECT, LONGEST_CONNECT)


def _session(parameters: dict[str, str]) -> dict[str, Any]:
    """Optional session parameters: how to treat a pooler, and options for the server."""
    session: dict[str, Any] = {}
    cached = parameters.get("statement_cache_size") or ("0" if parameters.get("pgbouncer") == "true" else None)
    if cached is not None:
        if not cached.isdecimal():
            raise ValueError("its statement_cache_size is not a number")
        session["statement_cache_size"] = int(cached)
    if options := parameters.get("options"):
        session["server_settings"] = {"options": options}
    return session


def _tls(mode: str, roots: str) -> ssl.SSLContext | str | bool:
    if mode not in TLS_MODES:
        raise ValueError(f"its sslmode is none of {', '.join(TLS_MODES)}")
    if mode == "disable":
        return False
    if mode in ("allow", "prefer"):
        return "prefer"  # the driver's name for "encrypted if the server supports it"
    try:
        context = ssl.create_default_context(cafile=None if roots == "system" else roots)
    except OSError as error:
        raise ValueError("its sslrootcert names no readable file of certificates") from error
    context.check_hostname = mode == "verify-full"
    if mode in ("require", "no-verify"):
        context.verify_mode = ssl.CERT_NONE  # encrypted, without verifying the server: libpq's `require`
    return context
