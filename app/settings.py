"""Everything that the environment decides, read once and checked at the start."""

from __future__ import annotations

import base64
import binascii
import contextlib
import ipaddress
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from app import addresses, env_file, redis_url
from app.database_url import credentials
from web.networks import Network

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("json", "text")
SECRET_BYTES = 32
SECRET_SIGNS = 10  # different ones; a good secret has all sixteen of hexadecimal
LARGEST_ID = 2**63 - 1

HOST, PORT = "127.0.0.1", 8080


class StartError(Exception):
    """What keeps us from starting, in a sentence for the person who started us."""


class SettingsError(StartError):
    """A value is missing or malformed; the text names it and says what would be right."""


@dataclass(frozen=True, slots=True)
class Settings:
    """How this installation runs; secrets are left out of its repr."""

    host: str = HOST
    port: int = PORT
    public_url: str = f"http://{HOST}:{PORT}"
    discord_application_id: int | None = None
    discord_public_key: bytes | None = None
    discord_bot_token: str | None = field(default=None, repr=False)
    discord_client_secret: str | None = field(default=None, repr=False)
    discord_api_url: str = "https://discord.com/api/v10"
    discord_authorize_url: str = "https://discord.com/oauth2/authorize"
    discord_cdn_url: str = "https://cdn.discordapp.com"
    database_url: str | None = field(default=None, repr=False)
    database_direct_url: str | None = field(default=None, repr=False)
    redis_url: str | None = field(default=None, repr=False)
    gemini_api_key: str | None = field(default=None, repr=False)
    gemini_model: str = "gemini-3.5-flash-lite"
    gemini_api_url: str = "https://generativelanguage.googleapis.com"
    secret_key: str | None = field(default=None, repr=False)
    encryption_keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    owner_ids: frozenset[int] = frozenset()
    allowed_origins: frozenset[str] = frozenset()
    trusted_proxies: tuple[Network, ...] = ()
    client_address_header: str = "X-Forwarded-For"
    open_when_warm: bool = False
    log_level: str | None = None
    log_format: str | None = None
    sentry_dsn: str | None = field(default=None, repr=False)

    @property
    def session_url(self) -> str | None:
        """Where a session lasts as long as its connection, as listening and long migrations need it."""
        return self.database_direct_url or self.database_url

    def secrets(self) -> list[str]:
        """Every value that must not be told, in each form in which it might appear in a text; the longest first."""
        told = {form for secret in self._hidden() for form in _forms(secret)}
        # A shorter one would hide half of every sentence.
        return sorted((text for text in told if len(text) >= 6), key=len, reverse=True)

    def _hidden(self) -> Iterator[str | bytes]:
        for known in fields(self):
            value = getattr(self, known.name)
            if not known.repr and isinstance(value, str):
                yield value
        for url in filter(None, (self.database_url, self.database_direct_url, self.redis_url)):
            yield urlsplit(url).password or ""
            yield unquote(urlsplit(url).password or "")
        yield from self.encryption_keys.values()


def _forms(secret: str | bytes) -> Iterator[str]:
    if isinstance(secret, bytes):
        yield base64.b64encode(secret).decode().rstrip("=")
        yield base64.urlsafe_b64encode(secret).decode().rstrip("=")
        yield secret.hex()
    else:
        yield secret
        yield quote(secret, safe="")
    yield repr(secret).removeprefix("b")[1:-1]


def here() -> Settings:
    """The settings of this process: the environment, and for what is not in it the file `.env` of this folder."""
    file, environ = Path(".env"), dict(os.environ)
    try:
        return read((env_file.assignments(file, environ) if file.is_file() else {}) | environ)
    except env_file.Unreadable as error:
        raise SettingsError(str(error)) from None


def read(environ: Mapping[str, str]) -> Settings:
    """The settings in an environment; an empty value counts as left out. Raises SettingsError."""
    given: dict[str, Any] = {}
    for name, parse in _PARSERS.items():
        if text := environ.get(name, "").strip():
            try:
                given[name.lower()] = parse(_printed(_unquoted(text)))
            except ValueError as error:
                raise SettingsError(f"{name} {error}.") from None
    if "public_url" not in given:
        given["public_url"] = near(given.get("host", HOST), given.get("port", PORT))
    return Settings(**given)


def near(host: str, port: int) -> str:
    """How this machine reaches itself; 0.0.0.0 is where to listen and no address."""
    with contextlib.suppress(ValueError):  # a name
        host = HOST if ipaddress.ip_address(host).is_unspecified else host
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _unquoted(text: str) -> str:
    """The value alone: `docker run --env-file` and hosts' forms keep quotes around it, Neon a whole command."""
    text = text.removeprefix("psql ").lstrip()
    marks = {sign for sign in (text[0], text[-1]) if sign in "'\""}
    if not marks:
        return text
    if len(text) < 3 or len(marks) > 1 or text[0] != text[-1]:
        raise ValueError("must have no quotes, or the same one at both ends")
    return text[1:-1].strip()


def _printed(text: str) -> str:
    """The value; what is not seen got into it by accident."""
    if not text.isprintable():
        raise ValueError("must not contain a line break or another character that is not seen: copy or type it again")
    return text


def _token(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("must be the token or key alone, without spaces or `Bot ` before it")
    return text


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 65535:
        raise ValueError("must be a number from 1 to 65535, like 8080")
    return int(text)


def _yes(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError("must be true or false")
    return text.lower() == "true"


def _snowflake(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 15 <= len(text) <= 20 and 10**14 <= int(text) <= LARGEST_ID):
        raise ValueError("must be Discord ids like 1190000000000000001, separated by commas where there are several")
    return int(text)


def _public_key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32 or len(text) != 64:
        raise ValueError("must be the 64 hexadecimal digits that Discord shows as the application's public key")
    return key


def _database_url(text: str) -> str:
    try:
        credentials(text)
    except ValueError as error:
        raise ValueError(f"must be like postgresql://user:password@host:5432/tatiana, but {error}") from None
    return text


_REPEATED = re.compile(r"(.{1,15}?)\1+.{0,14}", re.DOTALL)  # a short piece again and again
_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")


def _secret(text: str) -> str:
    if len(text.encode()) < SECRET_BYTES:
        raise ValueError(f"must have at least {SECRET_BYTES} characters; `openssl rand -hex 32` makes a good one")
    if len(set(text)) < SECRET_SIGNS or _REPEATED.fullmatch(text):
        raise ValueError("must be random, and this one repeats itself; `openssl rand -hex 32` makes a good one")
    return text


def _encryption_keys(text: str) -> dict[str, bytes]:
    keys = {}
    for part in text.split(","):
        name, _, encoded = part.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not name or name in keys or len(key) != 32:
            raise ValueError(
                "must be pairs like 2026a:<base64 of 32 bytes>, newest first, each name once, separated by commas"
            )
        if len(set(key)) < SECRET_SIGNS:
            raise ValueError("must be random keys, and one repeats itself; `openssl rand -base64 32` makes a good one")
        keys[name] = key
    return keys


def _snowflakes(text: str) -> frozenset[int]:
    return frozenset(_snowflake(part.strip()) for part in text.split(","))


def _header(text: str) -> str:
    if not _HEADER.fullmatch(text):
        raise ValueError("must be the name of one header, like X-Forwarded-For or Fly-Client-IP")
    return text


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return text.lower()

    return parse


_PARSERS: dict[str, Callable[[str], Any]] = {
    "HOST": addresses.host,
    "PORT": _port,
    "PUBLIC_URL": addresses.origin,
    "DISCORD_APPLICATION_ID": _snowflake,
    "DISCORD_PUBLIC_KEY": _public_key,
    "DISCORD_BOT_TOKEN": _token,
    "DISCORD_CLIENT_SECRET": _token,
    "DISCORD_API_URL": addresses.url,
    "DISCORD_AUTHORIZE_URL": addresses.url,
    "DISCORD_CDN_URL": addresses.url,
    "DATABASE_URL": _database_url,
    "DATABASE_DIRECT_URL": _database_url,
    "REDIS_URL": redis_url.checked,
    "GEMINI_API_KEY": _token,
    "GEMINI_MODEL": _token,
    "GEMINI_API_URL": addresses.url,
    "SECRET_KEY": _secret,
    "ENCRYPTION_KEYS": _encryption_keys,
    "OWNER_IDS": _snowflakes,
    "ALLOWED_ORIGINS": addresses.origins,
    "TRUSTED_PROXIES": addresses.networks,
    "CLIENT_ADDRESS_HEADER": _header,
    "OPEN_WHEN_WARM": _yes,
    "LOG_LEVEL": _one_of(*LEVELS),
    "LOG_FORMAT": _one_of(*FORMATS),
    "SENTRY_DSN": addresses.dsn,
}
