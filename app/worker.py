"""What the worker does: which handler belongs to which job, and what comes back on a clock."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from app import metrics
from app.parts import Parts, connector
from interactions import deferral
from interactions.commands.shop import role_news
from services import analytics, directory
from services.analytics import usage
from services.core import schedules, vault
from services.core.schedules import Rounds
from services.core.worker import Handler, Task, Worker, listen
from services.economy import corrections, leaderboard, offers, proofs
from services.identity import sessions, staff_sign_ins
from services.live import history
from services.privacy import erasing, erasure, exports, purge, retention
from services.protection import log_posts
from services.shop import role_orders


async def _prove_books() -> None:
    metrics.unsound_books(await corrections.prove_recent())


async def _purge() -> None:
    await purge.long_gone()


async def _renew_encryption() -> None:
    await vault.renew()


ROUNDS: Rounds = {
    "retention": (timedelta(hours=6), retention.clean),
    "guilds.purge": (timedelta(days=1), _purge),
    "erasures.resume": (timedelta(minutes=10), erasure.resume),
    "sessions.expire": (timedelta(minutes=15), sessions.expire),
    "vault.renew": (timedelta(hours=1), _renew_encryption),
    "statistics.count": (timedelta(seconds=10), analytics.count),
    "log_channel.spread": (timedelta(seconds=4), log_posts.spread),
    "guilds.refresh": (timedelta(hours=6), directory.refresh),
    "live.clean": (timedelta(minutes=10), history.clean),
    "books.prove": (timedelta(days=1), _prove_books),
    "standings.renew": (timedelta(minutes=10), leaderboard.renew),
}


def handlers(parts: Parts) -> dict[str, Handler]:
    """Every kind of job and what is done about it."""
    return {
        deferral.JOB: _finish(parts),
        offers.EXPIRE: _expire_offer,
        role_orders.JOB: role_news.job_handler(parts.discord, _known(parts.settings.discord_application_id)),
        leaderboard.MARK: _mark_standings,
        exports.JOB: _make_copy,
        erasure.JOB: _forget,
        proofs.JOB: _prove_one,
        log_posts.JOB: log_posts.post,
        staff_sign_ins.JOB: staff_sign_ins.tell,
        **schedules.handlers(ROUNDS),
    }


async def run(parts: Parts, stop: asyncio.Event) -> None:
    """Do jobs until `stop`; the database must be connected."""
    worker = Worker(handlers(parts), observe=metrics.job_started)
    clock = schedules.wind_patiently(ROUNDS, stop, at_once=("guilds.refresh",))
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
            async with task.completing():  # counted by whoever ends it, so once
                await usage.write([use], parts.settings.discord_cdn_url)

    return finish


async def _expire_offer(task: Task) -> None:
    await offers.expire(task.guild_id, task.payload["offer_id"])


async def _make_copy(task: Task) -> None:
    await exports.run(task.payload["export"])


async def _forget(task: Task) -> None:
    await erasing.run(task.payload["erasure"])


async def _prove_one(task: Task) -> None:
    await proofs.run(task.payload["proof"])


async def _mark_standings(task: Task) -> None:
    await leaderboard.mark(task.guild_id)
