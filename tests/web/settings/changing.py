"""Settings as their pages and other admins change them."""

from __future__ import annotations

import re
from typing import Any

from httpx import Response

from playground.world.cast import HARBOUR
from services import settings
from services.core.transactions import transaction
from services.economy.settings import EconomySettings
from services.settings import Source

OTHER_ADMIN = 999_000_000_000_000_001  # whoever else may manage the server: only the settings are asked


def form(page: Response) -> dict[str, Any]:
    """What the form of a module would send as it stands."""
    inputs = re.findall(r'<input id="(\w+)" name="\w+" type="text" value="([^"]*)"', page.text)
    switches = re.findall(r'<input id="(\w+)" name="\w+" type="checkbox"[^>]* checked', page.text)
    selects = re.findall(r'<select id="(\w+)" name="\w+">(.*?)</select>', page.text, re.DOTALL)
    found: dict[str, Any] = dict(inputs) | dict.fromkeys(switches, "true")
    for name, options in selects:
        found |= dict.fromkeys([name], "".join(re.findall(r'value="([^"]*)" selected', options)))
    return found | {"version": re.findall(r'name="version" value="(\d+)"', page.text)[0]}


async def economy() -> EconomySettings:
    async with transaction():  # as they are stored, and not a second behind
        return await settings.of(HARBOUR, EconomySettings)


async def change(**values: Any) -> None:
    """Someone else changes something meanwhile, with a command."""
    changes = {f"economy.{name}": value for name, value in values.items()}
    await settings.save(HARBOUR, OTHER_ADMIN, changes, source=Source.COMMAND)
