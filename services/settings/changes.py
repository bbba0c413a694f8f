"""Saving settings: one transaction, one change set, and no change silently overwritten."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import orjson

from locales import Text, join, n, t
from services.core import audit, errors
from services.core.mentions import mention
from services.core.transactions import after_commit, rows, transaction
from services.settings import cache, checking, history, modules, own_ids, storage
from services.settings.history import ChangeSet, Source
from services.settings.storage import Snapshot

_APPEND = """
INSERT INTO change_sets (guild_id, number, actor_id, source, changes, reverts, request_id)
VALUES ($1, $2, $3, $4, $5::jsonb, $6, $7)
RETURNING number, actor_id, source, changes, reverts, request_id, created_at"""

MISSING = object()
TOLD = 8  # settings named in a refusal


@dataclass(frozen=True, slots=True)
class Clash:
    """One setting that someone else changed meanwhile; `yours` is MISSING if you left it alone."""

    key: str
    was: Any
    now: Any
    yours: Any
    number: int
    actor_id: int


class Conflict(errors.Conflict):
    """Settings were changed meanwhile; `clashes` hold both values of each, `version` is the current one."""

    def __init__(self, text: Text, version: int, clashes: Sequence[Clash]) -> None:
        told = [_told(clash) for clash in clashes[:TOLD]]
        rest = [n("… and {count} more", "… and {count} more", len(clashes) - TOLD)] if len(clashes) > TOLD else []
        super().__init__(join([text, *told, *rest]))
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
    """Store values by key as one change set; None if nothing changes.

    With a `version`, any later change by someone else is a `Conflict`; with `merge`, only changes to the same settings.
    """
    await own_ids.look_up(guild_id, changes)
    async with transaction():
        now = await storage.hold(guild_id)
        wanted = checking.checked(now, changes)
        own_ids.check(guild_id, now, wanted)
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
    return history.change_set(row)


async def _refuse_clashes(guild_id: int, now: Snapshot, version: int, yours: Mapping[str, Any], *, merge: bool) -> None:
    later = await history.since(guild_id, version)
    last = {key: one for one in later for key in one.changes}
    clashes = [
        Clash(key, both.before, both.after, yours.get(key, MISSING), last[key].number, last[key].actor_id)
        for key, both in history.net(later).items()
        if not merge or yours.get(key, both.after) != both.after
    ]
    if clashes or version > now.version:
        text = t("The settings were changed in the meantime, so nothing was saved. Please review them and try again.")
        raise Conflict(text, now.version, clashes)


def _told(one: Clash) -> Text:
    setting = modules.SETTINGS.get(one.key)
    if setting is None:
        return t(
            "`{name}` was changed in #{number} by {member}",
            name=one.key,
            number=str(one.number),
            member=mention(one.actor_id),
        )
    return t(
        "{label}: {before} → **{after}** in #{number} by {member}",
        label=setting.kind.label,
        before=setting.kind.shown(one.was),
        after=setting.kind.shown(one.now),
        number=str(one.number),
        member=mention(one.actor_id),
    )
