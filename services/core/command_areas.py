"""The area of each command, so that pages can sort by area what they say about commands."""

from __future__ import annotations

from services.core import areas
from services.core.areas import Area

_modules: dict[str, str] = {}


def declare(command: str, module: str) -> None:
    """Note which module handles a command."""
    _modules[command] = module


def area_of(command: str) -> Area | None:
    """The area of a command; None for one that is gone."""
    return areas.area_of(_modules.get(command, ""))
