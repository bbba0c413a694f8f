"""Settings as fields of a form: what stands in them, what may be chosen, and what is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from starlette.datastructures import FormData, QueryParams

from locales import Text, t
from services.directory import Places
from services.settings.kinds import Channel, Kind, Number, OneOf, Roles, Switch, Zone
from services.settings.modules import settings_of
from services.settings.typed import written

Typed = Mapping[str, str]  # by key
Option = tuple[str, Text | str]


@dataclass(frozen=True, slots=True)
class Field:
    """One setting in a form; `control` is line, number, switch, choice, several or zone."""

    name: str
    kind: Kind
    control: str
    value: str
    default: Text | str | int
    is_default: bool
    options: Sequence[Option] = ()
    error: Text | None = None

    @property
    def on(self) -> bool:
        return self.value == "on"

    @property
    def chosen(self) -> list[str]:
        return self.value.split()


def sent(module: str, form: FormData | QueryParams) -> dict[str, str]:
    """What stands in a form of this module, as it could have been typed; a switch that is absent is off."""
    typed = {}
    for one in settings_of(module):
        values = [str(value) for value in form.getlist(one.name)]
        if isinstance(one.kind, Switch):
            typed[one.key] = "on" if values else "off"
        elif isinstance(one.kind, Roles):
            typed[one.key] = " ".join(values) or "none"
        elif values:
            typed[one.key] = values[0]
    return typed


def stored(module: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The same for what is stored."""
    return {one.key: written(values[one.key]) for one in settings_of(module)}


def fields(
    module: str, typed: Typed, values: Mapping[str, Any], places: Places, errors: Mapping[str, Text]
) -> list[Field]:
    """All fields of a module with what was typed in them."""
    return [
        Field(
            one.name,
            one.kind,
            _control(one.kind, places),
            typed.get(one.key, written(values[one.key])),
            one.kind.shown(one.default),
            values[one.key] == one.default,
            _options(one.kind, places, typed.get(one.key, "")),
            errors.get(one.key),
        )
        for one in settings_of(module)
    ]


@cache
def zones() -> Sequence[str]:
    """Time zones as people look for them."""
    return sorted(one for one in available_timezones() if "/" in one and not one.startswith(("Etc/", "SystemV/")))


def _control(kind: Kind, places: Places) -> str:
    match kind:
        case Number():
            return "number"
        case Switch():
            return "switch"
        case OneOf():
            return "choice"
        case Zone():
            return "zone"
        case Channel() if places.channels:
            return "choice"
        case Roles() if places.roles:
            return "several"
    return "line"  # also for ids, while Discord does not tell what they stand for


def _options(kind: Kind, places: Places, chosen: str) -> Sequence[Option]:
    match kind:
        case OneOf():
            return list(kind.choices.items())
        case Channel():
            named = [(str(one), f"#{name}") for one, name in places.channels.items()]
            return [("none", t("none")), *named, *_gone(named, chosen)]
        case Roles():
            named = [(str(one), f"@{name}") for one, name in places.roles.items()]
            return [*named, *_gone(named, chosen)]
    return ()


def _gone(named: Sequence[tuple[str, str]], chosen: str) -> list[Option]:
    """What is chosen and not in the server any more: it must not vanish from the form unseen."""
    known = {one for one, _ in named} | {"none", ""}
    return [(one, t("{id} (not in this server)", id=one)) for one in chosen.split() if one not in known]
