"""The history of settings changes: one, a page, or the net effect of several."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

from locales import t
from services.core.errors import NotFound
from services.core.transactions import Row, rows
from services.settings import storage
from services.settings.modules import SETTINGS

MAX_CHANGE_SETS_PER_PAGE = 100  # change sets on one page

_COLUMNS = "number, actor_id, source, changes, reverts, request_id, created_at"
_SINCE = f"SELECT {_COLUMNS} FROM change_sets WHERE guild_id = $1 AND number > $2 ORDER BY number"  # noqa: S608  # nosec B608  (our own names, here and below)
_PAGE = f"""
SELECT {_COLUMNS} FROM change_sets WHERE guild_id = $1 AND number < $2 ORDER BY number DESC LIMIT $3"""  # noqa: S608  # nosec B608
_ONE = f"SELECT {_COLUMNS} FROM change_sets WHERE guild_id = $1 AND number = $2"  # noqa: S608  # nosec B608
_NEWEST = 2**31 - 1


class NoChangeSet(NotFound):
    """The guild has no change set with this number."""


class Source(StrEnum):
    """Where a change was made."""

    COMMAND = "command"
    DASHBOARD = "dashboard"
    API = "api"
    SETUP = "setup"
    REVERT = "revert"
    APPLY = "apply"


@dataclass(frozen=True, slots=True)
class ValueChange:
    """One setting's value before and after, as JSON holds them."""

    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """The changes of one save; `number` is the resulting version of the settings."""

    number: int
    actor_id: int
    source: Source
    changes: Mapping[str, ValueChange]
    reverts: int | None
    request_id: str
    created_at: datetime

    @property
    def version_before(self) -> int:
        return self.number - 1


@dataclass(frozen=True, slots=True)
class Page:
    """A page of change sets, newest first; `older` is the cursor of the next page, if any."""

    change_sets: tuple[ChangeSet, ...]
    older: int | None


def change_set(row: Row) -> ChangeSet:
    """A change set from its row."""
    changes = {key: ValueChange(**both) for key, both in orjson.loads(row["changes"]).items()}
    return ChangeSet(**row | {"source": Source(row["source"]), "changes": changes})


async def page(guild_id: int, *, before: int | None = None, limit: int = 10) -> Page:
    """A page of the newest change sets, or those before a number."""
    limit = max(1, min(limit, MAX_CHANGE_SETS_PER_PAGE))
    found = [change_set(row) for row in await rows(_PAGE, guild_id, min(before or _NEWEST, _NEWEST), limit + 1)]
    return Page(tuple(found[:limit]), found[limit - 1].number if len(found) > limit else None)


async def find(guild_id: int, number: int) -> ChangeSet:
    """One change set; NoChangeSet if the guild has none with this number."""
    found = await rows(_ONE, guild_id, number) if 0 < number <= _NEWEST else []
    if not found:
        raise NoChangeSet(t("There is no change #{number} in this server.", number=str(number)))
    return change_set(found[0])


async def since(guild_id: int, version: int) -> list[ChangeSet]:
    """Changes after a version, oldest first."""
    return [change_set(row) for row in await rows(_SINCE, guild_id, version)]


def net(later: Sequence[ChangeSet]) -> dict[str, ValueChange]:
    """The net changes of several consecutive change sets."""
    sum_: dict[str, ValueChange] = {}
    for one in later:
        for key, both in one.changes.items():
            sum_[key] = ValueChange(sum_[key].before if key in sum_ else both.before, both.after)
    return {key: both for key, both in sum_.items() if both.before != both.after}


async def difference(guild_id: int, version: int | None = None) -> dict[str, ValueChange]:
    """How the current settings differ from an earlier version or from the defaults."""
    if version is not None:
        return net(await since(guild_id, version))
    values = (await storage.read(guild_id)).values
    return {
        key: ValueChange(setting.default, values[key])
        for key, setting in SETTINGS.items()
        if values[key] != setting.default
    }
