"""How audit log entries read: the action, its target, and the details worth showing."""

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
    "reverses": t("Reverses transfer"),
    "name": t("Name"),
    "description": t("Description"),
    "price": t("Price"),
    "stock": t("In stock"),
    "effect": t("Effect"),
    "role": t("Role"),
    "scopes": t("Scopes"),
    "member": t("Member"),
    "item": t("Item"),
    "why": t("Why"),
    "operation": t("What they tried"),
    "status": t("Response"),
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
    """One detail of an action; `typed` if a person typed it, so it is shown verbatim."""

    name: Text | str
    value: Text | str
    typed: bool = True
    path: str | None = None  # of its page under the server, if it has one


class Subject(NamedTuple):
    """The target of an action, and its page under the server if it has one."""

    name: Text | str
    path: str | None = None


def nothing(_event: Event) -> Subject | None:
    """No target, for actions whose target means nothing to people."""
    return None


def plain_details(event: Event, _guild_id: int) -> Sequence[Detail]:
    """Every recorded detail by name and value; entries in another release's format are shown as stored."""
    return [
        Detail(_NAMES.get(name, name), short(value), path=_receipt(name, value))
        for name, value in event.details.items()
        if value not in (None, "", {}, [])
    ]


def changes(event: Event, _guild_id: int) -> Sequence[Detail]:
    """Details that each have a value before and after."""
    return [Detail(_NAMES.get(name, name), _both(values)) for name, values in event.details.items() if values]


@dataclass(frozen=True, slots=True)
class AuditAction:
    """How one action is described."""

    label: Text
    thing: Callable[[Event], Subject | None] = nothing
    of_member: bool = False  # the target is a member id
    posted: bool = True  # also posted to the server's log channel
    details: Callable[[Event, int], Sequence[Detail]] = plain_details
    sentence: Callable[[Event], Text | None] = lambda _event: None  # says more than the label, where it can


# By stored name; services/core/areas.py fills this from the areas' declarations.
ACTIONS: dict[str, AuditAction] = {}


def short(value: Any) -> str:
    """A recorded value as text of limited length."""
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return text if len(text) <= LONGEST_DETAIL else f"{text[: LONGEST_DETAIL - 1]}…"


def _both(values: Sequence[Any]) -> Text:
    before, after = ("–" if value in (None, "") else short(value) for value in values)
    return t("{before} → {after}", before=before, after=after)


def _receipt(name: str, value: Any) -> str | None:
    return f"/transfers/{value}" if name in ("receipt", "reverses") and isinstance(value, int) else None
