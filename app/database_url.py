"""Reads DATABASE_URL the way libpq does, so that every provider's address works and a slip is named."""

from __future__ import annotations

import ipaddress
import ssl
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

PARAMETERS = ("host", "sslmode", "sslrootcert", "statement_cache_size")
TLS_MODES = ("disable", "require", "verify-ca", "verify-full")


def credentials(url: str) -> dict[str, Any]:
    """What a driver needs to connect; a ValueError says what is wrong, without repeating the URL."""
    try:
        parts = urlsplit(url)
        port = parts.port or 5432
    except ValueError as error:
        raise ValueError("its port is not a number up to 65535") from error
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError("it does not begin with postgresql://")
    parameters = dict(parse_qsl(parts.query, keep_blank_values=True))
    for name in sorted(parameters.keys() - set(PARAMETERS)):
        raise ValueError(f"it has the parameter {name!r}, and only {', '.join(PARAMETERS)} are understood")
    host = parameters.get("host") or unquote(parts.hostname or "")
    database = unquote(parts.path.removeprefix("/"))
    if not (host and parts.username and database):
        raise ValueError("it does not name a user, a host (or ?host= with a socket's directory) and a database")
    cached = parameters.get("statement_cache_size", "100")
    if not cached.isdecimal():
        raise ValueError("its statement_cache_size is not a number (0 suits pgbouncer in transaction mode)")
    mode = parameters.get("sslmode") or ("disable" if is_near(host) else "require")
    return {
        "host": host,
        "port": port,
        "user": unquote(parts.username),
        "password": unquote(parts.password or ""),  # None would send asyncpg looking into PGPASSWORD
        "database": database,
        "ssl": tls(mode, parameters.get("sslrootcert", "system")),
        "statement_cache_size": int(cached),
    }


def is_near(host: str) -> bool:
    """Whether nothing leaves this machine on the way to the server."""
    if host.startswith("/") or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def tls(mode: str, roots: str) -> ssl.SSLContext | bool:
    if mode not in TLS_MODES:
        raise ValueError(f"its sslmode is none of {', '.join(TLS_MODES)}")
    if mode == "disable":
        return False
    try:
        context = ssl.create_default_context(cafile=None if roots == "system" else roots)
    except OSError as error:
        raise ValueError("its sslrootcert names no readable file of certificates") from error
    context.check_hostname = mode == "verify-full"
    if mode == "require":
        context.verify_mode = ssl.CERT_NONE  # encrypted, whoever answers: what libpq means by `require`
    return context
