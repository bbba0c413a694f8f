"""The worker's job handlers and recurring rounds."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from app import metrics
from app.parts import Parts, connector
from interactions import deferral
from interactions.commands.moderation import news
from interactions.commands.shop import role_news
from services.analytics import usage
from services.core import areas, at_once, schedules
from services.core.schedules import Rounds
from services.core.worker import Handler, Task, Worker, listen
from services.economy import corrections
from services.shop import role_orders


async def _prove_books() -> None:
    metrics.unsound_books(await corrections.audit_recent())


def rounds() -> Rounds:
    """All recurring rounds; the ledger audit is here, because only this layer has metrics to report it."""
    return {**areas.rounds(), "books.prove": (timedelta(days=1), _prove_books)}


def replying(parts: Parts) -> dict[str, Handler]:
    """The handlers that reply in Discord, which only this layer can do; people wait for their jobs."""
    application_id = _known(parts.settings.discord_application_id)
    return {
        deferral.JOB: _finish(parts),
        role_orders.JOB: role_news.job_handler(parts.discord, application_id),
        **news.job_handlers(parts.discord, application_id, parts.dispatcher.runner.signer),
    }


def build(parts: Parts) -> Worker:
    """This process's worker, which also runs what the process adds at once."""
    awaited = replying(parts)
    handlers = {**areas.jobs(), **schedules.handlers(rounds()), **awaited}
    worker = Worker(handlers, awaited=awaited, observe=metrics.job_started)
    at_once.use(worker)
    return worker


async def run(parts: Parts, worker: Worker, stop: asyncio.Event) -> None:
    """Run jobs until `stop`; the database must be connected."""
    clock = schedules.wind_patiently(rounds(), stop, at_once=("guilds.refresh",))
    await asyncio.gather(clock, worker.run(stop), listen(worker, connector(parts.settings.session_url or ""), stop))


def _known(application_id: int | None) -> int:
    assert application_id is not None, "found out before anything starts"
    return application_id


def _finish(parts: Parts) -> Handler:
    dispatcher = parts.dispatcher
    keep = deferral.job_handler(dispatcher.deferral, dispatcher.answer)

    async def finish(task: Task) -> None:
        how = await keep(task.payload)
        if use := await dispatcher.use(task.payload["payload"], how):
            async with task.completing():  # counted by whoever ends it, so only once
                await usage.write([use], parts.settings.discord_cdn_url)

    return finish
