"""Authentication and authorization for pages, operations and sockets."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from typing import NamedTuple

from starlette.requests import HTTPConnection

from locales import t
from services.core.scopes import Scope
from services.identity import access_tokens, api_keys, authority, key_creators, sessions
from services.identity.api_keys import ApiKey
from services.identity.authority import Role
from web.frame.origins import SAFE
from web.frame.problems import Refused
from web.frame.rules import CallerKind, Rule
from web.site import Site

RECENT = timedelta(minutes=10)


class Kind(StrEnum):
    """The kind of credential."""

    SESSION = "session"
    TOKEN = "token"  # noqa: S105  (a word, no secret)
    KEY = "key"


class Caller(NamedTuple):
    """An authenticated caller; an API key acts for one guild in its creator's name."""

    user_id: int
    kind: Kind
    proof_id: int
    guild_id: int | None = None
    scopes: frozenset[Scope] = frozenset()
    signed_in_at: datetime | None = None
    key: ApiKey | None = None

    @property
    def id(self) -> str:
        """The caller's id for rate limits and idempotency keys."""
        return f"key:{self.proof_id}" if self.kind is Kind.KEY else f"user:{self.user_id}"


async def authenticate(connection: HTTPConnection, site: Site) -> Caller | None:
    """The caller behind a token, API key or session; None without one, Refused (401) for a bad one."""
    said = connection.headers.getlist("authorization")
    if said:
        scheme, _, secret = said[0].partition(" ")
        # One or more spaces (RFC 9110, 11.4).
        found = await _bearer(secret.strip(" ")) if len(said) == 1 and scheme.lower() == "bearer" else None
        if found is None:
            raise _unauthenticated("The token or key is invalid, expired or revoked.", 'Bearer error="invalid_token"')
        return found
    return await signed_in(connection, site)


async def signed_in(connection: HTTPConnection, site: Site) -> Caller | None:
    """The owner of the session cookie, the only credential for pages."""
    cookie = connection.cookies.get(site.cookie("session"))
    session = await sessions.find(cookie) if cookie else None
    return Caller(session.user_id, Kind.SESSION, session.id, signed_in_at=session.created_at) if session else None


async def _bearer(secret: str) -> Caller | None:
    if secret.startswith(api_keys.PREFIX):
        key = await api_keys.find(secret)
        return Caller(key.created_by, Kind.KEY, key.id, key.guild_id, key.scopes, key=key) if key else None
    claims = await access_tokens.verify(secret)
    return Caller(claims.user_id, Kind.TOKEN, claims.family_id, signed_in_at=claims.signed_in_at) if claims else None


async def authorize(caller: Caller | None, rule: Rule, guild_id: int | None, method: str) -> Role:
    """The caller's role in the path's guild, or Refused. Other people's resources read as missing."""
    if rule.least is CallerKind.ANYONE:
        return Role.NOBODY
    if caller is None:
        raise _unauthenticated("Sign in, or send a token or key in the Authorization header.", "Bearer")
    if caller.kind is Kind.KEY:
        return await _of_key(caller, rule, guild_id, method)
    if rule.recent and not recent(caller.signed_in_at):
        raise Refused(HTTPStatus.FORBIDDEN, t("Please sign in again: this needs a sign-in from the last ten minutes."))
    if rule.least is CallerKind.SIGNED_IN:
        return Role.NOBODY
    assert guild_id is not None, "a role is one in the guild of the path"
    role = await authority.role(guild_id, caller.user_id, fresh=method not in SAFE)
    if role is Role.NOBODY:
        raise _nothing_there()
    if role < rule.least:
        raise Refused(HTTPStatus.FORBIDDEN, _NEEDED[rule.least])
    return role


async def _of_key(caller: Caller, rule: Rule, guild_id: int | None, method: str) -> Role:
    if guild_id is not None and guild_id != caller.guild_id:
        raise _nothing_there()
    if rule.scope is None:
        raise Refused(HTTPStatus.FORBIDDEN, "API keys can't do this. Sign in, or use an access token.")
    if rule.scope not in caller.scopes:
        raise Refused(HTTPStatus.FORBIDDEN, f"This key lacks the scope `{rule.scope}`.")
    assert caller.key is not None, "a key proves who calls"
    await key_creators.check(caller.key, fresh=method not in SAFE)
    return Role.ADMIN


def recent(signed_in_at: datetime | None) -> bool:
    """Whether a sign-in is recent enough for sensitive actions."""
    return signed_in_at is not None and datetime.now(UTC) - signed_in_at <= RECENT


def _unauthenticated(detail: str, challenge: str) -> Refused:
    return Refused(HTTPStatus.UNAUTHORIZED, detail, headers={"WWW-Authenticate": challenge})


def _nothing_there() -> Refused:
    return Refused(HTTPStatus.NOT_FOUND, t("There's nothing here, or it isn't yours."))


_NEEDED = {
    Role.MEMBER: t("Only members of this server can do this."),
    Role.MODERATOR: t("Only moderators of this server can do this."),
    Role.ADMIN: t("Only admins of this server (Manage Server) can do this."),
    Role.OWNER: t("Only the owner of this server can do this."),
}
