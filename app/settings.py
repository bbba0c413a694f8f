"""Everything that the environment decides, read once and checked at the start."""

from __future__ import annotations

import base64
import binascii
import contextlib
import ipaddress
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from app.database_url import credentials

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("json", "text")
SECRET_BYTES = 32

HOST, PORT = "127.0.0.1", 8080
NEAR = ("localhost", "127.0.0.1", "::1")  # this machine

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


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
    redis_url: str | None = field(default=None, repr=False)
    gemini_api_key: str | None = field(default=None, repr=False)
    gemini_model: str = "gemini-2.5-flash"
    gemini_api_url: str = "https://generativelanguage.googleapis.com"
    secret_key: str | None = field(default=None, repr=False)
    encryption_keys: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    owner_ids: frozenset[int] = frozenset()
    allowed_origins: frozenset[str] = frozenset()
    trusted_proxies: tuple[Network, ...] = ()
    log_level: str | None = None
    log_format: str | None = None
    sentry_dsn: str | None = field(default=None, repr=False)

    def secrets(self) -> list[str]:
        """Every value that must not be told, as it might appear in a text."""
        hidden = [getattr(self, known.name) for known in fields(self) if not known.repr]
        passwords = (unquote(urlsplit(url).password or "") for url in (self.database_url, self.redis_url) if url)
        known = (text for text in (*hidden, *passwords) if isinstance(text, str))
        return [text for text in known if len(text) >= 6]  # a shorter one would hide half of every sentence


def here() -> Settings:
    """The settings of this process: the environment, and for what is not in it the file `.env` of this folder."""
    file = Path(".env")
    return read((_assignments(file.read_text("utf-8")) if file.is_file() else {}) | dict(os.environ))


def read(environ: Mapping[str, str]) -> Settings:
    """The settings in an environment; an empty value counts as left out. Raises SettingsError."""
    given: dict[str, Any] = {}
    for name, parse in _PARSERS.items():
        if text := environ.get(name, "").strip():
            try:
                given[name.lower()] = parse(text)
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


def _assignments(text: str) -> dict[str, str]:
    """The NAME=value lines, as `docker compose` reads them: quotes around a value and comment lines are left out."""
    lines = (line.strip().removeprefix("export ") for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): _unquoted(value.strip()) for name, _, value in pairs}


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in "'\"" else value


def _host(text: str) -> str:
    if "/" in text or any(sign.isspace() for sign in text):
        raise ValueError("must be an address to listen on, like 127.0.0.1 or 0.0.0.0")
    return text


def _token(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("must be the token or key alone, without spaces or `Bot ` before it")
    return text


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 65535:
        raise ValueError("must be a number from 1 to 65535, like 8080")
    return int(text)


def _snowflake(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 15 <= len(text) <= 20):
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


def _url(text: str) -> str:
    try:
        parts = urlsplit(text)
        local = parts.hostname in NEAR
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:
        named = False
    if not named or parts.scheme not in ("http", "https") or parts.query or parts.fragment or " " in text:
        raise ValueError("must be an address like https://tatiana.example.org")
    if parts.scheme == "http" and not local:
        raise ValueError("must begin with https://, for only this machine itself may be reached without encryption")
    return text.rstrip("/")


def _database_url(text: str) -> str:
    try:
        credentials(text)
    except ValueError as error:
        raise ValueError(f"must be like postgresql://user:password@host:5432/tatiana, but {error}") from None
    return text


def _redis_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        whole = bool(parts.path) if parts.scheme == "unix" else bool(parts.hostname) and parts.port != 0
    except ValueError:
        whole = False
    if not whole or parts.scheme not in ("redis", "rediss", "unix"):
        raise ValueError("must be an address like redis://host:6379/0 or rediss://host:6380/0")
    return text


def _secret(text: str) -> str:
    if len(text.encode()) < SECRET_BYTES:
        raise ValueError(f"must have at least {SECRET_BYTES} characters; `openssl rand -hex 32` makes a good one")
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
        keys[name] = key
    return keys


def _snowflakes(text: str) -> frozenset[int]:
    return frozenset(_snowflake(part.strip()) for part in text.split(","))


def _origins(text: str) -> frozenset[str]:
    origins = frozenset(_url(part.strip()) for part in text.split(","))
    if any(urlsplit(origin).path for origin in origins):
        raise ValueError("must be origins like https://example.org, without a path, separated by commas")
    return origins


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(ipaddress.ip_network(part.strip()) for part in text.split(","))
    except ValueError:
        raise ValueError("must be addresses or networks like 10.0.0.0/8, separated by commas") from None


def _one_of(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return text.lower()

    return parse


_PARSERS: dict[str, Callable[[str], Any]] = {
    "HOST": _host,
    "PORT": _port,
    "PUBLIC_URL": _url,
    "DISCORD_APPLICATION_ID": _snowflake,
    "DISCORD_PUBLIC_KEY": _public_key,
    "DISCORD_BOT_TOKEN": _token,
    "DISCORD_CLIENT_SECRET": _token,
    "DISCORD_API_URL": _url,
    "DISCORD_AUTHORIZE_URL": _url,
    "DISCORD_CDN_URL": _url,
    "DATABASE_URL": _database_url,
    "REDIS_URL": _redis_url,
    "GEMINI_API_KEY": _token,
    "GEMINI_MODEL": _token,
    "GEMINI_API_URL": _url,
    "SECRET_KEY": _secret,
    "ENCRYPTION_KEYS": _encryption_keys,
    "OWNER_IDS": _snowflakes,
    "ALLOWED_ORIGINS": _origins,
    "TRUSTED_PROXIES": _networks,
    "LOG_LEVEL": _one_of(*LEVELS),
    "LOG_FORMAT": _one_of(*FORMATS),
    "SENTRY_DSN": _url,
}
