"""The settings a person actually changed in a form, whatever others changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.settings import checking, history, storage


async def touched(guild_id: int, version: int, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that differ from that version; the rest was only shown in the form, not changed.

    BadSetting for invalid values.
    """
    now = await storage.read(guild_id)
    fit = dict(values) | checking.checked(now, values)
    before = dict(now.values)
    if version != now.version:
        later = history.net(await history.since(guild_id, version))
        before |= {key: both.before for key, both in later.items() if key in before}
    return {key: value for key, value in fit.items() if value != before[key]}
