"""Who let the bot ask for them: codes, access tokens and refresh tokens, as Discord gives them (RFC 6749, 7636)."""

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
    """What the token endpoint answers instead of tokens; `error` is a word of RFC 6749."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


@dataclass(frozen=True)
class Wish:
    """What was asked for at the authorize page."""

    redirect_uri: str
    scopes: frozenset[str]
    challenge: str | None = None


@dataclass(frozen=True)
class Grant:
    """One person's leave to ask for them, until it expires."""

    user_id: int
    scopes: frozenset[str]
    expires: float


@dataclass
class OAuth:
    """All that was allowed since the start; a restart forgets it."""

    redirect_uris: list[str] = field(default_factory=list)
    clock: Callable[[], float] = time.time
    _codes: dict[str, tuple[int, Wish, float]] = field(default_factory=dict)
    _used: dict[str, int] = field(default_factory=dict)
    _access: dict[str, Grant] = field(default_factory=dict)
    _refresh: dict[str, Grant] = field(default_factory=dict)

    def code_for(self, user_id: int, wish: Wish) -> str:
        """A code that stands for what this person allowed; good once, for ten minutes."""
        code = secrets.token_urlsafe(22)
        self._codes[code] = user_id, wish, self.clock() + CODE_LIFE
        return code

    def exchange(self, code: str, redirect_uri: str, verifier: str | None) -> dict[str, object]:
        """Tokens for a code. A code that comes a second time was stolen: what it gave is taken back."""
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
        """New tokens; the refresh token that asked is spent."""
        grant = self._refresh.pop(token, None)
        if grant is None:
            raise Refused("invalid_grant", 'Invalid "refresh_token" in request.')
        return self._tokens(grant.user_id, grant.scopes)

    def revoke(self, token: str) -> None:
        """Take back everything that the token's owner allowed; an unknown token is none any more."""
        grant = self._access.get(token) or self._refresh.get(token)
        if grant:
            self._withdraw(grant.user_id)

    def grant_of(self, access_token: str) -> Grant | None:
        """What stands behind a Bearer token."""
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
    """Whether the verifier is the one that was announced (RFC 7636, 4.6)."""
    if challenge is None or verifier is None:
        return challenge is verifier
    made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    return 43 <= len(verifier) <= 128 and secrets.compare_digest(made, challenge)
