"""Kinds of settings: each knows its bounds, its error message, and how to show a value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic_core import CoreSchema, PydanticCustomError
from pydantic_core import core_schema as core

from discord_api.snowflakes import HIGHEST
from locales import Text, join, n, t

Json = dict[str, Any]
TOLD = 5  # roles listed individually
_ID = re.compile(r"[1-9][0-9]{0,18}", re.ASCII)


@dataclass(frozen=True)
class Kind:
    """A setting's label, description and allowed values."""

    label: Text
    description: Text
    names: ClassVar[Literal["role", "channel"] | None] = None  # its ids mean nothing in another server

    def must(self) -> Text:
        """The requirement, for someone who entered something else."""
        raise NotImplementedError

    def shown(self, value: Any) -> Text | str | int:
        """A value in words, with Discord mentions; text that people typed is not escaped."""
        return cast(int | str, value)

    def core(self) -> CoreSchema:
        """The pydantic schema that validates values."""
        raise NotImplementedError

    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        return self.core()

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: Any) -> Json:
        described: Json = handler(schema)
        described |= {"title": str(self.label), "description": str(self.description)}
        return described | ({"x-names": self.names} if self.names else {})


@dataclass(frozen=True)
class Number(Kind):
    """A whole number; `coins` may be written like 1.5k."""

    least: int
    most: int
    coins: bool = False

    def must(self) -> Text:
        return t(
            "**{label}** must be a number from {least} to {most}.", label=self.label, least=self.least, most=self.most
        )

    def core(self) -> CoreSchema:
        return core.int_schema(ge=self.least, le=self.most, strict=True)


@dataclass(frozen=True)
class Switch(Kind):
    """On or off."""

    def must(self) -> Text:
        return t("**{label}** must be on or off.", label=self.label)

    def shown(self, value: Any) -> Text:
        return t("on") if value else t("off")

    def core(self) -> CoreSchema:
        return core.bool_schema(strict=True)


@dataclass(frozen=True)
class Line(Kind):
    """One line of free text; an `optional` one may be empty."""

    most: int
    optional: bool = False

    def must(self) -> Text:
        if self.optional:
            return t("**{label}** can't be longer than {most} characters.", label=self.label, most=self.most)
        return t("**{label}** can't be empty or longer than {most} characters.", label=self.label, most=self.most)

    def shown(self, value: Any) -> Text | str:
        return value or t("none")

    def core(self) -> CoreSchema:
        # No control characters; PostgreSQL can't store NUL.
        checked = core.str_schema(
            min_length=0 if self.optional else 1, max_length=self.most, pattern=r"^[^\x00-\x1F\x7F]*$", strict=True
        )
        return core.no_info_before_validator_function(_one_line, checked)


@dataclass(frozen=True)
class OneOf(Kind):
    """One of a few options, each with a label."""

    choices: Mapping[str, Text | str]

    def must(self) -> Text:
        offered = join(
            [t("`{value}` ({words})", value=value, words=words) for value, words in self.choices.items()], ", "
        )
        return t("**{label}** must be one of {choices}.", label=self.label, choices=offered)

    def shown(self, value: Any) -> Text | str:
        return self.choices.get(value, str(value))

    def core(self) -> CoreSchema:
        return core.literal_schema(list(self.choices))


@dataclass(frozen=True)
class Zone(Kind):
    """A time zone by name."""

    most: ClassVar[int] = 50

    def must(self) -> Text:
        return t(
            "**{label}** must be a city or a time zone, like `Lisbon`, `Europe/Lisbon`, or `UTC`.", label=self.label
        )

    def core(self) -> CoreSchema:
        return core.no_info_after_validator_function(_known_zone, core.str_schema(max_length=self.most, strict=True))


@dataclass(frozen=True)
class Channel(Kind):
    """A channel, or none."""

    names = "channel"

    def must(self) -> Text:
        return t("**{label}** must be a channel or `none`.", label=self.label)

    def shown(self, value: Any) -> Text | str:
        return f"<#{value}>" if value else t("none")

    def core(self) -> CoreSchema:
        return core.nullable_schema(_snowflake())


@dataclass(frozen=True)
class Roles(Kind):
    """Some roles, or none."""

    most: int
    names = "role"

    def must(self) -> Text:
        return t("**{label}** must be up to {most} roles or `none`.", label=self.label, most=self.most)

    def shown(self, value: Any) -> Text | str:
        named = " ".join(f"<@&{role_id}>" for role_id in value[:TOLD])
        if len(value) > TOLD:
            return n("{roles} and {count} more", "{roles} and {count} more", len(value) - TOLD, roles=named)
        return named or t("none")

    def core(self) -> CoreSchema:
        several = core.tuple_variable_schema(_snowflake(), max_length=self.most)
        return core.no_info_after_validator_function(_each_once, several)


class _Snowflake:
    def __get_pydantic_core_schema__(self, _source: Any, _handler: Any) -> CoreSchema:
        return _snowflake()


Snowflake = Annotated[int, _Snowflake()]
"""An id of Discord's: a number inside, a string in JSON, and read from both."""


def _snowflake() -> CoreSchema:
    number = core.no_info_before_validator_function(_id, core.int_schema(ge=1, le=HIGHEST, strict=True))
    # As strings, because JavaScript can't hold a snowflake.
    return core.json_or_python_schema(
        json_schema=number,
        python_schema=number,
        serialization=core.to_string_ser_schema(when_used="json"),
        metadata={"pydantic_js_functions": [_id_json]},
    )


def _id_json(_schema: CoreSchema, _handler: Any) -> Json:
    return {"type": "string", "pattern": f"^{_ID.pattern}$"}


def _id(value: object) -> object:
    return int(value) if isinstance(value, str) and _ID.fullmatch(value) else value


def _one_line(value: object) -> object:
    return " ".join(value.split()) if isinstance(value, str) else value


def _each_once(ids: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(sorted(set(ids)))


def _known_zone(zone: str) -> str:
    try:
        ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise PydanticCustomError("zone", "not a time zone") from error
    return zone
