"""Answers that take longer than Discord waits: promised at once, delivered later, even if this process dies."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import structlog

from discord_api.errors import UnknownMessage
from interactions import render
from interactions.wire import Wire
from locales import SOURCE, t
from services import jobs

if TYPE_CHECKING:
    from discord_api.client import Discord

log = structlog.get_logger(__name__)

JOB = "interaction.finish"
TAKEOVER = timedelta(seconds=30)  # a worker finishes what its process has not finished by then
TOKEN_LIFE = 14 * 60  # seconds; Discord's fifteen minutes, less some for the way
STORING = 0.5  # seconds that noting the promise may take

_THINKING, _THINKING_UPDATE = 5, 6
_FORM_TOO_LATE = t("The form took too long to open, and nothing was changed. Please try again.")

Json = dict[str, Any]


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
    running: set[asyncio.Task[None]] = field(default_factory=set)

    async def begin(self, promise: Promise, task: asyncio.Task[tuple[Json, str]]) -> Wire | None:
        """Promise an answer durably and let `task` go on; None if the promise could not be stored."""
        try:
            async with asyncio.timeout(STORING):
                await jobs.enqueue(JOB, promise.to_json(), key=promise.key, at=datetime.now(UTC) + TAKEOVER)
        except Exception as error:  # any fault here means the same: nothing later can be promised
            log.error("no promise possible", error=repr(error)[:300])
            return None
        wire = Wire(orjson.dumps(self._waiting(promise)), sent=asyncio.Event())
        finishing = asyncio.create_task(self._finish(promise, task, wire))
        self.running.add(finishing)
        finishing.add_done_callback(self.running.discard)
        return wire

    async def deliver(self, promise: Promise, answer: Json) -> None:
        """Put the final answer where the person waits for it."""
        discord, payload = self.discord(), promise.payload
        application_id, token = int(payload["application_id"]), payload["token"]
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

    async def _finish(self, promise: Promise, task: asyncio.Task[tuple[Json, str]], wire: Wire) -> None:
        assert wire.sent is not None
        try:
            answer, _ = await task
            # Discord knows nothing of the message before it has our first answer.
            async with asyncio.timeout(5):
                await wire.sent.wait()
            await self.deliver(promise, answer)
            await jobs.remove(0, promise.key)
        except Exception as error:  # the job stays, and a worker tries again
            log.warning("promise not kept yet", error=repr(error)[:300])

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


def still_answerable(payload: Json) -> bool:
    """Whether Discord still accepts an answer to this interaction."""
    made = ((int(payload["id"]) >> 22) + 1420070400000) / 1000
    return time.time() - made < TOKEN_LIFE


def job_handler(deferral: Deferral, answer: Callable[[Json], Awaitable[Json]]) -> Callable[[Json], Awaitable[None]]:
    """What a worker does with a promise that its process could not keep."""

    async def keep(stored: Json) -> None:
        promise = Promise(**stored)
        if still_answerable(promise.payload):
            await deferral.deliver(promise, await answer(promise.payload))

    return keep
