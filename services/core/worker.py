"""The worker: takes jobs under a lease, runs them, and drops those another worker has taken over."""

from __future__ import annotations

import asyncio
import contextlib
import random
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextvars import Context
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog

from services.core import audit, notifications
from services.core.jobs import REQUEST
from services.core.notifications import Connect
from services.core.transactions import Row, rows, transaction

log = structlog.get_logger(__name__)

LEASE = 30.0  # seconds a job belongs to one worker unless renewed
POLL = 5.0  # seconds between polls; a notification usually comes first
LONGEST_PAUSE = 3600.0  # seconds between attempts
RESERVED = 4  # slots that only jobs people wait for may use
CHANNEL = "jobs"

# A job kind unknown to this release is left to the newer one being rolled out. Materialized, so that the limit holds:
# PostgreSQL may run a subquery within IN once per row, and each time take other jobs.
_CLAIM = """
WITH due AS MATERIALIZED (
    SELECT id FROM jobs
     WHERE failed_at IS NULL AND due_at <= tatiana_now() AND (leased_until IS NULL OR leased_until < now())
       AND kind = ANY($4)
     ORDER BY due_at LIMIT $1 FOR UPDATE SKIP LOCKED)
UPDATE jobs SET leased_until = now() + make_interval(secs => $2), leased_by = $3, attempts = attempts + 1
  FROM due WHERE jobs.id = due.id
RETURNING jobs.id, guild_id, kind, payload, attempts, max_attempts,
          extract(epoch FROM tatiana_now() - due_at)::float8 AS late"""
# In two halves: the index finds the next job to come, however many wait, and few are due at any moment.
_NEXT = """
SELECT greatest(0.05, least($2::float8, extract(epoch FROM least(
    (SELECT min(due_at) - tatiana_now() FROM jobs
      WHERE failed_at IS NULL AND due_at > tatiana_now() AND kind = ANY($1)),
    (SELECT min(coalesce(leased_until, now())) - now() FROM jobs
      WHERE failed_at IS NULL AND due_at <= tatiana_now() AND kind = ANY($1))
)))) AS wait"""
_RENEW = """
UPDATE jobs SET leased_until = now() + make_interval(secs => $3) WHERE id = $1 AND attempts = $2 AND leased_by = $4"""
# The attempt number is the fencing token: a worker that overslept its lease finds it raised.
_FENCE = "SELECT id FROM jobs WHERE id = $1 AND attempts = $2 AND leased_by = $3 FOR UPDATE"
_KEEP = """
UPDATE jobs SET payload = payload || $4::jsonb WHERE id = $1 AND attempts = $2 AND leased_by = $3 RETURNING id"""
_DONE = "DELETE FROM jobs WHERE id = $1 AND attempts = $2 AND leased_by = $3"
_RETRY = """
UPDATE jobs SET due_at = tatiana_now() + make_interval(secs => $4), leased_until = NULL, leased_by = NULL, error = $5
 WHERE id = $1 AND attempts = $2 AND leased_by = $3"""
_POISON = """
UPDATE jobs SET failed_at = tatiana_now(), error = $4 WHERE id = $1 AND attempts = $2 AND leased_by = $3 RETURNING id"""
_GIVE_BACK = """
UPDATE jobs SET leased_until = NULL, leased_by = NULL, attempts = attempts - 1
 WHERE leased_by = $1 AND failed_at IS NULL"""


class LostLease(Exception):
    """Another worker has taken this job; nothing more may be written here."""


class NotYet(Exception):
    """The job can't be done now, which is no fault of its own; it is tried again in `pause` seconds."""

    def __init__(self, why: object, pause: float) -> None:
        super().__init__(str(why))
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Task:
    """One job held by this worker."""

    id: int
    guild_id: int
    kind: str
    payload: dict[str, Any]
    attempt: int
    last: bool
    worker: uuid.UUID

    @contextlib.asynccontextmanager
    async def completing(self) -> AsyncIterator[None]:
        """A transaction in which the job's effect and its completion happen together or not at all."""
        async with self.holding():
            yield
            await rows(_DONE, self.id, self.attempt, self.worker)

    @contextlib.asynccontextmanager
    async def holding(self) -> AsyncIterator[None]:
        """A transaction that only commits while this worker holds the job; more is to be done after it."""
        async with transaction():
            if not await rows(_FENCE, self.id, self.attempt, self.worker):
                raise LostLease
            yield

    async def keep(self, **facts: Any) -> None:
        """Record in the payload how far the job has come, for whoever goes on with it; LostLease if someone does."""
        if not await rows(_KEEP, self.id, self.attempt, self.worker, orjson.dumps(facts).decode()):
            raise LostLease
        self.payload.update(facts)


Handler = Callable[[Task], Awaitable[object]]


@dataclass(slots=True)
class Worker:
    """Runs due jobs, at most `slots` at once; each at least once, by one worker at a time.

    People wait for jobs of the `awaited` kinds, so these don't queue behind others: some slots are theirs alone.
    """

    handlers: Mapping[str, Handler]
    slots: int = 10
    awaited: Collection[str] = ()
    lease: float = LEASE
    observe: Callable[[str, float], None] = lambda _kind, _late: None
    id: uuid.UUID = field(default_factory=uuid.uuid4)
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _running: dict[asyncio.Task[None], str] = field(default_factory=dict)

    async def run(self, stop: asyncio.Event, grace: float = 10.0) -> None:
        """Work until `stop`, then end."""
        stopping = asyncio.ensure_future(stop.wait())
        while not stop.is_set():
            self._wake.clear()
            if not await self._take():
                await self._rest(stopping)
        stopping.cancel()
        await self.end(grace)

    def wake(self, *_: object) -> None:
        """Look for due jobs soon."""
        self._wake.set()

    def run_here(self, row: Row) -> None:
        """Run a job that this worker holds already."""
        # A fresh context: nothing of whoever woke the worker belongs in a job.
        running = asyncio.get_running_loop().create_task(self._one(row), context=Context())
        self._running[running] = row["kind"]
        running.add_done_callback(self._let_go)

    @property
    def free(self) -> int:
        """Free slots."""
        return max(0, self.slots - len(self._running))

    @property
    def _lanes(self) -> list[list[str]]:
        """The kinds that people wait for, and the others."""
        lanes = ([kind for kind in self.handlers if (kind in self.awaited) is first] for first in (True, False))
        return [lane for lane in lanes if lane]

    def _free_for(self, lane: list[str]) -> int:
        if not self.awaited or lane[0] in self.awaited:
            return self.free
        others = sum(kind not in self.awaited for kind in self._running.values())
        return min(self.free, max(0, self.slots - RESERVED - others))

    async def _take(self) -> bool:
        """Start due jobs in free slots; whether there were any."""
        found = False
        for lane in self._lanes:
            if not (free := self._free_for(lane)):
                continue
            try:
                taken = await rows(_CLAIM, free, self.lease, self.id, lane)
            except Exception as error:  # the database may be away; it will come back
                log.warning("no jobs to be had", error=repr(error))
                return found
            for row in sorted(taken, key=lambda row: row["late"], reverse=True):  # as they came due
                self.run_here(row)
            found = found or bool(taken)
        return found

    def _let_go(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self.wake()

    async def _rest(self, stopping: asyncio.Future[Any]) -> None:
        """Sleep until a job is due, a job is added, or a slot is free."""
        woken = asyncio.ensure_future(self._wake.wait())
        await asyncio.wait({woken, stopping}, timeout=await self._pause(), return_when=asyncio.FIRST_COMPLETED)
        woken.cancel()

    async def _pause(self) -> float:
        if kinds := [kind for lane in self._lanes if self._free_for(lane) for kind in lane]:
            with contextlib.suppress(Exception):
                (row,) = await rows(_NEXT, kinds, POLL)
                return float(row["wait"])
        return POLL

    async def _one(self, row: Row) -> None:
        payload = orjson.loads(row["payload"])
        if cause := payload.pop(REQUEST, None):
            structlog.contextvars.bind_contextvars(request_id=cause)
        last = row["attempts"] >= row["max_attempts"]
        task = Task(row["id"], row["guild_id"], row["kind"], payload, row["attempts"], last, self.id)
        structlog.contextvars.bind_contextvars(job=task.id, kind=task.kind)
        self.observe(task.kind, row["late"])
        keeping = asyncio.create_task(self._keep(task))
        try:
            if task.attempt > row["max_attempts"]:
                raise RuntimeError("the worker died with this job too often")
            await self.handlers[task.kind](task)
            await rows(_DONE, task.id, task.attempt, self.id)
        except LostLease:
            log.warning("job taken over by another worker")
        except NotYet as wait:
            log.info("job put off", attempt=task.attempt, why=str(wait)[:300], pause=round(wait.pause, 1))
            with contextlib.suppress(Exception):  # then the lease expires, and the job is tried again
                await rows(_RETRY, task.id, task.attempt, self.id, wait.pause, str(wait)[:2000])
        except Exception as error:  # a job may fail in any way; it must never take down the worker
            await self._failed(task, error)
        finally:
            keeping.cancel()

    async def _keep(self, task: Task) -> None:
        while True:
            await asyncio.sleep(self.lease / 3)
            with contextlib.suppress(Exception):  # without the database, the lease simply expires
                await rows(_RENEW, task.id, task.attempt, self.lease, self.id)

    async def _failed(self, task: Task, error: Exception) -> None:
        said = repr(error)[:2000]
        log.error("job failed", attempt=task.attempt, given_up=task.last, error=said[:300])
        with contextlib.suppress(Exception):  # then the lease expires, and the job is tried again
            if task.last:
                await self._give_up(task, said)
            else:
                pause = min(LONGEST_PAUSE, 2**task.attempt) * random.uniform(0.8, 1.2)  # noqa: S311  (jitter)
                await rows(_RETRY, task.id, task.attempt, self.id, pause, said)

    async def _give_up(self, task: Task, said: str) -> None:
        """Abandon a job and notify its server; for the installation's own jobs, metrics and logs do."""
        async with transaction():
            gone = await rows(_POISON, task.id, task.attempt, self.id, said)
            if gone and task.guild_id:
                await audit.record(task.guild_id, 0, "job.failed", task.kind, {"job": task.id})

    async def end(self, grace: float) -> None:
        """Finish running jobs within `grace` seconds and release the rest."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        with contextlib.suppress(Exception):
            await rows(_GIVE_BACK, self.id)


async def listen(worker: Worker, connect: Connect, stop: asyncio.Event) -> None:
    """Wake the worker on each notification, over its own connection, until `stop`."""
    async with asyncio.TaskGroup() as group:
        hearing = group.create_task(notifications.listen(connect, CHANNEL, worker.wake))
        await stop.wait()
        hearing.cancel()
