"""Refresh tokens: each works once and is replaced by its successor; reusing an old one ends the whole family."""

from __future__ import annotations

import base64
import re
import secrets
from datetime import timedelta
from hashlib import blake2b, sha256
from http import HTTPStatus
from typing import NamedTuple

from locales import t
from services.core import audit
from services.core.errors import UserError
from services.core.transactions import Row, in_progress, rows, transaction
from services.identity import access_tokens, token_families

LIFE = timedelta(days=30)  # lifetime of one token
LONGEST = timedelta(days=90)  # lifetime of a family, however often it is renewed
GRACE = timedelta(seconds=10)  # in which a used token returns its successor again: the first response may be lost

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")

_BEGIN = """
INSERT INTO refresh_families (user_id, device, expires_at) VALUES ($1, $2, now() + $3::interval)
RETURNING id, user_id, created_at"""
_ADD = """
INSERT INTO refresh_tokens (family_id, digest, expires_at)
SELECT $1, $2, least(now() + $3::interval, f.expires_at) FROM refresh_families f WHERE f.id = $1"""
# Lock the family, not the token, so that two tokens of one family never race.
_HOLD = """
SELECT f.id, f.user_id, f.created_at, f.ended_at IS NULL AND f.expires_at > now() AS living,
       t.id AS token_id, t.expires_at <= now() AS expired
  FROM refresh_tokens t JOIN refresh_families f ON f.id = t.family_id WHERE t.digest = $1 FOR UPDATE OF f"""
_USE = "UPDATE refresh_tokens SET used_at = clock_timestamp() WHERE id = $1 AND used_at IS NULL RETURNING id"
# Only while the successor is unused: someone with an older token has not just lost a response.
_REPEATS = """
SELECT t.used_at > clock_timestamp() - $3::interval AND s.used_at IS NULL AS fair
  FROM refresh_tokens t JOIN refresh_tokens s ON s.family_id = t.family_id AND s.digest = $2 WHERE t.id = $1"""


class Invalid(UserError):
    """The token is invalid or expired; the person has to sign in again."""

    status = HTTPStatus.UNAUTHORIZED


class IssuedTokens(NamedTuple):
    """An access token, a refresh token, and the access token's lifetime in seconds."""

    access_token: str
    refresh_token: str
    expires_in: int


class _Secret:
    key = b""


_secret = _Secret()


def configure(key: bytes) -> None:
    """Set the key (32 bytes) from which successors are derived."""
    _secret.key = key


async def begin(user_id: int, *, device: str = "", request_id: str = "") -> IssuedTokens:
    """Sign a person in to a program."""
    token = secrets.token_urlsafe(32)
    async with transaction():
        (family,) = await rows(_BEGIN, user_id, device, LONGEST)
        await rows(_ADD, family["id"], _digest(token), LIFE)
        await audit.record(0, user_id, "token.created", str(family["id"]), {"device": device}, request_id)
    return _pair(family, token)


async def rotate(token: str, *, request_id: str = "") -> IssuedTokens:
    """Exchange a token for its successors. A repeat within ten seconds gets the same; later it ends the family."""
    if in_progress():
        raise RuntimeError("a refusal would undo the caller's transaction, and with it the end of the family")
    if not _SHAPE.fullmatch(token):
        raise _invalid()
    successor = _successor(token)
    async with transaction():
        held = await rows(_HOLD, _digest(token))
        if not held or not held[0]["living"] or held[0]["expired"]:
            raise _invalid()
        family = held[0]
        sound = True
        if await rows(_USE, family["token_id"]):
            await rows(_ADD, family["id"], _digest(successor), LIFE)
        else:
            repeats = await rows(_REPEATS, family["token_id"], _digest(successor), GRACE)
            sound = bool(repeats and repeats[0]["fair"])
        if not sound:
            await token_families.end(family["user_id"], family["id"], why="token.reused", request_id=request_id)
    if not sound:  # raised after the commit, because the ending must persist
        raise _invalid()
    return _pair(family, successor)


async def revoke(token: str, *, request_id: str = "") -> None:
    """End the family of a token; does nothing for an invalid one."""
    async with transaction():
        held = await rows(_HOLD, _digest(token)) if _SHAPE.fullmatch(token) else []
        if held:
            await token_families.end(held[0]["user_id"], held[0]["id"], request_id=request_id)


def _pair(family: Row, refresh_token: str) -> IssuedTokens:
    access = access_tokens.issue(family["user_id"], family["id"], family["created_at"])
    return IssuedTokens(access, refresh_token, access_tokens.LIFE)


def _successor(token: str) -> str:
    # Derived, so that a repeat gets the same token although it is never stored.
    derived = blake2b(token.encode(), key=_secret.key, digest_size=32, person=b"refresh").digest()
    return base64.urlsafe_b64encode(derived).rstrip(b"=").decode()


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _invalid() -> Invalid:
    return Invalid(t("This refresh token is no longer valid. Sign in again."))
