"""Cases carried out against the playground's Discord, with responses that get lost and processes that die."""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import orjson

from discord_api import current
from discord_api.client import Discord
from discord_api.errors import Unavailable
from models.moderation import CaseKind, CaseState
from playground.client.acting import Play
from playground.world.cast import HARBOUR, MANAGER
from playground.world.entities import Guild
from services.core import at_once
from services.core.actors import Actor
from services.core.transactions import rows, transaction
from services.core.worker import NotYet, Task, Worker
from services.moderation import acting, cases, punishments
from services.moderation.case import Case, Order
from tests.services.core.working import working

STAFF = Actor(MANAGER, "test")
CHANGES = ("PUT", "PATCH", "DELETE", "POST")


class Killed(BaseException):
    """The process is gone in the middle of what it did."""


class Line:
    """A Discord whose responses can be lost, and which notes what was asked."""

    def __init__(self, *, lost: int = 0, silent: bool = False) -> None:
        self.lost = lost  # responses to changes, from the first on
        self.silent = silent
        self.asked: list[tuple[str, str]] = []

    async def request(self, method: str, template: str, *args: Any, **options: Any) -> Any:
        self.asked.append((method, template))
        if self.silent:
            raise Unavailable("nobody there")
        answer = await current.client().request(method, template, *args, **options)
        if self.lost and method in CHANGES and "/guilds/" in template:
            self.lost -= 1
            error = Unavailable("the response was lost")
            error.effect_unknown = True
            raise error
        return answer


class Fate:
    """Kills the process at one of its steps, counted from 1; 0 lets it live."""

    def __init__(self, fatal: int = 0) -> None:
        self.left = fatal

    def step(self) -> None:
        self.left -= 1
        if self.left == 0:
            raise Killed


class MortalLine:
    """Discord, with a step before and after each request."""

    def __init__(self, fate: Fate) -> None:
        self._fate = fate

    async def request(self, *args: Any, **options: Any) -> Any:
        self._fate.step()
        answer = await current.client().request(*args, **options)
        self._fate.step()
        return answer


class MortalTask(Task):
    """A job with a step before and after each of its writes."""

    fate: Fate

    async def keep(self, **facts: Any) -> None:
        self.fate.step()
        await super().keep(**facts)
        self.fate.step()

    @contextlib.asynccontextmanager
    async def holding(self) -> AsyncIterator[None]:
        self.fate.step()
        async with super().holding():
            yield
        self.fate.step()


async def order(kind: CaseKind, user_id: int, key: str = "", **more: Any) -> Case:
    """Order a punishment, which no worker carries out by itself."""
    at_once.use(None)
    wish = Order(action=kind, user_id=user_id, **more)
    async with transaction():
        case = await punishments.order(HARBOUR, STAFF, wish, key=key or uuid.uuid4().hex)
        await rows("UPDATE jobs SET leased_until = now() + interval '1 day' WHERE key = $1", f"act:{case.number}")
    return case


async def attempt(case: Case, line: Any = None, task_class: Callable[..., Task] = Task) -> Case:
    """One attempt of a worker at the job of a case; raises what the job raises."""
    task = await claimed(f"act:{case.number}", task_class)
    case = await acting.act(cast(Discord, line or Line()), task)
    await rows("DELETE FROM jobs WHERE id = $1 AND attempts = $2", task.id, task.attempt)
    return case


async def carried_out(case: Case, line: Any = None) -> Case:
    """The case after as many attempts as it takes."""
    while True:
        with contextlib.suppress(NotYet):
            return await attempt(case, line)


async def survived(case: Case, fatal: int) -> bool:
    """Whether a process that dies at that step, if it gets so far, carried out the case first."""
    fate = Fate(fatal)
    try:
        await attempt(case, MortalLine(fate), type("Mortal", (MortalTask,), {"fate": fate}))
    except Killed:
        return False
    return True


async def claimed(key: str, task_class: Callable[..., Task] = Task) -> Task:
    """The job with this key, taken over from whoever has it."""
    worker = uuid.uuid4()
    (row,) = await rows(
        "UPDATE jobs SET attempts = attempts + 1, leased_by = $2, leased_until = now() + interval '1 day'"
        " WHERE key = $1 RETURNING id, guild_id, kind, payload, attempts",
        key, worker,
    )  # fmt: skip
    payload = orjson.loads(row["payload"])
    return task_class(row["id"], row["guild_id"], row["kind"], payload, row["attempts"], False, worker)


@contextlib.asynccontextmanager
async def acting_here() -> AsyncIterator[Worker]:
    """A process that carries out what it orders."""

    async def act(task: Task) -> None:
        await acting.act(current.client(), task)

    worker = Worker({acting.JOB: act})
    async with working(worker):
        at_once.use(worker)
        yield worker
        at_once.use(None)


def harbour(play: Play) -> Guild:
    return play.world.guilds[HARBOUR]


def messages_to(play: Play, user_id: int) -> list[str]:
    """The direct messages someone got from the bot."""
    return [message.content for message in play.world.dm_with(user_id).messages.values()]


def done_by_the_bot(play: Play, action_type: int, user_id: int) -> list[str]:
    """The reasons of what the bot did to someone, from Discord's audit log."""
    entries = harbour(play).audit_log
    bot = play.world.bot.id
    return [
        str(one.reason)
        for one in entries
        if (one.user_id, one.action_type, one.target_id) == (bot, action_type, user_id)
    ]


async def jobs_of(case: Case) -> list[str]:
    return [row["key"] for row in await rows("SELECT key FROM jobs WHERE key LIKE $1", f"%:{case.number}")]


async def now(case: Case) -> Case:
    return await cases.get(case.guild_id, case.number)


async def has_ended(case: Case) -> bool:
    return (await now(case)).state is CaseState.ENDED
