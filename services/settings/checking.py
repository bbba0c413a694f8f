"""Validation of new settings: accepted as a whole, or rejected with every invalid field named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from locales import Text, join, n
from services.core.errors import UserError
from services.settings import modules
from services.settings.module import InconsistentSettings, Module
from services.settings.storage import Snapshot, flat, nested

TOLD = 5  # faults named in a refusal, which has to fit into a message with the typed text


@dataclass(frozen=True, slots=True)
class SettingFault:
    """Why settings are invalid; most faults concern a single one."""

    keys: tuple[str, ...]
    text: Text


class BadSetting(UserError):
    """Some settings are invalid; `faults` name each."""

    def __init__(self, faults: Sequence[SettingFault]) -> None:
        told = [fault.text for fault in faults[:TOLD]]
        rest = [n("… and {count} more", "… and {count} more", len(faults) - TOLD)] if len(faults) > TOLD else []
        super().__init__(join([*told, *rest]))
        self.faults = tuple(faults)


def checked(now: Snapshot, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The changes as JSON, without those that change nothing; BadSetting for invalid ones."""
    for key in changes:
        modules.setting(key)
    faults: list[SettingFault] = []
    wanted: dict[str, Any] = {}
    for name, fields in nested(changes).items():
        made = _made(now.of(modules.module(name)), fields, faults)
        wanted |= flat({name: made.jsonable()})
    if faults:
        raise BadSetting(faults)
    return {key: wanted[key] for key in changes if wanted[key] != now.values[key]}


def _made(before: Module, fields: Mapping[str, Any], faults: list[SettingFault]) -> Module:
    try:
        return type(before).model_validate(before.model_dump() | dict(fields))
    except ValidationError as error:
        faults += _faults(type(before), error)
        return before


def _faults(module: type[Module], error: ValidationError) -> list[SettingFault]:
    """One fault per field, however much is wrong with it."""
    found: dict[tuple[str, ...], SettingFault] = {}
    kinds = module.kinds()
    for one in error.errors(include_url=False, include_input=False):
        nonsense = one.get("ctx", {}).get("error")
        names = nonsense.fields if isinstance(nonsense, InconsistentSettings) else (str(one["loc"][0]),)
        text = nonsense.text if isinstance(nonsense, InconsistentSettings) else kinds[names[0]].must()
        keys = tuple(f"{module.module_name}.{name}" for name in names)
        found.setdefault(keys, SettingFault(keys, text))
    return list(found.values())
