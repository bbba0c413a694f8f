"""Drafts: changes one admin collects across pages, then applies together or discards."""

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
INSERT INTO change_drafts (guild_id, user_id, version, chosen, changed_at) VALUES ($1, $2, $3, $4::jsonb, tatiana_now())
ON CONFLICT (guild_id, user_id) DO UPDATE
   SET version = excluded.version, chosen = excluded.chosen, changed_at = excluded.changed_at"""
_DROP = "DELETE FROM change_drafts WHERE guild_id = $1 AND user_id = $2"


class DraftOvertaken(errors.Conflict):
    """Someone else changed settings in the draft after it was begun, and its owner has not decided yet."""


@dataclass(frozen=True, slots=True)
class Draft:
    """The changes it would make now; `clashes` are settings someone else changed since it was begun."""

    version: int
    changes: Mapping[str, ValueChange]
    clashes: Mapping[str, ChangeSet]
    changed_at: datetime


async def of(guild_id: int, user_id: int) -> Draft | None:
    """A person's draft compared with the current settings; None if it is empty."""
    found = await rows(_FIND, guild_id, user_id)
    if not found:
        return None
    now = await storage.read(guild_id)
    chosen = _known(found[0]["chosen"])
    changes = {key: ValueChange(now.values[key], value) for key, value in chosen.items() if value != now.values[key]}
    later = await history.since(guild_id, found[0]["version"])
    last = {key: one for one in later for key in one.changes}
    # Settings changed back, or changed by the owner, don't clash.
    clashes = {key: last[key] for key in history.net(later) if key in changes and last[key].actor_id != user_id}
    return Draft(found[0]["version"], changes, clashes, found[0]["changed_at"]) if changes else None


async def keep(guild_id: int, user_id: int, version: int, changes: Mapping[str, Any]) -> None:
    """Add changes to a draft; values equal to the current ones are removed. BadSetting for invalid ones."""
    await own_ids.look_up(guild_id, changes)
    async with transaction():
        now = await storage.hold(guild_id)
        wanted = checking.checked(now, changes)
        own_ids.check(guild_id, now, wanted)
        found = await rows(_FIND, guild_id, user_id)
        chosen = _known(found[0]["chosen"]) if found else {}
        chosen = {key: value for key, value in chosen.items() if key not in changes} | wanted
        # The older version counts, so that nothing others changed since is overwritten unseen.
        seen = min(version, found[0]["version"]) if found else version
        await _store(guild_id, user_id, seen, chosen)


async def settle(guild_id: int, user_id: int, mine: frozenset[str], version: int) -> None:
    """Resolve clashes up to this version: keep the owner's values in `mine` and drop the other clashing ones.

    Changes others made after this version were not seen when deciding, so they still clash.
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
    """Discard a person's draft."""
    await rows(_DROP, guild_id, user_id)


async def apply(guild_id: int, user_id: int, *, request_id: str = "") -> ChangeSet | None:
    """Apply a draft as one change, once; DraftOvertaken if someone else changed the same setting."""
    found = await rows(_FIND, guild_id, user_id)
    await own_ids.look_up(guild_id, _known(found[0]["chosen"]) if found else {})
    async with transaction():
        await storage.hold(guild_id)  # before the draft, as everywhere, to avoid a deadlock
        draft = await of(guild_id, user_id)
        if draft and draft.clashes:
            raise DraftOvertaken(
                t("The settings were changed in the meantime, so nothing was saved. Please review them and try again.")
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
    """Only settings that this release knows; another may have stored more."""
    return {key: value for key, value in orjson.loads(stored).items() if key in SETTINGS}
