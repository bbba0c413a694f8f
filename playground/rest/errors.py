"""Refusals: Discord's numbered errors for the bot, plain sentences for the person at the page."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

log = logging.getLogger(__name__)

Path = tuple[str | int, ...]
"""Where in a body something is wrong: `("data", "embeds", 0, "title")`."""


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with a body."""

    path: Path
    code: str
    message: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path)) or 'body'}: {self.message}"


class DiscordError(Exception):
    """An answer with Discord's `{"code", "message", "errors"}`."""

    def __init__(self, status: int, code: int, message: str, faults: list[Fault] | None = None) -> None:
        super().__init__(f"{status} {code} {message}" + "".join(f"; {fault}" for fault in faults or []))
        self.status, self.code, self.message, self.faults = status, code, message, faults or []

    def body(self) -> dict[str, Any]:
        answer: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.faults:
            answer["errors"] = nested(self.faults)
        return answer


def nested(faults: list[Fault]) -> dict[str, Any]:
    """Discord's tree of errors: keys mirror the body, list places are strings, leaves are `_errors`."""
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
    """Without the OpenAPI file a body of the wrong shape is noticed only where it is read; refuse it there."""
    try:
        yield
    except (TypeError, AttributeError, KeyError, ValueError) as error:
        log.exception("a body of another shape than expected")
        raise invalid_form(Fault((), "BASE_TYPE_MALFORMED", f"The body has another shape ({error}).")) from error


def unauthorized() -> DiscordError:
    return DiscordError(401, 0, "401: Unauthorized")


def not_found() -> DiscordError:
    return DiscordError(404, 0, "404: Not Found")


def unknown(what: str) -> DiscordError:
    """A 404 for something that is not there, or that the bot cannot see."""
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
    "Emoji": 10014,
    "application command": 10063,
    "application command permissions": 10066,
}


def missing_access() -> DiscordError:
    return DiscordError(403, 50001, "Missing Access")


def missing_permissions() -> DiscordError:
    return DiscordError(403, 50013, "Missing Permissions")


class Refusal(Exception):
    """What the person at the page cannot do, in a sentence; `fields` says which input is wrong."""

    def __init__(self, sentence: str, fields: Mapping[str, str] | None = None, status: int = 422) -> None:
        super().__init__(sentence)
        self.sentence, self.fields, self.status = sentence, dict(fields or {}), status
