"""JSON types: ids are strings, because JavaScript can't hold them as numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, PydanticKnownError, core_schema
from starlette.convertors import Convertor, register_url_convertor

from services.core import areas
from services.core.scopes import Scope

HIGHEST = 2**63 - 1


class IdConvertor(Convertor[int]):
    """`{guild_id:id}` in a path: an id in digits; anything else is not found."""

    regex = "[1-9][0-9]{0,18}"

    def convert(self, value: str) -> int:
        # An id that no column can hold belongs to nobody.
        return min(int(value), HIGHEST)

    def to_string(self, value: int) -> str:
        return str(value)


class NumberConvertor(Convertor[int]):
    """`{number:number}` in a path: a number counted per server, such as a settings change."""

    regex = "[1-9][0-9]{0,8}"

    def convert(self, value: str) -> int:
        return int(value)

    def to_string(self, value: int) -> str:
        return str(value)


register_url_convertor("id", IdConvertor())
register_url_convertor("number", NumberConvertor())


def _id(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 19 and value[0] != "0":
        return int(value)
    raise ValueError("must be an id in digits, as a string")


def _id_or_own(value: Any) -> Any:
    # Our own code passes ints; clients can only send strings, because JSON bodies are parsed in strict mode.
    return value if isinstance(value, int) and not isinstance(value, bool) else _id(value)


ID_SCHEMA: dict[str, Any] = {"type": "string", "pattern": "^[1-9][0-9]{0,18}$", "examples": ["1190000000000000001"]}

NUMBER_SCHEMA: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": 999_999_999}

# An id sent by a client.
IdIn = Annotated[int, BeforeValidator(_id), Field(ge=1, le=HIGHEST), WithJsonSchema(ID_SCHEMA)]
# An id in a response.
Id = Annotated[
    int, BeforeValidator(_id_or_own), PlainSerializer(str, return_type=str, when_used="json"), WithJsonSchema(ID_SCHEMA)
]
# The same for numbers of our own: receipts, change sets, keys.
Number = Id


@dataclass(frozen=True, slots=True)
class OneOf:
    """Annotates a string that is one of some names, which are known once all areas are declared."""

    names: Callable[[], Iterable[str]]

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._check, handler(source))

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "enum": list(self.names())}

    def _check(self, value: str) -> str:
        if value not in (names := list(self.names())):
            raise PydanticKnownError("literal_error", {"expected": ", ".join(map(repr, names))})
        return value


KnownScope = Annotated[Scope, OneOf(areas.scopes)]

Moment = Annotated[datetime, WithJsonSchema({"type": "string", "format": "date-time"})]


class Body(BaseModel):
    """A request body: only the named fields, each of exactly its type."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Query(BaseModel):
    """Query parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Reply(BaseModel):
    """A response body."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Page(Query):
    """A page of a list."""

    limit: int = Field(50, ge=1, le=100, description="Maximum number of entries")
    after: str | None = Field(None, max_length=200, description="`next` of the previous page")
