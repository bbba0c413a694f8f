"""Saving settings: one transaction, one change set, and nobody's change lost under another's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

import orjson

from locales import Text, join, t
from services import audit, errors
from services.settings import cache, checking, modules, storage
from services.settings.storage import Snapshot
from services.transactions import Row, after_commit, rows, transaction

_APPEND = """
INSERT INTO change_sets (guild_id, number, actor_id, source, changes, reverts, request_id)
VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7) RETURNING *"""
_SINCE = "SELECT * FROM change_sets WHERE guild_id = $1 AND number > $2 ORDER BY number"

MISSING = object()


class Source(StrEnum):
    """Which door a change came through."""

    COMMAND = "command"
    DASHBOARD = "dashboard"
    API = "api"
    SETUP = "setup"
    REVERT = "revert"
    APPLY = "apply"


@dataclass(frozen=True, slots=True)
class Both:
    """One setting's value before and after, as JSON holds them."""

    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What one save changed; `number` is the version of the settings that it led to."""

    number: int
    actor_id: int
    source: Source
    changes: Mapping[str, Both]
    reverts: int | None
    request_id: str
    created_at: datetime

    @property
    def version_before(self) -> int:
        return self.number - 1


@dataclass(frozen=True, slots=True)
class Clash:
    """One setting that somebody else changed in the meantime; `yours` is MISSING if you left it alone."""

    key: str
    was: Any
    now: Any
    yours: Any
    number: int
    actor_id: int


class Conflict(errors.Conflict):
    """Settings were changed in the meantime; `clashes` hold both values of each, `version` is the present one."""

    def __init__(self, text: Text, version: int, clashes: Sequence[Clash]) -> None:
        super().__init__(join([text, *map(_clash, clashes)]))
        self.version, self.clashes = version, tuple(clashes)


async def save(
    guild_id: int,
    actor_id: int,
    changes: Mapping[str, Any],
    *,
    source: Source,
    version: int | None = None,
    merge: bool = False,
    reverts: int | None = None,
    request_id: str = "",
) -> ChangeSet | None:
    """Store values by key as one change set; None if they are what they were.

    With a `version`, whatever somebody else changed after it is a `Conflict`; with `merge`, only what both changed is.
    """
    async with transaction():
        now = await storage.hold(guild_id)
        wanted = checking.checked(now, changes)
        if version is not None and version != now.version:
            await _refuse_clashes(guild_id, now, version, dict(changes) | wanted, merge=merge)
        if not wanted:
            return None
        after = now.with_values(wanted)
        await storage.write(guild_id, after)
        both = {key: {"before": now.values[key], "after": value} for key, value in wanted.items()}
        stored = orjson.dumps(both).decode()
        (row,) = await rows(_APPEND, guild_id, after.version, actor_id, source, stored, reverts, request_id)
        details = {"source": source, "reverts": reverts, "changes": both}
        await audit.record(guild_id, actor_id, "settings.changed", f"#{after.version}", details, request_id)
        await after_commit(partial(cache.changed, guild_id, after))
    return change_set(row)


def change_set(row: Row) -> ChangeSet:
    """A change set as it is stored."""
    changes = {key: Both(**both) for key, both in orjson.loads(row["changes"]).items()}
    return ChangeSet(
        row["number"],
        row["actor_id"],
        Source(row["source"]),
        changes,
        row["reverts"],
        row["request_id"],
        row["created_at"],
    )


async def since(guild_id: int, version: int) -> list[ChangeSet]:
    """What was changed after a version, oldest first."""
    return [change_set(row) for row in await rows(_SINCE, guild_id, version)]


def net(later: Sequence[ChangeSet]) -> dict[str, Both]:
    """What several change sets in a row come to, without what was changed back."""
    sum_: dict[str, Both] = {}
    for one in later:
        for key, both in one.changes.items():
            sum_[key] = Both(sum_[key].before if key in sum_ else both.before, both.after)
    return {key: both for key, both in sum_.items() if both.before != both.after}


async def _refuse_clashes(guild_id: int, now: Snapshot, version: int, yours: Mapping[str, Any], *, merge: bool) -> None:
    later = await since(guild_id, version)
    last = {key: one for one in later for key in one.changes}
    clashes = [
        Clash(key, both.before, both.after, yours.get(key, MISSING), last[key].number, last[key].actor_id)
        for key, both in net(later).items()
        if not merge or yours.get(key, both.after) != both.after
    ]
    if clashes or version > now.version:
        text = t("Settings were changed while you looked at them, so nothing was saved. Look again, then decide.")
        raise Conflict(text, now.version, clashes)


def _clash(one: Clash) -> Text:
    setting = modules.SETTINGS.get(one.key)
    if setting is None:
        return t(
            "`{name}` was changed in #{number} by {member}",
            name=one.key,
            number=str(one.number),
            member=f"<@{one.actor_id}>",
        )
    return t(
        "{label}: {before} → **{after}** in #{number} by {member}",
        label=setting.kind.label,
        before=setting.kind.shown(one.was),
        after=setting.kind.shown(one.now),
        number=str(one.number),
        member=f"<@{one.actor_id}>",
    )
