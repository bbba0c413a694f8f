"""Answers that take longer than Discord waits: promised at once, delivered later, even if this process dies."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson
import structlog

from discord_api import interaction_responses
from discord_api.errors import DiscordError, UnknownMessage
from discord_api.snowflakes import age
from interactions import apologies, render
from interactions.apologies import request_id_of
from interactions.wire import WireResponse
from locales import SOURCE, Text, t
from services.core import unknown_outcomes
from services.core.promises import Promises
from services.core.settlements import Request, Settlement, Settlements
from services.core.unknown_outcomes import Doubt

if TYPE_CHECKING:
    from discord_api.client import Discord

log = structlog.get_logger(__name__)

JOB = "interaction.finish"
TAKEOVER = 30.0  # seconds after which a worker finishes what its process has not
SOON = 0.5  # seconds in which nobody need be told that an outcome is unknown
TOKEN_LIFE = 14 * 60  # seconds; Discord's fifteen minutes, less some for the way

_THINKING, _THINKING_UPDATE = 5, 6
_FORM_TOO_LATE = t("The form took too long to open, and nothing was changed. Please try again.")

Json = dict[str, Any]


Count = Callable[[str], None]  # called once with how a call ended


class OutcomeUnknown(Exception):
    """The database could not say what a call led to."""


class Outcome(NamedTuple):
    """What a call led to; unless `settled`, the answer says that nothing was changed, which is still to be proven."""

    answer: Json
    how: str
    settled: bool = True


class Change(NamedTuple):
    """A call that may change something: what its receipt is found by, and what a retry is recognized by."""

    request: Request
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
    settlements: Settlements
    running: set[asyncio.Task[None]] = field(default_factory=set)
    _unsure: dict[str, str] = field(default_factory=dict)  # keys, by the fingerprint, of what can't be looked up now

    async def promise(self, promise: Promise, change: Change | None) -> bool | None:
        """Whether an answer is promised even if this process dies; None if nobody knows whether that was stored."""
        return await self.promises.store(promise.key, promise.to_json(), change.doubt if change else None)

    def wait(
        self, promise: Promise, task: asyncio.Task[Outcome], change: Change | None, count: Count, *, stored: bool
    ) -> WireResponse:
        """Let `task` go on, then show its outcome and count it, unless the promise is stored and a worker does so."""
        wire = WireResponse(orjson.dumps(self._waiting(promise)), sent=asyncio.Event())
        self._run(self._finish(promise, task, change, wire, count, stored=stored))
        return wire

    def look(self, payload: Json, said: Json, change: Change, settlement: Settlement) -> WireResponse:
        """Say at first that nobody knows what a call led to, and in the same place what it was once that is known."""
        wire = WireResponse(orjson.dumps(said), sent=asyncio.Event())
        self._run(self._show(Promise(payload, private=True, changes_message=False), change, settlement, wire))
        return wire

    def doubted(self, doubt: Doubt) -> bool:
        """Whether the same was asked for before, and nobody knows yet what that led to."""
        return self._unsure.get(doubt.fingerprint, doubt.key) != doubt.key

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
        fits = answer["type"] == render.UPDATE or (private == promise.private and not promise.changes_message)
        if fits:
            await interaction_responses.edit(discord, application_id, token, _as_edit(data))
            return
        if not promise.changes_message:
            # First: a follow-up to a message that still waits would become that message, as visible as it is.
            with contextlib.suppress(UnknownMessage):
                await interaction_responses.delete(discord, application_id, token)
        await interaction_responses.follow_up(discord, application_id, token, data)

    async def drain(self, seconds: float) -> None:
        """Wait so long for what this process still works on, then end it; what is promised, a worker does."""
        if self.running:
            _, late = await asyncio.wait(set(self.running), timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        self.settlements.close()
        await self.promises.close()

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        running = asyncio.create_task(work)
        self.running.add(running)
        running.add_done_callback(self.running.discard)

    async def _finish(
        self,
        promise: Promise,
        task: asyncio.Task[Outcome],
        change: Change | None,
        wire: WireResponse,
        count: Count,
        *,
        stored: bool,
    ) -> None:
        try:
            answer, how, settled = await task
            await _sent(wire)
            doubt = change.doubt if change else None
            if change and not settled:
                nothing = answer
                answer, told = await self._settled(promise, change, nothing)
                how = how if answer == nothing else "answered"
                # Whoever was told that nobody knows may be about to try again, and not look here first.
                doubt = None if told else doubt
            await self.deliver(promise, answer)
        except Exception as error:  # if there is a job, a worker tries again
            log.warning("promise not kept yet", error=repr(error)[:300])
            if not stored:
                count("failed")
        else:
            if not stored:
                count(how)
            self.promises.forget(promise.key, doubt, partial(count, how) if stored else None)

    async def _settled(self, promise: Promise, change: Change, nothing: Json) -> tuple[Json, bool]:
        """What really happened, as soon as the database says so, and whether it had to be said that nobody knows."""
        settlement = self.settlements.begin(change.request, nothing)
        if answer := await settlement.within(SOON):
            return answer, False
        await self._tell(promise, apologies.doubtful(request_id_of(promise.payload)))
        return await self._known(promise, change, settlement), True

    async def _show(self, promise: Promise, change: Change, settlement: Settlement, wire: WireResponse) -> None:
        try:
            await _sent(wire)
            await self.deliver(promise, await self._known(promise, change, settlement))
        except Exception as error:  # then the message still says that nobody knows
            log.warning("outcome not shown", error=repr(error)[:300])

    async def _known(self, promise: Promise, change: Change, settlement: Settlement) -> Json:
        """What really happened, once the database says so; until then, and if it was done, a retry is asked about."""
        doubt = change.doubt
        self._unsure[doubt.fingerprint] = doubt.key
        try:
            async with asyncio.timeout(_left(promise.payload)):
                answer = await settlement.answer
            if answer != settlement.refusal:
                await unknown_outcomes.note(doubt)
        finally:
            self._unsure.pop(doubt.fingerprint, None)
        return answer

    async def _tell(self, promise: Promise, text: Text) -> None:
        """Show this where the answer is going to be, or beside a message that stays as it is until then."""
        said = render.sentence(text, promise.payload.get("locale") or SOURCE)
        with contextlib.suppress(DiscordError):
            if promise.changes_message:
                await self.deliver(promise, said)
            else:
                await interaction_responses.edit(self.discord(), *_address(promise.payload), _as_edit(said["data"]))

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


async def _sent(wire: WireResponse) -> None:
    """Discord knows nothing of a message before it has our first answer."""
    assert wire.sent is not None
    async with asyncio.timeout(5):
        await wire.sent.wait()


def still_answerable(payload: Json) -> bool:
    """Whether Discord still accepts an answer to this interaction."""
    return _left(payload) > 0


def _left(payload: Json) -> float:
    """The seconds for which Discord still accepts answers."""
    return TOKEN_LIFE - age(int(payload["id"])).total_seconds()


def job_handler(deferral: Deferral, answer: Callable[[Json], Awaitable[Outcome]]) -> Callable[[Json], Awaitable[str]]:
    """What a worker does with a promise that its process could not keep, and how the call ended."""

    async def keep(stored: Json) -> str:
        promise = Promise(**stored)
        if not still_answerable(promise.payload):
            return "failed"
        outcome = await answer(promise.payload)
        if not outcome.settled:
            raise OutcomeUnknown
        await deferral.deliver(promise, outcome.answer)
        return outcome.how

    return keep
