"""Sign-in with Discord (OAuth with state and PKCE), bound to the browser that started it."""

from __future__ import annotations

import base64
import hmac
import re
import secrets
from datetime import timedelta
from hashlib import blake2b, sha256
from http import HTTPStatus
from typing import NamedTuple

import structlog

from discord_api import current
from discord_api.answers import Json
from discord_api.cdn import avatar_url
from discord_api.errors import DiscordError
from discord_api.oauth import SCOPES, ClientRefused, GrantRefused, Tokens
from locales import t
from services.core import audit
from services.core.errors import UserError
from services.core.transactions import Row, rows, transaction
from services.identity import discord_grants, sessions, staff_sign_ins

log = structlog.get_logger(__name__)

PATIENCE = timedelta(minutes=10)

_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_CODE = re.compile(r"[A-Za-z0-9._~-]{1,512}")

MOST_ATTEMPTS = 10_000  # attempts under way; anyone can begin one, so the oldest are dropped
MOST_FAILURES = 100  # failures recorded per hour, because anyone can cause them; the process log has them all

_LEAVE = """
WITH oldest AS (DELETE FROM sign_in_attempts WHERE id <= (SELECT max(id) FROM sign_in_attempts) - $4)
INSERT INTO sign_in_attempts (state_digest, browser_digest, next_path) VALUES ($1, $2, $3)"""
_FAILURES = """
SELECT count(*)::int AS failures
  FROM (SELECT action, created_at FROM audit_log WHERE guild_id = 0 ORDER BY id DESC LIMIT 1000) AS newest
 WHERE action = 'login.failed' AND created_at > tatiana_now() - interval '1 hour'"""
# The first to arrive deletes it, so that a second one never finds it, however close behind.
_RETURN = """
DELETE FROM sign_in_attempts WHERE state_digest = $1
RETURNING browser_digest, next_path, created_at > now() - $2::interval AS young"""
_KNOW = """
INSERT INTO users (discord_id, username, avatar_url) VALUES ($1, $2, $3)
ON CONFLICT (discord_id) DO UPDATE
   SET username = excluded.username, avatar_url = excluded.avatar_url, updated_at = tatiana_now()"""

_WHO = "SELECT username, avatar_url FROM users WHERE discord_id = $1"


class NotSignedIn(UserError):
    """The callback from Discord did not lead to a session; `why` is for our logs, `next_path` for the next try."""

    status = HTTPStatus.BAD_REQUEST
    why = "attempt"
    next_path: str | None = None


class Declined(NotSignedIn):
    """The person chose Cancel on Discord."""

    why = "declined"


class BadCode(NotSignedIn):
    """Discord rejects the code."""

    why = "code"


class DiscordAway(NotSignedIn):
    """Discord can't be reached right now."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    why = "discord"


class NotSetUp(NotSignedIn):
    """Discord rejects our client secret."""

    status = HTTPStatus.SERVICE_UNAVAILABLE
    why = "client secret"


class Person(NamedTuple):
    """A person as last reported by Discord."""

    username: str
    picture: str | None


class AuthorizationRequest(NamedTuple):
    """The address to send a browser to, and the secret its cookie must bring back."""

    address: str
    browser: str


class Callback(NamedTuple):
    """A callback from Discord; everything in it may be forged."""

    browser: str
    state: str
    code: str
    redirect_uri: str
    declined: bool = False


class SignedIn(NamedTuple):
    """The session cookie, and the page the person wanted."""

    user_id: int
    cookie: str
    next_path: str


async def begin(next_path: str, redirect_uri: str, browser: str | None = None) -> AuthorizationRequest:
    """Begin a sign-in; a browser with one under way keeps its secret, so that two tabs both succeed."""
    if browser is None or not _SECRET.fullmatch(browser):
        browser = secrets.token_urlsafe(32)
    state = secrets.token_urlsafe(32)
    await rows(_LEAVE, _digest(state), _digest(browser), next_path, MOST_ATTEMPTS)
    return AuthorizationRequest(current.oauth().address(state, _verifier(browser, state), redirect_uri), browser)


async def finish(
    arrival: Callback, *, cdn_url: str, device: str = "", replacing: str | None = None, request_id: str = ""
) -> SignedIn:
    """Complete a sign-in within ten minutes, in the same browser, once; else NotSignedIn."""
    next_path = None
    try:
        next_path = await _returned(arrival)
        if arrival.declined:
            raise Declined(t("You didn't allow access, so you aren't signed in. You can try again at any time."))
        if not _CODE.fullmatch(arrival.code):
            raise _bad_code()
        verifier = _verifier(arrival.browser, arrival.state)
        tokens, person = await _asked(arrival.code, verifier, arrival.redirect_uri)
    except NotSignedIn as refused:
        refused.next_path = refused.next_path or next_path
        await _failed(refused, request_id)
        raise
    async with transaction():
        user_id = await _know(tokens, person, cdn_url)
        cookie = await sessions.start(user_id, device=device, replacing=replacing, request_id=request_id)
        await audit.record(0, user_id, "login.succeeded", str(user_id), {"device": device}, request_id)
        await staff_sign_ins.note(user_id, device, request_id)
    return SignedIn(user_id, cookie, next_path)


async def exchange(code: str, verifier: str, redirect_uri: str, *, cdn_url: str, request_id: str = "") -> int:
    """The person behind a code that a program obtained with its own verifier; NotSignedIn if it is invalid.

    Call it within the transaction that issues our tokens.
    """
    try:
        if not _CODE.fullmatch(code):
            raise _bad_code()
        tokens, person = await _asked(code, verifier, redirect_uri)
    except NotSignedIn as refused:
        await _failed(refused, request_id)
        raise
    async with transaction():
        user_id = await _know(tokens, person, cdn_url)
        await audit.record(0, user_id, "login.succeeded", str(user_id), {"device": "program"}, request_id)
        await staff_sign_ins.note(user_id, "program", request_id)
    return user_id


async def person(user_id: int) -> Person | None:
    """A person who has signed in before."""
    found = await rows(_WHO, user_id)
    return Person(found[0]["username"], found[0]["avatar_url"]) if found else None


async def _returned(arrival: Callback) -> str:
    """Delete the attempt and return the page to continue to."""
    found = await rows(_RETURN, _digest(arrival.state), PATIENCE) if _SECRET.fullmatch(arrival.state) else []
    # An unknown state is compared too, so that its response takes just as long.
    attempt: Row = found[0] if found else {"browser_digest": "-" * 64, "young": False}
    same_browser = hmac.compare_digest(attempt["browser_digest"], _digest(arrival.browser))
    if not (same_browser and attempt["young"]):
        refused = NotSignedIn(
            t(
                "This sign-in was started in another browser, is over ten minutes old, or has already been used. "
                "Please start again."
            )
        )
        refused.next_path = str(attempt["next_path"]) if same_browser else None
        raise refused
    return str(attempt["next_path"])


async def _asked(code: str, verifier: str, redirect_uri: str) -> tuple[Tokens, Json]:
    """Exchange a code at Discord for tokens and their owner."""
    oauth = current.oauth()
    try:
        tokens = await oauth.exchange(code, verifier, redirect_uri)
        if not tokens.scopes.issuperset(SCOPES):
            raise BadCode(
                t("Signing in needs access to your account and your server list. Please start again and allow both.")
            )
        return tokens, await oauth.me(tokens.access_token)
    except GrantRefused:
        raise _bad_code() from None
    except ClientRefused:
        log.error("discord does not take DISCORD_CLIENT_SECRET")
        raise NotSetUp(
            t(
                "Sign-in isn't set up correctly: Discord rejects the secret in DISCORD_CLIENT_SECRET. Whoever hosts "
                "this bot can find the right one at Discord, under OAuth2."
            )
        ) from None
    except DiscordError as error:
        log.warning("discord can't be asked who somebody is", error=type(error).__name__, status=error.status)
        raise DiscordAway(t("Discord isn't responding right now. Please try again in a minute.")) from None


async def _know(tokens: Tokens, person: Json, cdn_url: str) -> int:
    user_id, avatar = int(person["id"]), person.get("avatar")
    picture = avatar_url(cdn_url, user_id, avatar if isinstance(avatar, str) else None)
    await rows(_KNOW, user_id, person["username"], picture)
    await discord_grants.keep(user_id, tokens)
    return user_id


async def _failed(refused: NotSignedIn, request_id: str) -> None:
    log.info("login failed", why=refused.why)
    (noted,) = await rows(_FAILURES)
    if noted["failures"] < MOST_FAILURES:
        await audit.record(0, 0, "login.failed", "", {"why": refused.why}, request_id)


def _bad_code() -> BadCode:
    return BadCode(t("Discord rejected its own sign-in code. Please start again."))


def _verifier(browser: str, state: str) -> str:
    """The PKCE verifier (RFC 7636), derived from this browser's secret and never stored."""
    made = blake2b(state.encode(), key=browser.encode(), digest_size=32, person=b"pkce").digest()
    return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def _digest(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
