"""Checks shared by both of Discord's endpoints: body size, then signature, then JSON."""

from __future__ import annotations

from typing import Any

from nacl.signing import VerifyKey
from starlette.types import Receive, Scope, Send

from discord_api.broken_texts import mended
from interactions import strict_json
from interactions.body import BodyError, read_body
from interactions.signature import verified


class Refused(Exception):
    """The request is rejected: `status` is the response, `why` one word for the metrics."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


async def admit(scope: Scope, receive: Receive, key: VerifyKey, application_id: str) -> dict[str, Any]:
    """The payload of a request signed by Discord for our application; Refused for any other."""
    if scope["method"] != "POST":
        raise Refused(405, "method")
    try:
        body = await read_body(scope, receive)
    except BodyError as error:
        raise Refused(error.status, error.why) from None
    # Nothing is parsed, looked up or counted before this: Discord itself probes with wrong signatures.
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
        # Without a response, the person would never learn which character can't be stored.
        return strict_json.parse(mended(body))


async def respond(send: Send, status: int, body: bytes = b"", content_type: bytes = b"application/json") -> None:
    """Send a complete response."""
    headers = [(b"content-type", content_type)]
    if status != 204:  # has no content, and so no Content-Length (RFC 9110, 8.6)
        headers.append((b"content-length", str(len(body)).encode()))
    if status == 405:
        headers.append((b"allow", b"POST"))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
