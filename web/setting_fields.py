"""Settings as form fields: values, options, and errors."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData, QueryParams

from locales import Text, t
from services.directory import RolesAndChannels
from services.settings import time_zones
from services.settings.kinds import Channel, Kind, Number, OneOf, Roles, Switch, Zone
from services.settings.modules import MODULES, settings_of
from services.settings.typed import written
from web.frame.forms import single

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
    """The values of a submitted form, as if typed; a missing switch is off."""
    typed = {}
    for one in settings_of(module):
        values = [str(value) for value in form.getlist(one.name)]
        if isinstance(one.kind, Switch):
            typed[one.key] = "on" if values else "off"
        elif isinstance(one.kind, Roles):
            typed[one.key] = " ".join(values) or "none"
        elif values:
            typed[one.key] = single(form, one.name)
    return typed


def stored(module: str, values: Mapping[str, Any]) -> dict[str, str]:
    """The same for stored values."""
    return {one.key: written(values[one.key]) for one in settings_of(module)}


async def with_zones(module: str, typed: Typed) -> Typed:
    """The same, with typed cities replaced by their time zones."""
    zones = {one.key for one in settings_of(module) if isinstance(one.kind, Zone)}
    return {key: await time_zones.meant(text) if key in zones else text for key, text in typed.items()}


def fields(
    module: str, typed: Typed, values: Mapping[str, Any], places: RolesAndChannels, errors: Mapping[str, Text]
) -> list[Field]:
    """All fields of a module with the typed values."""
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


def groups(module: str, fields: Sequence[Field]) -> list[tuple[Text, list[Field]]]:
    """The fields of a module under the headings that it declares."""
    grouped: list[tuple[Text, list[Field]]] = []
    for field in fields:
        heading = MODULES[module].groups.get(field.name)
        if heading or not grouped:
            grouped.append((heading or MODULES[module].title, []))
        grouped[-1][1].append(field)
    return grouped


def _control(kind: Kind, places: RolesAndChannels) -> str:
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
    return "line"  # also for ids, while Discord does not provide their names


def _options(kind: Kind, places: RolesAndChannels, chosen: str) -> Sequence[Option]:
    match kind:
        case OneOf():
            return list(kind.choices.items())
        case Channel():
            named = [(str(one), f"#{name}") for one, name in places.channels.items()]
            return [
                ("none", t("none")),
                *named,
                *_gone(named, chosen, lambda one: t("{id} (hidden from me or deleted)", id=one)),
            ]
        case Roles():
            named = [(str(one), f"@{name}") for one, name in places.roles.items()]
            return [*named, *_gone(named, chosen, lambda one: t("{id} (not in this server)", id=one))]
    return ()


def _gone(named: Sequence[tuple[str, str]], chosen: str, called: Callable[[str], Text]) -> list[Option]:
    """Chosen ids missing from Discord's list, which must not silently vanish from the form."""
    known = {one for one, _ in named} | {"none", ""}
    return [(one, called(one)) for one in chosen.split() if one not in known]
