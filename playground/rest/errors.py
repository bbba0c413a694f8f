"""Errors: Discord's numbered ones for the bot, and plain sentences for people on the page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

log = logging.getLogger(__name__)

Path = tuple[str | int, ...]
"""The location of a fault in a body: `("data", "embeds", 0, "title")`."""


@dataclass(frozen=True)
class Fault:
    """One fault of a body."""

    path: Path
    code: str
    message: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path)) or 'body'}: {self.message}"


class DiscordError(Exception):
    """An error response in Discord's form, `{"code", "message", "errors"}`."""

    def __init__(self, status: int, code: int, message: str, faults: list[Fault] | None = None) -> None:
        super().__init__(f"{status} {code} {message}" + "".join(f"; {fault}" for fault in faults or []))
        self.status, self.code, self.message, self.faults = status, code, message, faults or []

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.faults:
            answer["errors"] = nested(self.faults)
        return answer


def nested(faults: list[Fault]) -> dict[str, Any]:
    """Discord's tree of errors: it mirrors the body, with list indexes as strings and `_errors` at the leaves."""
    tree: dict[str, Any] = {}
    for fault in faults:
        here = tree
        for step in fault.path:
            here = here.setdefault(str(step), {})
        here.setdefault("_errors", []).append({"code": fault.code, "message": fault.message})
    return tree


def invalid_form(*faults: Fault) -> DiscordError:
    return DiscordError(400, 50035, "Invalid Form Body", list(faults))


@contextmanager
def shape_checked() -> Iterator[None]:
    """Refuse a malformed body where it is read, because without the OpenAPI file nothing checks it earlier."""
    try:
        yield
    except (TypeError, AttributeError, KeyError, ValueError) as error:
        log.exception("malformed body")
        raise invalid_form(Fault((), "BASE_TYPE_MALFORMED", f"The body is malformed ({error}).")) from error


def unauthorized() -> DiscordError:
    return DiscordError(401, 0, "401: Unauthorized")


def not_found() -> DiscordError:
    return DiscordError(404, 0, "404: Not Found")


def unknown(what: str) -> DiscordError:
    """A 404 for an object that doesn't exist, or that the bot can't see."""
    return DiscordError(404, _UNKNOWN[what], f"Unknown {what}")


_UNKNOWN = {
    "Channel": 10003,
    "Guild": 10004,
    "Member": 10007,
    "Message": 10008,
    "Role": 10011,
    "User": 10013,
    "Webhook": 10015,
    "Interaction": 10062,
    "Overwrite": 10009,
    "Emoji": 10014,
    "Ban": 10026,
    "application command": 10063,
    "application command permissions": 10066,
}


def missing_access() -> DiscordError:
    return DiscordError(403, 50001, "Missing Access")


def missing_permissions() -> DiscordError:
    return DiscordError(403, 50013, "Missing Permissions")


class Refusal(Exception):
    """An error for the person on the page, as a sentence; `fields` has one for each invalid input."""

    def __init__(self, sentence: str, fields: Mapping[str, str] | None = None, status: int = 422) -> None:
        super().__init__(sentence)
        self.sentence, self.fields, self.status = sentence, dict(fields or {}), status
