"""Errors of the API as problem documents (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import Response

from locales import SOURCE, Text, render
from web.discord_markup import unmarked

MEDIA_TYPE = "application/problem+json"


class FieldError(BaseModel):
    """One invalid value."""

    model_config = ConfigDict(frozen=True)

    location: str = Field(description="`body`, `query`, `path` or `header`", examples=["body"])
    field: str = Field(description="The field's name, with dots if it is nested", examples=["amount"])
    message: str = Field(examples=["Input should be greater than 0"])


class Problem(BaseModel):
    """Why a request was refused, for people and programs."""

    model_config = ConfigDict(frozen=True)

    type: str = "about:blank"
    title: str = Field(examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    detail: str = Field(description="What happened, and what to do next", examples=["`amount` is too large."])
    request_id: str = Field(description="Include it when you report the problem", examples=["5f3c9d2a41b07e66"])
    code: str = Field(
        default="",
        description="A stable word, if the status does not say enough: `area_off` means that the server has turned "
        "off the area of this operation",
        examples=["area_off"],
    )
    errors: tuple[FieldError, ...] = Field(default=(), description="Each invalid value")
    current: Any = Field(default=None, description="The stored values, if the request was based on older ones")


class Refused(Exception):
    """A refused request; `status` and the rest form the answer. Pages show `text` in the reader's language."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: Text | str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        current: Any = None,
        code: str = "",
    ) -> None:
        self.status, self.text, self.detail = status, detail, render(detail, SOURCE)
        super().__init__(self.detail)
        self.errors, self.headers, self.current = tuple(errors), dict(headers or {}), current
        self.code = code


def problem(refused: Refused, request_id: str) -> Response:
    """The refusal as a response."""
    document = Problem(
        title=refused.status.phrase,
        status=refused.status,
        detail=unmarked(refused.detail),
        request_id=request_id,
        code=refused.code,
        errors=tuple(error.model_copy(update={"message": unmarked(error.message)}) for error in refused.errors),
        current=refused.current,
    )
    body = document.model_dump_json(exclude_defaults=True, exclude={"type"})
    return Response(body, refused.status, refused.headers, MEDIA_TYPE)


def invalid(location: str, error: ValidationError) -> Refused:
    """The refusal of invalid values, naming each; the values themselves are not repeated."""
    found = error.errors(include_url=False, include_context=False, include_input=False)
    fields = [
        FieldError(
            location=location, field=".".join(map(str, e["loc"])), message=e["msg"].removeprefix("Value error, ")
        )
        for e in found
    ]
    first = fields[0]
    said = (
        f"`{first.field}` in the {location}: {first.message}." if first.field else f"The {location}: {first.message}."
    )
    return Refused(HTTPStatus.UNPROCESSABLE_ENTITY, said, errors=fields)
