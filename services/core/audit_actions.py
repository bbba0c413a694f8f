"""How an entry of the audit log reads: what was done, to whom or what, and the details worth showing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from locales import Text, t

LONGEST_DETAIL = 200  # characters

_NAMES = {
    "reason": t("Reason"),
    "coins": t("Coins"),
    "receipt": t("Receipt"),
    "reverses": t("Undoes the transfer"),
    "name": t("Name"),
    "description": t("Description"),
    "price": t("Price"),
    "stock": t("In stock"),
    "effect": t("What it does"),
    "role": t("Role"),
    "scopes": t("What it may do"),
    "member": t("Member"),
    "item": t("Item"),
    "why": t("Why"),
    "operation": t("What was tried"),
    "status": t("Answer"),
    "device": t("Device"),
    "job": t("Job"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the audit log."""

    id: int
    actor_id: int
    action: str
    target: str
    details: Mapping[str, Any]
    request_id: str
    at: datetime


class Detail(NamedTuple):
    """One detail of an action; `typed` if it is somebody's own words, to be shown as they are."""

    name: Text | str
    value: Text | str
    typed: bool = True
    path: str | None = None  # of its page in the server, where it has one


class Subject(NamedTuple):
    """What an action was done to, and its page in the server where it has one."""

    name: str
    path: str | None = None


def nothing(_event: Event) -> Subject | None:
    """The target of an action whose target says nothing to people."""
    return None


def plain_details(event: Event, _guild_id: int) -> Sequence[Detail]:
    """Everything that was noted, by name and value; what other releases noted otherwise is told as it stands."""
    return [
        Detail(_NAMES.get(name, name), short(value), path=_receipt(name, value))
        for name, value in event.details.items()
        if value not in (None, "", {}, [])
    ]


def changes(event: Event, _guild_id: int) -> Sequence[Detail]:
    """Details of which each has a value before and one after."""
    return [Detail(_NAMES.get(name, name), _both(values)) for name, values in event.details.items() if values]


@dataclass(frozen=True, slots=True)
class AuditAction:
    """One kind of action in words."""

    label: Text
    thing: Callable[[Event], Subject | None] = nothing
    of_member: bool = False  # its target is a member's id
    posted: bool = True  # the server's log channel is told of it
    details: Callable[[Event, int], Sequence[Detail]] = plain_details
    sentence: Callable[[Event], Text | None] = lambda _event: None  # says more than the label, where it can


# By the name that is stored; services/core/areas.py fills it with what each area declares.
ACTIONS: dict[str, AuditAction] = {}


def short(value: Any) -> str:
    """A noted value as text of bounded length."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST_DETAIL else f"{text[: LONGEST_DETAIL - 1]}…"


def _both(values: Sequence[Any]) -> Text:
    before, after = ("–" if value in (None, "") else short(value) for value in values)
    return t("{before} → {after}", before=before, after=after)


def _receipt(name: str, value: Any) -> str | None:
    return f"/transfers/{value}" if name in ("receipt", "reverses") and isinstance(value, int) else None
