"""Signing in for programs: exchange a code from Discord for tokens, refresh them, and revoke them."""

from __future__ import annotations

from pydantic import Field

from services.identity import refresh_tokens, sign_in
from services.identity.refresh_tokens import IssuedTokens
from web.frame.endpoint import Answer, Call, Operation, endpoint
from web.frame.rate_limits import SIGN_IN
from web.frame.types import Body, Id, Reply


class AuthorizationServer(Reply):
    """Where users authorize a program."""

    authorize_url: str
    client_id: Id
    scopes: list[str]
    code_challenge_method: str


class LoginRequest(Body):
    """The authorization code from Discord, with the values sent to get it."""

    code: str = Field(min_length=1, max_length=512)
    code_verifier: str = Field(min_length=43, max_length=128, pattern=r"^[A-Za-z0-9._~-]+$")
    redirect_uri: str = Field(min_length=1, max_length=512, examples=["http://127.0.0.1:9000/callback"])
    device: str = Field(
        "", max_length=60, description="The program's name in lists of sessions", examples=["Shop sync"]
    )


class RefreshRequest(Body):
    """The latest refresh token."""

    refresh_token: str = Field(min_length=1, max_length=128, examples=["kJ1v1cHq0x0n2u7uJt3m1n2p4r6t8v0x2z4b6d8f0h2"])


class TokenPair(Reply):
    """An access token and its refresh token (RFC 6749, 5.1)."""

    access_token: str
    token_type: str = "Bearer"  # noqa: S105  (a word, no secret)
    expires_in: int = Field(description="Seconds", examples=[900])
    refresh_token: str


@endpoint(Operation("Get the authorization endpoint", tag="auth", reply=AuthorizationServer))
async def show(call: Call) -> AuthorizationServer:
    """The first step of OAuth2 with PKCE (RFC 7636) at Discord."""
    return AuthorizationServer(
        authorize_url=call.site.authorize_url,
        client_id=call.site.application_id,
        scopes=["identify", "guilds"],
        code_challenge_method="S256",
    )


@endpoint(
    Operation(
        "Sign in",
        tag="auth",
        body=LoginRequest,
        reply=TokenPair,
        plan=SIGN_IN,
        repeatable=False,
        example={
            "code": "NhhvTDYsFcdgNLnnLijcl7Ku7bEEeee",
            "code_verifier": "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
            "redirect_uri": "http://127.0.0.1:9000/callback",
        },
        description="Exchanges a code from Discord for an access token (15 minutes) and a refresh token.",
    )
)
async def login(call: Call, body: LoginRequest) -> Answer:
    """Tokens for the user who authorized the code."""
    user_id = await sign_in.exchange(
        body.code, body.code_verifier, body.redirect_uri, cdn_url=call.site.cdn_url, request_id=call.request_id
    )
    return _pair(await refresh_tokens.begin(user_id, device=body.device, request_id=call.request_id))


@endpoint(
    Operation(
        "Refresh the tokens",
        tag="auth",
        body=RefreshRequest,
        reply=TokenPair,
        plan=SIGN_IN,
        repeatable=False,
        description=(
            "Each refresh token works once. Repeating it within ten seconds returns the same new pair; after that it "
            "revokes every token of this sign-in, because somebody else may have it."
        ),
    )
)
async def refresh(call: Call, body: RefreshRequest) -> Answer:
    """A new pair of tokens."""
    return _pair(await refresh_tokens.rotate(body.refresh_token, request_id=call.request_id))


@endpoint(Operation("Sign out", tag="auth", body=RefreshRequest, plan=SIGN_IN, repeatable=False))
async def logout(call: Call, body: RefreshRequest) -> None:
    """Revoke the refresh token and its access tokens; an unknown token is not an error."""
    await refresh_tokens.revoke(body.refresh_token, request_id=call.request_id)


def _pair(pair: IssuedTokens) -> Answer:
    made = TokenPair(access_token=pair.access_token, expires_in=pair.expires_in, refresh_token=pair.refresh_token)
    return Answer(made, secret=True)
