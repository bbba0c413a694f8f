"""Warm-up: do once at startup what the first requests would otherwise wait for."""

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

CONNECTIONS = 8  # as many as commands that may write at once
NOBODY, NOWHERE = 0, 0


async def up(parts: Parts) -> None:
    """Open connections, run one query of each kind, import late modules; failures are left to the first request."""
    steps = (
        asyncio.gather(*(rows("SELECT 1") for _ in range(CONNECTIONS))),
        parts.reserved.open(),
        languages.chosen(NOBODY, NOWHERE),
        permissions.of(NOWHERE),
        earnings.account(NOWHERE, NOBODY),
        idempotency.recall(NOWHERE, "warm"),
        parts.redis.ping(),
        asyncio.to_thread(import_module, "discord_api.transport"),
    )
    for step in steps:
        try:
            await step
        except Exception as error:  # any failure is reported by whatever really needs it
            log.warning("not warm", error=repr(error)[:300])
