"""Values of the environment, read; a ValueError says what a value must be."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

from app.database_url import credentials

SECRET_BYTES = 32
SECRET_SIGNS = 10  # different ones; a good secret has all sixteen of hexadecimal
LARGEST_ID = 2**63 - 1


def token(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("must be the token or key alone, without spaces or `Bot ` before it")
    return text


def port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:6]) <= 65535:
        raise ValueError("must be a number from 1 to 65535, like 8080")
    return int(text)


def yes(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError("must be true or false")
    return text.lower() == "true"


def snowflake(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 15 <= len(text) <= 20 and 10**14 <= int(text) <= LARGEST_ID):
        raise ValueError("must be Discord ids like 1190000000000000001, separated by commas where there are several")
    return int(text)


def public_key(text: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != 32 or len(text) != 64:
        raise ValueError("must be the 64 hexadecimal digits that Discord shows as the application's public key")
    return key


def database_url(text: str) -> str:
    try:
        credentials(text)
    except ValueError as error:
        raise ValueError(f"must be like postgresql://user:password@host:5432/tatiana, but {error}") from None
    return text


_REPEATED = re.compile(r"(.{1,15}?)\1+.{0,14}", re.DOTALL)  # a short piece again and again
_HEADER = re.compile(r"[A-Za-z0-9-]{1,64}")


def secret(text: str) -> str:
    if len(text.encode()) < SECRET_BYTES:
        raise ValueError(f"must have at least {SECRET_BYTES} characters; `openssl rand -hex 32` makes a good one")
    if len(set(text)) < SECRET_SIGNS or _REPEATED.fullmatch(text):
        raise ValueError("must be random, and this one repeats itself; `openssl rand -hex 32` makes a good one")
    return text


def encryption_keys(text: str) -> dict[str, bytes]:
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


def snowflakes(text: str) -> frozenset[int]:
    return frozenset(snowflake(part.strip()) for part in text.split(","))


def header(text: str) -> str:
    if not _HEADER.fullmatch(text):
        raise ValueError("must be the name of one header, like X-Forwarded-For or Fly-Client-IP")
    return text


def one_of(*allowed: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in allowed:
            raise ValueError(f"must be one of {', '.join(allowed)}")
        return text.lower()

    return parse
