"""Every module of settings, by name, and every setting in them, by a key like `economy.daily`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from locales import t
from services.core.errors import NotFound
from services.settings.kinds import Kind
from services.settings.module import Module

# Filled by services/areas.py from the areas' declarations.
MODULES: dict[str, type[Module]] = {}


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of one module."""

    module: str
    name: str
    kind: Kind
    default: Any

    @property
    def key(self) -> str:
        return f"{self.module}.{self.name}"


def _settings(module: type[Module]) -> dict[str, Setting]:
    defaults = module().jsonable()
    made = [Setting(module.module_name, name, kind, defaults[name]) for name, kind in module.kinds().items()]
    return {one.key: one for one in made}


SETTINGS: dict[str, Setting] = {}


def declare(modules: Iterable[type[Module]]) -> None:
    """Set the complete list of modules, in order."""
    MODULES.clear()
    SETTINGS.clear()
    for module in modules:
        MODULES[module.module_name] = module
        SETTINGS.update(_settings(module))


class UnknownSetting(NotFound):
    """No such module or setting."""


def module(name: str) -> type[Module]:
    """The module with this name; UnknownSetting if there is none."""
    if name not in MODULES:
        known = ", ".join(f"`{one}`" for one in MODULES)
        raise UnknownSetting(
            t(
                "There is no group of settings called `{name}`. The groups are {known}.",
                name=name.replace("`", "'")[:60],
                known=known,
            )
        )
    return MODULES[name]


def settings_of(name: str) -> list[Setting]:
    """The settings of a module, in order; none for an unknown module."""
    return [one for one in SETTINGS.values() if one.module == name]


def setting(key: str) -> Setting:
    """The setting with this key; UnknownSetting if there is none."""
    if key not in SETTINGS:
        raise UnknownSetting(t("There is no setting called `{name}`.", name=key.replace("`", "'")[:60]))
    return SETTINGS[key]


def schemas() -> dict[str, dict[str, Any]]:
    """The JSON Schema of each module, with labels and descriptions in English."""
    return {name: module.model_json_schema(mode="validation") for name, module in MODULES.items()}
