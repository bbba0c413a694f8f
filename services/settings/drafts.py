"""Changes that one admin collects over several pages, and then applies together or drops."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from locales import t
from services.core import errors
from services.core.transactions import rows, transaction
from services.settings import checking, history, own_ids, storage
from services.settings.changes import save
from services.settings.history import ChangeSet, Source, ValueChange
from services.settings.modules import SETTINGS

_FIND = "SELECT version, chosen, changed_at FROM change_drafts WHERE guild_id = $1 AND user_id = $2"
_KEEP = """
INSERT INTO change_drafts (guild_id, user_id, version, chosen, changed_at) VALUES ($1, $2, $3, $4::jsonb, now())
ON CONFLICT (guild_id, user_id) DO UPDATE
   SET version = excluded.version, chosen = excluded.chosen, changed_at = excluded.changed_at"""
_DROP = "DELETE FROM change_drafts WHERE guild_id = $1 AND user_id = $2"


class DraftOvertaken(errors.Conflict):
    """Somebody else changed settings of the draft after it was begun, and its owner has not chosen yet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What would change if it were applied now; `clashes` are those that somebody else changed since it was begun."""

    version: int
    changes: Mapping[str, ValueChange]
    clashes: Mapping[str, ChangeSet]
    changed_at: datetime


async def of(guild_id: int, user_id: int) -> Draft | None:
    """Somebody's draft against the settings of now; None if there is nothing in it."""
    found = await rows(_FIND, guild_id, user_id)
    if not found:
        return None
    now = await storage.read(guild_id)
    chosen = _known(found[0]["chosen"])
    changes = {key: ValueChange(now.values[key], value) for key, value in chosen.items() if value != now.values[key]}
    later = await history.since(guild_id, found[0]["version"])
    last = {key: one for one in later for key in one.changes}
    # What went back to what it was, and what one did oneself, is no surprise.
    clashes = {key: last[key] for key in history.net(later) if key in changes and last[key].actor_id != user_id}
    return Draft(found[0]["version"], changes, clashes, found[0]["changed_at"]) if changes else None


async def keep(guild_id: int, user_id: int, version: int, changes: Mapping[str, Any]) -> None:
    """Add changes to somebody's draft; what is as it is now drops out of it. Refuses what no setting may be."""
    await own_ids.look_up(guild_id, changes)
    async with transaction():
        now = await storage.hold(guild_id)
        wanted = checking.checked(now, changes)
        own_ids.check(guild_id, now, wanted)
        found = await rows(_FIND, guild_id, user_id)
        chosen = _known(found[0]["chosen"]) if found else {}
        chosen = {key: value for key, value in chosen.items() if key not in changes} | wanted
        # The older look counts: what others changed after it must not be lost unseen.
        seen = min(version, found[0]["version"]) if found else version
        await _store(guild_id, user_id, seen, chosen)


async def settle(guild_id: int, user_id: int, mine: frozenset[str], version: int) -> None:
    """Keep those of one's changes although others changed them too, up to this version, and drop the clashing rest.

    What others changed after this version was not seen when this was chosen, so it stays a question.
    """
    async with transaction():
        now = await storage.hold(guild_id)
        draft = await of(guild_id, user_id)
        if draft is None:
            return
        lost = {key for key, one in draft.clashes.items() if key not in mine and one.number <= version}
        kept = {key: both.after for key, both in draft.changes.items() if key not in lost}
        await _store(guild_id, user_id, min(version, now.version), kept)


async def drop(guild_id: int, user_id: int) -> None:
    """Forget somebody's draft."""
    await rows(_DROP, guild_id, user_id)


async def apply(guild_id: int, user_id: int, *, request_id: str = "") -> ChangeSet | None:
    """Make all changes of a draft as one, and only once; `Overtaken` if somebody else changed the same setting."""
    found = await rows(_FIND, guild_id, user_id)
    await own_ids.look_up(guild_id, _known(found[0]["chosen"]) if found else {})
    async with transaction():
        await storage.hold(guild_id)  # before the draft, as everywhere, or two wait for each other
        draft = await of(guild_id, user_id)
        if draft and draft.clashes:
            raise DraftOvertaken(
                t("Settings were changed while you looked at them, so nothing was saved. Look again, then decide.")
            )
        await drop(guild_id, user_id)
        if draft is None:
            return None
        chosen = {key: both.after for key, both in draft.changes.items()}
        return await save(guild_id, user_id, chosen, source=Source.DASHBOARD, request_id=request_id)


async def _store(guild_id: int, user_id: int, version: int, chosen: Mapping[str, Any]) -> None:
    if chosen:
        await rows(_KEEP, guild_id, user_id, version, orjson.dumps(chosen).decode())
    else:
        await drop(guild_id, user_id)


def _known(stored: str) -> dict[str, Any]:
    """What a release before this one may have known and this one does not, is no setting any more."""
    return {key: value for key, value in orjson.loads(stored).items() if key in SETTINGS}
