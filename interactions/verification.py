"""What both of Discord's doors check before they believe a word: the body's size, the signature, then the JSON."""

from __future__ import annotations

from typing import Any

from nacl.signing import VerifyKey
from starlette.types import Receive, Scope, Send

from discord_api.broken_texts import mended
from interactions import strict_json
from interactions.body import BodyError, read_body
from interactions.signature import verified


class Refused(Exception):
    """Not let in: `status` is the answer, `why` one word for the metrics."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


async def admit(scope: Scope, receive: Receive, key: VerifyKey, application_id: str) -> dict[str, Any]:
    """The payload of a request that Discord signed for our application; Refused for every other."""
    if scope["method"] != "POST":
        raise Refused(405, "method")
    try:
        body = await read_body(scope, receive)
    except BodyError as error:
        raise Refused(error.status, error.why) from None
    # Nothing is parsed, looked up or counted against anyone before this: Discord probes with wrong signatures.
    if not verified(key, scope["headers"], body):
        raise Refused(401, "signature")
    try:
        payload = _read(body)
    except strict_json.NotStrict as error:
        raise Refused(400, "json") from error
    if payload.get("application_id") != application_id:
        raise Refused(400, "application")
    return payload


def _read(body: bytes) -> dict[str, Any]:
    try:
        return strict_json.parse(body)
    except strict_json.NotStrict:
        # Silence would tell a person nothing about the one character of a name or note that we can't store.
        return strict_json.parse(mended(body))


async def respond(send: Send, status: int, body: bytes = b"", content_type: bytes = b"application/json") -> None:
    """One whole answer."""
    headers = [(b"content-type", content_type)]
    if status != 204:  # which has no content, so no length of it either (RFC 9110, 8.6)
        headers.append((b"content-length", str(len(body)).encode()))
    if status == 405:
        headers.append((b"allow", b"POST"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
