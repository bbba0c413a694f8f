"""Guild settings: typed modules, versions, and a history in which every change can be reverted."""

from __future__ import annotations

from typing import TypeVar

from services.settings.cache import snapshot
from services.settings.changes import MISSING, Clash, Conflict, save
from services.settings.checking import BadSetting, SettingFault
from services.settings.general import General
from services.settings.history import ChangeSet, Source, ValueChange
from services.settings.module import Module
from services.settings.reverting import revert
from services.settings.storage import Snapshot

M = TypeVar("M", bound=Module)


async def of(guild_id: int, module: type[M]) -> M:
    """One module of a guild's settings; current inside a transaction, else at most a second old."""
    return (await now(guild_id)).of(module)


async def now(guild_id: int) -> Snapshot:
    """All settings of a guild, with their version."""
    return await snapshot(guild_id)


__all__ = [
    "MISSING",
    "BadSetting",
    "ChangeSet",
    "Clash",
    "Conflict",
    "General",
    "Module",
    "SettingFault",
    "Snapshot",
    "Source",
    "ValueChange",
    "now",
    "of",
    "revert",
    "save",
]
