"""Someone who is asked for consent, and a program that holds the client secret."""

from __future__ import annotations

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from playground.world.cast import ALICE
from playground.world.oauth_grants import OAuth
from tests.playground.fake_bot import FakeBot

BACK = "http://bot.test/login/callback"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()


class Person:
    """Someone with a browser, and a program that has the client secret."""

    def __init__(self, bot: FakeBot) -> None:
        self.bot = bot
        self.oauth: OAuth = bot.playground.state.playground.oauth
        self.oauth.redirect_uris.append(BACK)
        self.http = httpx.AsyncClient(
            transport=httpx.ASGITransport(bot.playground), base_url="http://127.0.0.1:8081", auth=None
        )

    def query(self, **changed: str | None) -> dict[str, str]:
        usual = {
            "response_type": "code",
            "client_id": str(self.bot.identity.application_id),
            "scope": "identify guilds",
            "redirect_uri": BACK,
            "state": "of the day",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        }
        return {name: value for name, value in (usual | changed).items() if value is not None}

    async def decide(
        self, user_id: int = ALICE, decision: str = "authorize", /, **changed: str | None
    ) -> dict[str, str]:
        """Choose on the consent page; the query of the redirect back."""
        form = {"user_id": str(user_id), "decision": decision}
        answer = await self.http.post("/oauth2/authorize", params=self.query(**changed), data=form)
        assert answer.status_code == 302, answer.text
        assert answer.headers["location"].startswith(f"{BACK}?")
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}

    async def exchange(self, code: str, secret: str | None = None, **changed: str | None) -> httpx.Response:
        usual = {
            "grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER
        }  # fmt: skip
        return await self.token({name: value for name, value in (usual | changed).items() if value is not None}, secret)

    async def token(self, form: dict[str, str], secret: str | None = None, path: str = "") -> httpx.Response:
        client = str(self.bot.identity.application_id), secret or self.bot.identity.client_secret
        return await self.http.post(f"/api/v10/oauth2/token{path}", data=form, auth=client)

    async def tokens(self, user_id: int = ALICE, **changed: str | None) -> dict[str, Any]:
        code = (await self.decide(user_id, **changed))["code"]
        answer = await self.exchange(code)
        assert answer.status_code == 200, answer.text
        tokens: dict[str, Any] = answer.json()
        return tokens

    async def get(self, path: str, token: str) -> httpx.Response:
        return await self.http.get(f"/api/v10{path}", headers={"Authorization": f"Bearer {token}"})
