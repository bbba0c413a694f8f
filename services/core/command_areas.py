"""The area of each command, so that pages can group commands by area."""

from __future__ import annotations

from services.core import areas
from services.core.areas import Area

_modules: dict[str, str] = {}


def declare(command: str, module: str) -> None:
    """Record the module that handles a command."""
    _modules[command] = module


def area_of(command: str) -> Area | None:
    """The area of a command; None for a removed command."""
    return areas.area_of(_modules.get(command, ""))
