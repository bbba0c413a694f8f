"""Headings for the playground's `/` menu: each area's commands under its title, as plain data."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import interactions.commands as _commands  # noqa: F401  (declares every command)
from interactions.declare import COMMANDS, Kind
from interactions.permits import area_of
from locales import TRANSLATED, render
from services.areas import ALL
from services.core.areas import Area


def menu_headings() -> list[dict[str, Any]]:
    """One heading per area with commands, in the order of areas."""
    names = _names_by_area()
    return [_heading(area, sorted(names[area.name])) for area in ALL if area.name in names]


def _heading(area: Area, commands: list[str]) -> dict[str, Any]:
    return {
        "name": str(area.title),
        "name_localizations": {locale: render(area.title, locale) for locale in TRANSLATED},
        "icon": area.icon,
        "commands": commands,
    }


def _names_by_area() -> dict[str, set[str]]:
    """Top-level names by area; one with subcommands in several areas belongs to the first of them."""
    order = {area.name: position for position, area in enumerate(ALL)}
    areas: dict[str, list[str]] = defaultdict(list)
    for (kind, name), command in COMMANDS.items():
        if kind is Kind.CHAT and (area := area_of(command)):
            areas[name.split()[0]].append(area.name)
    names: dict[str, set[str]] = defaultdict(set)
    for name, candidates in areas.items():
        names[min(candidates, key=order.__getitem__)].add(name)
    return names
