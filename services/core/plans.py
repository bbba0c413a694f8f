"""Planned actions that a person was shown and may confirm for a limited time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import orjson

from locales import t
from services.core import clock
from services.core.errors import Conflict
from services.core.transactions import rows

LIFE = timedelta(minutes=15)

_KEEP = """
INSERT INTO plans (guild_id, actor_id, action, details, expires_at) VALUES ($1, $2, $3, $4::jsonb, $5) RETURNING id"""
_OPEN = "FROM plans WHERE guild_id = $1 AND id = $2 AND actor_id = $3 AND action = $4 AND expires_at > $5"
_LOOK = f"SELECT details {_OPEN}"
_TAKE = f"DELETE {_OPEN} RETURNING details"


class NoPlan(Conflict):
    """The plan was confirmed, dropped, or has expired."""


async def keep(guild_id: int, actor_id: int, action: str, details: Mapping[str, Any]) -> int:
    """Store a plan before showing it; returns the id for its confirm button."""
    until = clock.now() + LIFE
    (row,) = await rows(_KEEP, guild_id, actor_id, action, orjson.dumps(details).decode(), until)
    return int(row["id"])


async def take(guild_id: int, plan_id: int, actor_id: int, action: str) -> dict[str, Any]:
    """Take a plan that was shown to this person, once; NoPlan the second time, after it expired, or for others."""
    return await _open(_TAKE, guild_id, plan_id, actor_id, action)


async def look(guild_id: int, plan_id: int, actor_id: int, action: str) -> dict[str, Any]:
    """The same plan, without taking it."""
    return await _open(_LOOK, guild_id, plan_id, actor_id, action)


async def _open(sql: str, guild_id: int, plan_id: int, actor_id: int, action: str) -> dict[str, Any]:
    found = await rows(sql, guild_id, plan_id, actor_id, action, clock.now())
    if not found:
        raise NoPlan(t("This plan has already been used or is older than 15 minutes. Please start again."))
    details: dict[str, Any] = orjson.loads(found[0]["details"])
    return details
