"""A small bot that verifies and records requests, and responds as each test says."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from playground.client.acting import Play
from playground.world.identity import Identity

Json = dict[str, Any]
Answer = Json | Response | Callable[[Json], Awaitable[Json | Response]]

URL = "http://bot.test/interactions"
EVENTS_URL = "http://bot.test/events"
SILENT: Json = {"parse": []}


def text(content: str, **more: Any) -> Json:
    """A response of type 4 that pings nobody."""
    return {"type": 4, "data": {"content": content, "allowed_mentions": SILENT, **more}}


class FakeBot:
    """Responds by command name, custom_id or "autocomplete"; `seen` has every correctly signed payload."""

    def __init__(self, identity: Identity) -> None:
        self.identity = identity
        self.answers: dict[str, Answer] = {}
        self.seen: list[Json] = []
        self.headers: list[dict[str, str]] = []
        self.events: list[Json] = []
        self.careless = False
        self.event_status = 204
        self.app = Starlette(
            routes=[
                Route("/interactions", self._interact, methods=["POST"]),
                Route("/events", self._event, methods=["POST"]),
            ]
        )

    def connect(self, playground: Starlette) -> None:
        """Connect to the playground's REST API with the bot's token."""
        self.playground = playground
        self.rest = httpx.AsyncClient(
            transport=httpx.ASGITransport(playground),
            base_url="http://127.0.0.1:8081/api/v10",
            headers={"Authorization": f"Bot {self.identity.token}", "User-Agent": "DiscordBot (https://bot.test, 1)"},
        )

    @property
    def play(self) -> Play:
        play: Play = self.playground.state.play
        return play

    async def register(self, *commands: Json) -> list[Json]:
        """Register global commands, and set this bot's interactions endpoint."""
        path = f"/applications/{self.identity.application_id}/commands"
        answer = await self.rest.put(path, json=list(commands))
        assert answer.status_code == 200, answer.text
        saved = await self.rest.patch("/applications/@me", json={"interactions_endpoint_url": URL})
        assert saved.status_code == 200, saved.text
        registered: list[Json] = answer.json()
        return registered

    async def webhook(
        self, method: str, payload: Json, path: str = "/messages/@original", **more: Any
    ) -> httpx.Response:
        """Call a webhook route of an interaction."""
        base = f"/webhooks/{self.identity.application_id}/{payload['token']}"
        return await self.rest.request(method, base + path, **more)

    async def callback(self, payload: Json, answer: Json, query: str = "") -> httpx.Response:
        return await self.rest.post(f"/interactions/{payload['id']}/{payload['token']}/callback{query}", json=answer)

    async def _verified(self, request: Request) -> bytes | None:
        raw = await request.body()
        stamp = request.headers["x-signature-timestamp"]
        key = VerifyKey(bytes.fromhex(self.identity.verify_key))
        try:
            key.verify(stamp.encode() + raw, bytes.fromhex(request.headers["x-signature-ed25519"]))
        except BadSignatureError:
            if not self.careless:
                return None
        return raw

    async def _interact(self, request: Request) -> Response:
        raw = await self._verified(request)
        if raw is None:
            return Response(status_code=401)
        payload: Json = json.loads(raw)
        if payload["type"] == 1:
            return JSONResponse({"type": 1})
        if payload["type"] not in (2, 3, 4, 5):
            return Response(status_code=400)
        self.seen.append(payload)
        self.headers.append(dict(request.headers))
        key = "autocomplete" if payload["type"] == 4 else payload["data"].get("name") or payload["data"]["custom_id"]
        answer = self.answers[key]
        if callable(answer) and not isinstance(answer, Response):
            answer = await answer(payload)
        return answer if isinstance(answer, Response) else JSONResponse(answer)

    async def _event(self, request: Request) -> Response:
        raw = await self._verified(request)
        if raw is None:
            return Response(status_code=401)
        body: Json = json.loads(raw)
        if body["type"] == 1:
            self.events.append(body)
            return Response(status_code=self.event_status)
        return Response(status_code=204, headers={"Content-Type": "application/json"})
