"""/setup: a guild's first settings, chosen step by step, stored so that any admin can continue, and saved together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import orjson

from locales import t
from services import settings
from services.core.errors import NotFound
from services.core.transactions import fetch, rows, transaction
from services.settings import ChangeSet, Source, checking, own_ids, storage


class Step(StrEnum):
    """The steps, in order."""

    LANGUAGE = "language"
    ZONE = "zone"
    STAFF = "staff"
    LOG = "log"
    PAY = "pay"
    REVIEW = "review"

    @property
    def next(self) -> Step:
        return _ORDER[min(_ORDER.index(self) + 1, len(_ORDER) - 1)]

    @property
    def before(self) -> Step:
        return _ORDER[max(_ORDER.index(self) - 1, 0)]


_ORDER = tuple(Step)

# Pay levels for quiet and for busy servers.
PAY: Mapping[str, Mapping[str, Any]] = {
    "calm": {"economy.daily": 100, "economy.work_least": 10, "economy.work_most": 30, "economy.bet_percent": 5},
    "usual": {"economy.daily": 200, "economy.work_least": 20, "economy.work_most": 60, "economy.bet_percent": 10},
    "lively": {"economy.daily": 500, "economy.work_least": 50, "economy.work_most": 150, "economy.bet_percent": 25},
}


def pay(name: str) -> Mapping[str, Any]:
    """The settings of a pay level; refused if there is none with this name."""
    if name not in PAY:
        raise NotFound(t("I don't know that option. Please choose again."))
    return PAY[name]


_BEGIN = """
INSERT INTO setup_drafts (guild_id, step, chosen, begun_by, begun_at, changed_by, changed_at)
VALUES ($1, $2, '{}', $3, tatiana_now(), $3, tatiana_now()) ON CONFLICT DO NOTHING"""
_READ = "SELECT step, chosen, begun_by, begun_at FROM setup_drafts WHERE guild_id = $1"
_WRITE = """
UPDATE setup_drafts SET step = $2, chosen = chosen || $3::jsonb, changed_by = $4, changed_at = tatiana_now()
 WHERE guild_id = $1 RETURNING step, chosen, begun_by, begun_at"""
_END = "DELETE FROM setup_drafts WHERE guild_id = $1 RETURNING step, chosen, begun_by, begun_at"


@dataclass(frozen=True, slots=True)
class Draft:
    """The current step, and the values chosen so far, by setting."""

    step: Step
    chosen: Mapping[str, Any]
    begun_by: int
    begun_at: datetime


async def begin(guild_id: int, user_id: int) -> Draft:
    """Begin, or continue where someone stopped."""
    await rows(_BEGIN, guild_id, Step.LANGUAGE, user_id)
    (draft,) = await fetch(Draft, _READ, guild_id)
    return draft


async def choose(guild_id: int, user_id: int, step: Step, chosen: Mapping[str, Any], then: Step | None = None) -> Draft:
    """Store a choice and go to the next step; refused if the choice is invalid."""
    await own_ids.look_up(guild_id, chosen)
    now = await settings.now(guild_id)
    own_ids.check(guild_id, now, checking.checked(now, chosen))
    async with transaction():
        await rows(_BEGIN, guild_id, step, user_id)
        (draft,) = await fetch(Draft, _WRITE, guild_id, then or step.next, orjson.dumps(dict(chosen)).decode(), user_id)
    return draft


async def look_up(guild_id: int) -> None:
    """Check chosen roles and channels with Discord, before the transaction of `finish`."""
    found = await fetch(Draft, _READ, guild_id)
    await own_ids.look_up(guild_id, found[0].chosen if found else {})


async def finish(guild_id: int, user_id: int, *, request_id: str = "") -> ChangeSet | None:
    """Save all choices as one change; None if nothing changes or someone else finished meanwhile."""
    async with transaction():
        await storage.hold(guild_id)
        ended = await fetch(Draft, _END, guild_id)
        chosen = ended[0].chosen if ended else {}
        return await settings.save(guild_id, user_id, chosen, source=Source.SETUP, request_id=request_id)
