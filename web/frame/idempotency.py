"""The Idempotency-Key header: a repeated request gets the first response and changes nothing (IETF draft)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from services.core import idempotency
from services.core.errors import UserError
from web.frame import errors
from web.frame.access import Caller
from web.frame.problems import Refused, problem

HEADER = "idempotency-key"
LONGEST = 255

Effect = Callable[[], Awaitable[Response]]


def key_of(request: Request) -> str | None:
    """The client's key, if any; Refused (400) for an invalid one."""
    said = request.headers.getlist(HEADER)
    if not said:
        return None
    key, *more = said
    if more or not 1 <= len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        raise Refused(
            HTTPStatus.BAD_REQUEST, f"Idempotency-Key must be one text of 1 to {LONGEST} printable characters."
        )
    return key


def needed(key: str | None) -> str:
    """The key; Refused (400) without one."""
    if key is None:
        said = "Send a header Idempotency-Key with a new random value, and the same one when you repeat this request."
        raise Refused(HTTPStatus.BAD_REQUEST, said)
    return key


def effect_key(caller: Caller, key: str) -> str:
    """The effect's unique key; keys of two callers never collide, whatever they send."""
    return f"api:{sha256(f'{caller.id} {key}'.encode()).hexdigest()[:40]}"


async def once(request: Request, caller: Caller, guild_id: int, operation: str, key: str, effect: Effect) -> Response:
    """The effect's response, or the first one if the key was used before; Refused (422) if for another request."""
    asked = sha256(f"{request.method} {request.url.path}\n".encode() + await request.body()).hexdigest()

    async def run() -> dict[str, Any]:
        try:
            return _kept(asked, await effect())
        except UserError as error:
            if error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            # "Not right now" is not stored: the same key must work a minute later.
            raise errors.refusal(error) from error

    def refusal(error: UserError) -> dict[str, Any]:
        return _kept(asked, problem(errors.refusal(error), request.state.request_id))

    try:
        kept = await idempotency.once(guild_id, key, caller.user_id, operation, run, refusal)
    except Refused:
        # Nothing was done this time, but perhaps earlier by this same request.
        first = await idempotency.recall(guild_id, key)
        if first is None:
            raise
        kept = first
    if kept["asked"] != asked:
        raise Refused(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "This Idempotency-Key was used for another request. Take a new one for each thing that you want done.",
        )
    return Response(kept["body"].encode(), kept["status"], kept["headers"])


def _kept(asked: str, response: Response) -> dict[str, Any]:
    body = bytes(response.body).decode()
    return {"asked": asked, "status": response.status_code, "headers": dict(response.headers), "body": body}
