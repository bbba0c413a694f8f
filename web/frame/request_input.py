"""Request input: query and JSON body, validated by a model and refused if ambiguous."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from services.core.json_keys import repeated
from web.frame.problems import Refused, invalid

JSON = "application/json"
MOST_VALUES = 4000  # most values in a body; each invalid one costs a sentence


def query(request: Request) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in found:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"`{name}` stands more than once in the query.")
        if "\x00" in value or "\ufffd" in value:
            raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"`{name}` in the query holds characters that no text has.")
        found[name] = value
    return found


async def json_body(request: Request) -> bytes:
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        raise Refused(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, f"Send the body as {JSON}.")
    raw = await request.body()
    if raw.count(b",") + raw.count(b":") > MOST_VALUES:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"The body holds more than {MOST_VALUES} values.")
    if (key := repeated(raw)) is not None:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, f"`{key[:60]}` stands more than once in one object of the body.")
    if b"\\u0000" in raw:
        raise Refused(HTTPStatus.UNPROCESSABLE_ENTITY, "The body holds the character NUL, which no text has.")
    return raw


def validated(where: str, read: Callable[[Any], BaseModel], model: type[BaseModel]) -> BaseModel:
    try:
        return read(model)
    except ValidationError as error:
        raise invalid(where, error) from None
