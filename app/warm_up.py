"""Doing once, before anybody comes, what the first ones would otherwise wait for."""

from __future__ import annotations

import asyncio
from importlib import import_module
from typing import TYPE_CHECKING

import structlog

from services import permissions
from services.core import idempotency, languages
from services.core.transactions import rows
from services.economy import earnings

if TYPE_CHECKING:
    from app.parts import Parts

log = structlog.get_logger(__name__)

CONNECTIONS = 8  # as many as commands that change something at once
NOBODY, NOWHERE = 0, 0


async def up(parts: Parts) -> None:
    """Open connections, send one query of each kind, load what is loaded late; a fault leaves that to the first."""
    steps = (
        asyncio.gather(*(rows("SELECT 1") for _ in range(CONNECTIONS))),
        parts.reserved.open(),
        languages.chosen(NOBODY, NOWHERE),
        permissions.of(NOWHERE),
        earnings.standing(NOWHERE, NOBODY),
        idempotency.recall(NOWHERE, "warm"),
        parts.redis.ping(),
        asyncio.to_thread(import_module, "discord_api.transport"),
    )
    for step in steps:
        try:
            await step
        except Exception as error:  # whatever it is will be told by what really needs it
            log.warning("not warm", error=repr(error)[:300])
