"""Discord's OAuth2 (RFC 6749, 7636): authorization links, tokens, and calls made with them."""

from __future__ import annotations

import asyncio
import base64
import time
from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode

from discord_api.answers import Answer, Json, NoAnswer
from discord_api.errors import DiscordError, RateLimited, Unavailable, from_answer
from discord_api.retries import rate_limited

if TYPE_CHECKING:
    from discord_api.transport import Transport

SCOPES = ("identify", "guilds")
TIMEOUT = 2.0  # seconds; someone is waiting for a page
LONGEST_LIFE = 365 * 24 * 3600  # seconds a token is assumed to be valid


class GrantRefused(DiscordError):
    """The code or token is invalid or expired; the person has to sign in again."""


class ClientRefused(DiscordError):
    """Discord rejects our client secret."""


class Tokens(NamedTuple):
    """Discord's response to a code or a refresh token."""

    access_token: str
    refresh_token: str
    expires_in: int  # seconds
    scopes: frozenset[str]


class OAuth:
    """Discord's OAuth2 for one application. Only a 429 is retried: codes and refresh tokens work once."""

    def __init__(
        self,
        application_id: int,
        client_secret: str | None,
        *,
        authorize_url: str,
        api_url: str,
        user_agent: str,
        on_answer: Callable[[str, str, int, float], None] | None = None,
        transport: Transport | None = None,
    ) -> None:
        self._application_id, self._secret = application_id, client_secret
        self._authorize_url, self._api_url = authorize_url, api_url.rstrip("/")
        self._headers = {"User-Agent": user_agent}
        self._on_answer = on_answer
        self._transport = transport

    @property
    def ready(self) -> bool:
        """Whether there is a client secret, without which no code can be exchanged."""
        return bool(self._secret)

    def address(self, state: str, verifier: str, redirect_uri: str) -> str:
        """The authorization link; the browser returns to `redirect_uri` with a code that needs `verifier`."""
        query = {
            "response_type": "code",
            "client_id": self._application_id,
            "scope": " ".join(SCOPES),
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
        }
        return f"{self._authorize_url}?{urlencode(query, quote_via=quote)}"

    async def exchange(self, code: str, verifier: str, redirect_uri: str) -> Tokens:
        """Exchange a code for tokens; GrantRefused if it was used, expired, or issued for another verifier."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return await self._tokens(form | {"code_verifier": verifier})

    async def refresh(self, refresh_token: str) -> Tokens:
        """Refresh the tokens; the old refresh token becomes invalid."""
        return await self._tokens({"grant_type": "refresh_token", "refresh_token": refresh_token})

    async def revoke(self, token: str) -> None:
        """Revoke every token of the same authorization."""
        await self._form("/oauth2/token/revoke", {"token": token})

    async def me(self, access_token: str) -> Json:
        """The user a token belongs to."""
        found = await self._get("/users/@me", access_token)
        if not (isinstance(found, dict) and _is_id(found.get("id")) and isinstance(found.get("username"), str)):
            raise _odd()
        return found

    async def guilds(self, access_token: str) -> list[Json]:
        """The guilds of a token's user, with their permissions there; never more than 200."""
        found = await self._get("/users/@me/guilds", access_token)
        if not (isinstance(found, list) and all(_is_guild(one) for one in found)):
            raise _odd()
        return found

    async def close(self) -> None:
        """Close all connections."""
        if self._transport is not None:
            await self._transport.close()

    async def _tokens(self, form: Mapping[str, str]) -> Tokens:
        said = await self._form("/oauth2/token", form)
        try:
            expires_in, scopes = min(int(said["expires_in"]), LONGEST_LIFE), frozenset(str(said["scope"]).split())
            return Tokens(str(said["access_token"]), str(said["refresh_token"]), expires_in, scopes)
        except (KeyError, TypeError, ValueError, OverflowError):
            # Without its cause, which would reveal the request.
            raise _odd() from None

    async def _form(self, path: str, form: Mapping[str, str]) -> Any:
        proof = base64.b64encode(f"{self._application_id}:{self._secret}".encode()).decode()
        answer = await self._send("POST", path, {"Authorization": f"Basic {proof}"}, form)
        if 400 <= answer.status < 500:
            said = answer.json()
            error = said.get("error") if isinstance(said, dict) else None
            if error is None:  # not an OAuth error (RFC 6749, 5.2), so it says nothing about the grant
                raise from_answer(answer.status, said)
            if error == "invalid_client" or answer.status == 401:
                raise ClientRefused("Discord does not know our client secret", status=answer.status)
            raise GrantRefused(str(error), status=answer.status)
        return answer.json()

    async def _get(self, path: str, access_token: str) -> Any:
        answer = await self._send("GET", path, {"Authorization": f"Bearer {access_token}"})
        if answer.status == 401 and isinstance(answer.json(), dict):
            raise GrantRefused("the access token is not good any more", status=401)
        if answer.status >= 400:
            raise from_answer(answer.status, answer.json())
        return answer.json()

    async def _send(
        self, method: str, path: str, headers: Mapping[str, str], form: Mapping[str, str] | None = None
    ) -> Answer:
        """Send a request; Unavailable for a server error or a 429 longer than anyone waits for a page."""
        until = time.monotonic() + TIMEOUT
        while True:
            try:
                return await self._sent(method, path, headers, form)
            except RateLimited as limited:
                if time.monotonic() + limited.retry_after >= until:
                    raise
                await asyncio.sleep(limited.retry_after)  # nothing was done, so it may be retried

    async def _sent(self, method: str, path: str, headers: Mapping[str, str], form: Mapping[str, str] | None) -> Answer:
        answer = Answer(0, {}, b"")
        started = time.monotonic()
        try:
            answer = await self._open().send(
                method, self._api_url + path, headers={**self._headers, **headers}, form=form, timeout=TIMEOUT
            )
        except NoAnswer as failure:
            raise Unavailable(f"Discord could not be reached: {failure}") from None
        finally:
            if self._on_answer:
                self._on_answer(method, path, answer.status, time.monotonic() - started)
        if answer.status == 429:
            raise rate_limited(answer)[1]
        if answer.status >= 500 or answer.status == 0:
            raise from_answer(answer.status, answer.json())
        return answer

    def _open(self) -> Transport:
        if self._transport is None:
            from discord_api.transport import Transport  # the import costs a tenth of a second

            self._transport = Transport.to(self._api_url)
        return self._transport


def _is_id(value: Any) -> bool:
    return isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) < 20


def _is_guild(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and _is_id(value.get("id"))
        and isinstance(value.get("name"), str)
        and isinstance(value.get("permissions"), str)
        and value["permissions"].isdecimal()
    )


def _odd() -> Unavailable:
    return Unavailable("Discord's answer is not what it describes")


def challenge(verifier: str) -> str:
    """The code challenge for a verifier (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(sha256(verifier.encode()).digest()).rstrip(b"=").decode()
