"""Settings from the environment, read and checked once at startup."""

from __future__ import annotations

import base64
import contextlib
import ipaddress
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from app import addresses, env_file, redis_url, setting_values
from web.networks import Network

LEVELS = ("debug", "info", "warning", "error")
FORMATS = ("json", "text")

HOST, PORT = "127.0.0.1", 8080


class StartError(Exception):
    """The process can't start; the text explains why to the host."""


class SettingsError(StartError):
    """A setting is missing or malformed; the text names it and says what is valid."""


@dataclass(frozen=True, slots=True)
class Settings:
    """This installation's settings; secrets are excluded from the repr."""

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
        """The database URL with real sessions, needed for LISTEN and long migrations."""
        return self.database_direct_url or self.database_url

    def secrets(self) -> list[str]:
        """Every secret value, in every form in which it might appear in a text; longest first."""
        told = {form for secret in self._hidden() for form in _forms(secret)}
        # Hiding shorter ones would garble every sentence.
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
    """This process's settings: the environment, supplemented by the file `.env` in this folder."""
    file, environ = Path(".env"), dict(os.environ)
    try:
        return read((env_file.assignments(file, environ) if file.is_file() else {}) | environ)
    except env_file.Unreadable as error:
        raise SettingsError(str(error)) from None


def read(environ: Mapping[str, str]) -> Settings:
    """Settings from an environment; an empty value counts as missing. Raises SettingsError."""
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
    """The address at which this machine reaches itself; 0.0.0.0 is only for listening."""
    with contextlib.suppress(ValueError):  # a host name
        host = HOST if ipaddress.ip_address(host).is_unspecified else host
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def _unquoted(text: str) -> str:
    """The bare value: `docker run --env-file` and some hosts' forms keep quotes, Neon prints a whole command."""
    text = text.removeprefix("psql ").lstrip()
    marks = {sign for sign in (text[0], text[-1]) if sign in "'\""}
    if not marks:
        return text
    if len(text) < 3 or len(marks) > 1 or text[0] != text[-1]:
        raise ValueError("must have no quotes, or the same one at both ends")
    return text[1:-1].strip()


def _printed(text: str) -> str:
    """The value without invisible characters, which got into it by accident."""
    if not text.isprintable():
        raise ValueError("must not contain a line break or another character that is not seen: copy or type it again")
    return text


_PARSERS: dict[str, Callable[[str], Any]] = {
    "HOST": addresses.host,
    "PORT": setting_values.port,
    "PUBLIC_URL": addresses.origin,
    "DISCORD_APPLICATION_ID": setting_values.snowflake,
    "DISCORD_PUBLIC_KEY": setting_values.public_key,
    "DISCORD_BOT_TOKEN": setting_values.token,
    "DISCORD_CLIENT_SECRET": setting_values.token,
    "DISCORD_API_URL": addresses.url,
    "DISCORD_AUTHORIZE_URL": addresses.url,
    "DISCORD_CDN_URL": addresses.url,
    "DATABASE_URL": setting_values.database_url,
    "DATABASE_DIRECT_URL": setting_values.database_url,
    "REDIS_URL": redis_url.checked,
    "GEMINI_API_KEY": setting_values.token,
    "GEMINI_MODEL": setting_values.token,
    "GEMINI_API_URL": addresses.url,
    "SECRET_KEY": setting_values.secret,
    "ENCRYPTION_KEYS": setting_values.encryption_keys,
    "OWNER_IDS": setting_values.snowflakes,
    "ALLOWED_ORIGINS": addresses.origins,
    "TRUSTED_PROXIES": addresses.networks,
    "CLIENT_ADDRESS_HEADER": setting_values.header,
    "OPEN_WHEN_WARM": setting_values.yes,
    "LOG_LEVEL": setting_values.one_of(*LEVELS),
    "LOG_FORMAT": setting_values.one_of(*FORMATS),
    "SENTRY_DSN": addresses.dsn,
}
