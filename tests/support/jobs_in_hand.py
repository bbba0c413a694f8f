"""Jobs that a test runs itself instead of a worker."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from typing import Any

from models import Job
from services.core.worker import Task


async def in_hand(guild_id: int, kind: str, payload: dict[str, Any], attempt: int) -> Task:
    """A stored job leased to the test at that attempt, out of reach of workers."""
    lease = uuid.uuid4()
    far_off = datetime(2999, 1, 1, tzinfo=UTC)
    job = await Job.create(
        guild_id=guild_id, kind=kind, payload=payload, due_at=far_off, attempts=attempt, leased_by=lease
    )
    return Task(job.id, guild_id, kind, payload, attempt, False, lease)
