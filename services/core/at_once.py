"""Jobs that the process which adds them runs itself, as soon as its transaction commits.

Such a job is stored as held by this process's worker. If the transaction rolls back, there is no job; if the
process dies, any worker takes over when the lease ends.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from services.core import jobs
from services.core.transactions import Row, after_commit
from services.core.worker import Worker

_own: list[Worker] = []


def use(worker: Worker | None) -> None:
    """Set this process's worker, or none once it ends."""
    _own[:] = [worker] if worker else []


async def enqueue(kind: str, payload: dict[str, Any], *, guild_id: int, key: str, max_attempts: int) -> None:
    """Add a job in the current transaction and start it after the commit; a busy process leaves it to others."""
    worker = next((one for one in _own if one.free), None)
    held = worker and await jobs.enqueue_held(
        kind, payload, worker.id, worker.lease, guild_id=guild_id, key=key, max_attempts=max_attempts
    )
    if worker and held:
        await after_commit(partial(_start, worker, held))
    else:
        await jobs.enqueue(kind, payload, guild_id=guild_id, key=key, max_attempts=max_attempts)


async def _start(worker: Worker, held: Row) -> None:
    if worker in _own:  # after its end, the lease ends too
        worker.run_here(held)
