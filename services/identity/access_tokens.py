"""Access tokens for the API: short-lived JWTs that say who calls, never what they may do (RFC 9068, RFC 8725)."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import uuid4

import jwt

from discord_api.snowflakes import HIGHEST
from services.core import json_keys
from services.identity import token_families

LIFE = 15 * 60  # seconds
LEEWAY = 5  # seconds of clock skew allowed
LONGEST = 2048  # characters
ALGORITHM = "HS256"
TYPE = "at+jwt"
AUDIENCE = "tatiana-api"
MAX_CACHED_TOKENS = 10_000  # verified tokens cached at once
_LATEST = 1 << 33  # latest plausible expiry, in the year 2242

_SHAPE = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}")
_ID = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)
_CLAIMS = frozenset({"iss", "aud", "sub", "jti", "sid", "iat", "exp", "auth_time"})


class Claims(NamedTuple):
    """A token's claims: the user, the family of refresh tokens, and when they signed in."""

    user_id: int
    family_id: int
    signed_in_at: datetime
    expires_at: int


class _Issuer:
    keys: Mapping[str, bytes] = {}
    issuer = ""


_issuer = _Issuer()
_verified: dict[bytes, Claims] = {}


def configure(keys: Mapping[str, bytes], issuer: str) -> None:
    """Set the keys: the first one signs, all verify; each has at least 32 bytes."""
    if not keys or any(len(key) < 32 for key in keys.values()):
        raise ValueError("a key that signs tokens has at least 32 bytes")
    _issuer.keys, _issuer.issuer = dict(keys), issuer
    _verified.clear()


def issue(user_id: int, family_id: int, signed_in_at: datetime) -> str:
    """Issue a token valid for 15 minutes."""
    kid, key = next(iter(_issuer.keys.items()))
    now = int(time.time())
    claims = {
        "iss": _issuer.issuer,
        "aud": AUDIENCE,
        "sub": str(user_id),
        "sid": str(family_id),
        "jti": uuid4().hex,
        "iat": now,
        "exp": now + LIFE,
        "auth_time": int(signed_in_at.timestamp()),
    }
    return jwt.encode(claims, key, ALGORITHM, headers={"kid": kid, "typ": TYPE})


async def verify(token: str) -> Claims | None:
    """A token's claims; None if it is not ours, has expired, or its family was ended."""
    if len(token) > LONGEST:
        return None
    digest = sha256(token.encode("utf-8", "replace")).digest()
    claims = _verified.get(digest)
    if claims is None:
        claims = _read(token)
        if claims is None:
            return None
        if len(_verified) >= MAX_CACHED_TOKENS:
            _verified.clear()
        _verified[digest] = claims
    if claims.expires_at + LEEWAY <= time.time():
        return None
    return claims if await token_families.living(claims.family_id) else None


def _read(token: str) -> Claims | None:
    """The claims of a token in exactly the form we issue."""
    if not _SHAPE.fullmatch(token):
        return None
    head, body, _ = token.split(".")
    try:
        header, claims = _object(head), _object(body)
        kid = header["kid"]
        if header != {"alg": ALGORITHM, "typ": TYPE, "kid": kid} or not isinstance(kid, str):
            return None
        jwt.decode(
            token,
            _issuer.keys[kid],
            [ALGORITHM],
            audience=AUDIENCE,
            issuer=_issuer.issuer,
            leeway=LEEWAY,
        )
    except (jwt.PyJWTError, LookupError, ValueError, TypeError, RecursionError):
        return None
    return _strict(claims)


def _strict(claims: Mapping[str, Any]) -> Claims | None:
    """All claims with exact types, because the library accepts numbers in strings and any lifetime."""
    if set(claims) != _CLAIMS:
        return None
    times = [claims["iat"], claims["exp"], claims["auth_time"]]
    ids = [claims["sub"], claims["sid"]]
    if any(type(one) is not int or not 0 <= one < _LATEST for one in times):
        return None
    if claims["aud"] != AUDIENCE or not isinstance(claims["jti"], str) or not 0 < claims["exp"] - claims["iat"] <= LIFE:
        return None
    if any(not isinstance(one, str) or not _ID.fullmatch(one) or int(one) > HIGHEST for one in ids):
        return None
    return Claims(int(ids[0]), int(ids[1]), datetime.fromtimestamp(claims["auth_time"], UTC), claims["exp"])


def _object(part: str) -> dict[str, Any]:
    """A JSON object; ValueError on a duplicate key, because readers may disagree on which value counts."""
    text = jwt.utils.base64url_decode(part).decode()
    if json_keys.repeated(text) is not None:
        raise ValueError("a name stands twice")
    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError("no object")  # noqa: TRY004 - what came in is wrong, not what we passed on
    return found
