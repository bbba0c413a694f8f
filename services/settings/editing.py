"""What somebody who saw a form of settings really changed in it, whatever others changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.settings import checking, history, storage


async def touched(guild_id: int, version: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """Of these values, those that were others at that version: the rest was only shown, and is nobody's wish.

    Refuses values that no setting may have.
    """
    now = await storage.read(guild_id)
    fit = dict(values) | checking.checked(now, values)
    before = dict(now.values)
    if version != now.version:
        later = history.net(await history.since(guild_id, version))
        before |= {key: both.before for key, both in later.items() if key in before}
    return {key: value for key, value in fit.items() if value != before[key]}
