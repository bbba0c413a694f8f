"""The baseline: a bare Starlette route that verifies the signature, reads the name and answers."""

from __future__ import annotations

import json
import os

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

key = VerifyKey(bytes.fromhex(os.environ["DISCORD_PUBLIC_KEY"]))
answers = {
    "ping": {"type": 4, "data": {"content": "I'm here.", "flags": 64, "allowed_mentions": {"parse": []}}},
    "balance": {
        "type": 4,
        "data": {"content": "You have **0** coins.", "flags": 64, "allowed_mentions": {"parse": []}},
    },
}


async def interactions(request: Request) -> Response:
    body = await request.body()
    try:
        signature = bytes.fromhex(request.headers["x-signature-ed25519"])
        key.verify(request.headers["x-signature-timestamp"].encode() + body, signature)
    except (BadSignatureError, KeyError, ValueError):
        return Response(status_code=401)
    payload = json.loads(body)
    if payload["type"] == 1:
        return JSONResponse({"type": 1})
    return JSONResponse(answers[payload["data"]["name"]])


async def guild(_request: Request) -> Response:
    return JSONResponse(
        {
            "id": "1200000000000000001",
            "name": "The Harbour",
            "icon_url": None,
            "owner_id": "1100000000000000001",
            "member_count": 1200,
            "installed": True,
            "updated_at": "2026-01-01T00:00:00Z",
        }
    )


app = Starlette(routes=[Route("/interactions", interactions, methods=["POST"]), Route("/guilds/{guild_id:int}", guild)])
