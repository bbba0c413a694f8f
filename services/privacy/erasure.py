"""The right to erasure: requested, carried out after a day, with visible progress."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from locales import Text, t
from services.core import audit, clock, jobs
from services.core.errors import Conflict, NotFound
from services.core.transactions import rows, transaction
from services.privacy import erasing

JOB = "privacy.erase"
TIME_TO_THINK = timedelta(hours=24)
ATTEMPTS = 1_000_000  # no failure may end it; pauses between attempts grow to an hour

_REQUEST = "INSERT INTO erasures (user_id, due_at) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id"
_PENDING = """
SELECT e.id, e.user_id, e.requested_at, e.due_at, e.begun_at, e.step,
       CASE WHEN j.error IS NOT NULL AND j.leased_until IS NULL THEN j.due_at END AS again_at
  FROM erasures e LEFT JOIN jobs j ON j.guild_id = 0 AND j.key = $2 || ':' || e.id
 WHERE e.user_id = $1 AND e.done_at IS NULL"""
_CANCEL = "DELETE FROM erasures WHERE user_id = $1 AND begun_at IS NULL AND done_at IS NULL RETURNING id"
_DUE = "SELECT id, due_at FROM erasures WHERE done_at IS NULL AND due_at <= tatiana_now() ORDER BY id"


@dataclass(frozen=True, slots=True)
class ErasureRequest:
    """A request for erasure; it can be cancelled until it has begun."""

    id: int
    user_id: int
    requested_at: datetime
    due_at: datetime
    begun_at: datetime | None
    step: str | None
    again_at: datetime | None  # when the next attempt follows if the last one failed

    @property
    def due(self) -> bool:
        """Whether the waiting period is over."""
        return self.due_at <= clock.now()

    @property
    def waits_for(self) -> Text:
        """Why it is not done yet, in words."""
        if self.begun_at:
            return erasing.step_words(self.step)
        return t("Waiting to start") if self.due else t("Waiting for the 24 hours to pass")


async def request(user_id: int, *, request_id: str = "", now: datetime | None = None) -> ErasureRequest:
    """Request erasure in a day; a second call returns the first request."""
    due_at = (now or clock.now()) + TIME_TO_THINK
    async with transaction():
        for row in await rows(_REQUEST, user_id, due_at):
            await audit.record(0, user_id, "erasure.requested", str(user_id), request_id=request_id)
            await _enqueue(row["id"], due_at)
        (wish,) = await rows(_PENDING, user_id, JOB)
    return ErasureRequest(**wish)


async def pending(user_id: int) -> ErasureRequest | None:
    """The pending or running request, if there is one."""
    found = await rows(_PENDING, user_id, JOB)
    return ErasureRequest(**found[0]) if found else None


async def cancel(user_id: int, *, request_id: str = "") -> None:
    """Cancel the request; refused if there is none any more."""
    async with transaction():
        gone = await rows(_CANCEL, user_id)
        if not gone:
            if await pending(user_id):
                raise Conflict(t("The deletion has already started and can no longer be stopped."))
            raise NotFound(t("You haven't asked for your data to be deleted."))
        await jobs.remove(0, f"{JOB}:{gone[0]['id']}")
        await audit.record(0, user_id, "erasure.cancelled", str(user_id), request_id=request_id)


async def resume() -> None:
    """Re-enqueue every due request, whatever became of its job."""
    for row in await rows(_DUE):
        await _enqueue(row["id"], row["due_at"])


async def _enqueue(erasure_id: int, due_at: datetime) -> None:
    await jobs.enqueue(JOB, {"erasure": erasure_id}, key=f"{JOB}:{erasure_id}", at=due_at, max_attempts=ATTEMPTS)
