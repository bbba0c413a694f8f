"""Answers that take longer than Discord waits: promised at once, delivered later, even if this process dies."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import structlog
from tortoise.exceptions import BaseORMException

from discord_api.errors import DiscordError, UnknownMessage
from interactions import render
from interactions.wire import Wire
from locales import SOURCE, Text, t
from services import doubts
from services.doubts import Doubt
from services.promises import Promises
from services.transactions import LOST

if TYPE_CHECKING:
    from discord_api.client import Discord

log = structlog.get_logger(__name__)

JOB = "interaction.finish"
TAKEOVER = 30.0  # seconds after which a worker finishes what its process has not
TOKEN_LIFE = 14 * 60  # seconds; Discord's fifteen minutes, less some for the way
PAUSES = (0.5, 1, 2, 4)  # seconds between questions what a call led to; the last one again and again

_THINKING, _THINKING_UPDATE = 5, 6
_FORM_TOO_LATE = t("The form took too long to open, and nothing was changed. Please try again.")

Json = dict[str, Any]


class Undecided(Exception):
    """The database could not say what a call led to."""


class Outcome(NamedTuple):
    """What a call led to; unless `settled`, the answer says that nothing was changed, which is still to be proven."""

    answer: Json
    how: str
    settled: bool = True


class Change(NamedTuple):
    """A call that may change something: how its outcome is decided for good, and what a retry is recognized by."""

    settle: Callable[[Json], Awaitable[Json]]
    doubt: Doubt


@dataclass(frozen=True, slots=True)
class Promise:
    """An interaction whose answer comes later: shown as "thinking…", or not at all if it changes a message."""

    payload: Json
    private: bool
    changes_message: bool

    @property
    def key(self) -> str:
        return f"finish:{self.payload['id']}"

    def to_json(self) -> Json:
        return {"payload": self.payload, "private": self.private, "changes_message": self.changes_message}


@dataclass(slots=True)
class Deferral:
    """Keeps promises: edits the waiting message with the final answer, once."""

    discord: Callable[[], Discord]
    promises: Promises
    running: set[asyncio.Task[None]] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)  # fingerprints of what can't be looked up now

    async def promise(self, promise: Promise, change: Change | None) -> bool | None:
        """Whether an answer is promised even if this process dies; None if nobody knows whether that was stored."""
        return await self.promises.store(promise.key, promise.to_json(), change.doubt if change else None)

    def wait(self, promise: Promise, task: asyncio.Task[Outcome], change: Change | None) -> Wire:
        """Let `task` go on, and show its outcome later."""
        wire = Wire(orjson.dumps(self._waiting(promise)), sent=asyncio.Event())
        finishing = asyncio.create_task(self._finish(promise, task, change, wire))
        self.running.add(finishing)
        finishing.add_done_callback(self.running.discard)
        return wire

    async def deliver(self, promise: Promise, answer: Json) -> None:
        """Put the final answer where the person waits for it."""
        discord, payload = self.discord(), promise.payload
        application_id, token = _address(payload)
        if answer["type"] == render.MODAL:
            # Discord takes a form as the first answer only.
            log.error("a form can't be shown late", custom_id=answer["data"].get("custom_id"))
            answer = render.sentence(_FORM_TOO_LATE, payload.get("locale") or SOURCE)
        data = answer["data"]
        private = bool(data.get("flags", 0) & render.EPHEMERAL)
        fits = answer["type"] == render.UPDATE if promise.changes_message else private == promise.private
        if fits:
            await discord.edit_original(application_id, token, _as_edit(data))
            return
        if not promise.changes_message:
            # First: a follow-up to a message that still waits would become that message, as visible as it is.
            with contextlib.suppress(UnknownMessage):
                await discord.delete_original(application_id, token)
        await discord.follow_up(application_id, token, data)

    async def drain(self, seconds: float) -> None:
        """Wait so long for the promises that this process still works on; what is left then, a worker keeps."""
        if self.running:
            _, late = await asyncio.wait(set(self.running), timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _finish(self, promise: Promise, task: asyncio.Task[Outcome], change: Change | None, wire: Wire) -> None:
        assert wire.sent is not None
        try:
            outcome = await task
            # Discord knows nothing of the message before it has our first answer.
            async with asyncio.timeout(5):
                await wire.sent.wait()
            answer, doubt = outcome.answer, change.doubt if change else None
            if change and not outcome.settled:
                answer, told = await self._settled(promise, change, answer)
                # Whoever was told that nobody knows may be about to try again, and not look here first.
                doubt = None if told else doubt
            await self.deliver(promise, answer)
            self.promises.forget(promise.key, doubt)
        except Exception as error:  # if there is a job, a worker tries again
            log.warning("promise not kept yet", error=repr(error)[:300])

    async def _settled(self, promise: Promise, change: Change, nothing: Json) -> tuple[Json, bool]:
        """What really happened, as soon as the database says so, and whether it had to be said that nobody knows."""
        told = False
        try:
            for pause in _forever(PAUSES):
                try:
                    answer = await change.settle(nothing)
                    if told:
                        await doubts.note(change.doubt)
                except (BaseORMException, *LOST) as error:
                    log.warning("outcome unknown", error=repr(error)[:300])
                else:
                    return answer, told
                if not still_answerable(promise.payload):
                    break
                if not told:
                    told = True
                    self.unsure.add(change.doubt.fingerprint)
                    await self._tell(promise, doubtful(promise.payload))
                await asyncio.sleep(pause)
        finally:
            self.unsure.discard(change.doubt.fingerprint)
        raise Undecided

    async def _tell(self, promise: Promise, text: Text) -> None:
        """Show this where the answer is going to be, or beside a message that stays as it is until then."""
        said = render.sentence(text, promise.payload.get("locale") or SOURCE)
        with contextlib.suppress(DiscordError):
            if promise.changes_message:
                await self.deliver(promise, said)
            else:
                await self.discord().edit_original(*_address(promise.payload), _as_edit(said["data"]))

    def _waiting(self, promise: Promise) -> Json:
        if promise.changes_message:
            return {"type": _THINKING_UPDATE}
        return {"type": _THINKING, "data": {"flags": render.EPHEMERAL}} if promise.private else {"type": _THINKING}


def _as_edit(data: Json) -> Json:
    """An edit may set the components flag but not the private one, which was decided when waiting began."""
    edit = {key: value for key, value in data.items() if key != "flags"}
    if flags := data.get("flags", 0) & render.COMPONENTS_V2:
        edit["flags"] = flags
    return edit


def _address(payload: Json) -> tuple[int, str]:
    return int(payload["application_id"]), payload["token"]


def _forever(pauses: Sequence[float]) -> Iterator[float]:
    return itertools.chain(pauses, itertools.repeat(pauses[-1]))


def doubtful(payload: Json) -> Text:
    """What is said while nobody knows what an interaction led to."""
    return t(
        "My records stopped answering, so I don't know yet whether this was done. "
        "I'm finding out and will tell you here. Don't repeat it before you have looked: "
        "`/transactions` shows every payment with its receipt. (`{request_id}`)",
        request_id=f"{int(payload['id']):x}",
    )


def still_answerable(payload: Json) -> bool:
    """Whether Discord still accepts an answer to this interaction."""
    made = ((int(payload["id"]) >> 22) + 1420070400000) / 1000
    return time.time() - made < TOKEN_LIFE


def job_handler(deferral: Deferral, answer: Callable[[Json], Awaitable[Outcome]]) -> Callable[[Json], Awaitable[None]]:
    """What a worker does with a promise that its process could not keep."""

    async def keep(stored: Json) -> None:
        promise = Promise(**stored)
        if not still_answerable(promise.payload):
            return
        outcome = await answer(promise.payload)
        if not outcome.settled:
            raise Undecided
        await deferral.deliver(promise, outcome.answer)

    return keep
