"""OAuth2 codes, access tokens and refresh tokens (RFC 6749, RFC 7636)."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field

CODE_LIFE = 600.0  # seconds
TOKEN_LIFE = 604_800  # seconds
SCOPES = {
    "identify": "Access your username, avatar, and banner",
    "guilds": "Know what servers you're in",
}


class Refused(Exception):
    """The token endpoint's error response; `error` is a code from RFC 6749."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


@dataclass(frozen=True)
class Wish:
    """The access that the bot requested on the authorize page."""

    redirect_uri: str
    scopes: frozenset[str]
    challenge: str | None = None


@dataclass(frozen=True)
class Grant:
    """One person's authorization, until it expires."""

    user_id: int
    scopes: frozenset[str]
    expires: float


@dataclass
class OAuth:
    """All authorizations since the start; a restart drops them."""

    redirect_uris: list[str] = field(default_factory=list)
    clock: Callable[[], float] = time.time
    _codes: dict[str, tuple[int, Wish, float]] = field(default_factory=dict)
    _used: dict[str, int] = field(default_factory=dict)
    _access: dict[str, Grant] = field(default_factory=dict)
    _refresh: dict[str, Grant] = field(default_factory=dict)

    def code_for(self, user_id: int, wish: Wish) -> str:
        """A code for this person's authorization, valid once and for ten minutes."""
        code = secrets.token_urlsafe(22)
        self._codes[code] = user_id, wish, self.clock() + CODE_LIFE
        return code

    def exchange(self, code: str, redirect_uri: str, verifier: str | None) -> dict[str, object]:
        """Tokens for a code. A second use means that the code was stolen, so its tokens are revoked."""
        user_id, wish, until = self._codes.pop(code, (0, Wish("", frozenset()), 0.0))
        if code in self._used:
            self._withdraw(self._used[code])
        if self.clock() >= until:
            raise Refused("invalid_grant", 'Invalid "code" in request.')
        self._used[code] = user_id
        if redirect_uri != wish.redirect_uri:
            raise Refused("invalid_grant", 'Invalid "redirect_uri" in request.')
        if not _proved(wish.challenge, verifier):
            raise Refused("invalid_grant", 'Invalid "code_verifier" in request.')
        return self._tokens(user_id, wish.scopes)

    def refresh(self, token: str) -> dict[str, object]:
        """New tokens; the refresh token can't be used again."""
        grant = self._refresh.pop(token, None)
        if grant is None:
            raise Refused("invalid_grant", 'Invalid "refresh_token" in request.')
        return self._tokens(grant.user_id, grant.scopes)

    def revoke(self, token: str) -> None:
        """Revoke all tokens of the token's owner; an unknown token is ignored."""
        grant = self._access.get(token) or self._refresh.get(token)
        if grant:
            self._withdraw(grant.user_id)

    def grant_of(self, access_token: str) -> Grant | None:
        """The grant of an access token, unless it has expired."""
        grant = self._access.get(access_token)
        return grant if grant and self.clock() < grant.expires else None

    def _tokens(self, user_id: int, scopes: frozenset[str]) -> dict[str, object]:
        access, refresh = secrets.token_urlsafe(22), secrets.token_urlsafe(22)
        self._access[access] = self._refresh[refresh] = Grant(user_id, scopes, self.clock() + TOKEN_LIFE)
        return {
            "token_type": "Bearer",
            "access_token": access,
            "expires_in": TOKEN_LIFE,
            "refresh_token": refresh,
            "scope": " ".join(sorted(scopes)),
        }

    def _withdraw(self, user_id: int) -> None:
        for tokens in (self._access, self._refresh):
            for token in [token for token, grant in tokens.items() if grant.user_id == user_id]:
                del tokens[token]


def _proved(challenge: str | None, verifier: str | None) -> bool:
    """Whether the verifier matches the challenge (RFC 7636, 4.6)."""
    if challenge is None or verifier is None:
        return challenge is verifier
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return 43 <= len(verifier) <= 128 and secrets.compare_digest(made, challenge)
