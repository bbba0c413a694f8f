"""/servers/{id}: key figures, latest activity, and what needs attention."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.responses import RedirectResponse, Response

from locales import Text, n, t
from services import analytics, directory
from services.analytics import Interval
from services.core import clock
from services.core.probes import State
from services.economy import rules, sentences, transfers
from services.economy.transfers import Summary
from services.health import doctor
from services.identity.authority import Role
from services.protection import log_posts
from services.settings import ChangeSet, Source, history
from services.settings.modules import SETTINGS
from web.frame.page import Visit, page
from web.rendering import show as shown

NEWEST = 12  # entries shown
WEEKS_SHOWN = timedelta(days=13)  # days before today in the sparklines


@dataclass(frozen=True, slots=True)
class ActivityEntry:
    """One entry; `moved` if coins were transferred."""

    at: datetime
    actor_id: int
    text: Text | str
    path: str
    moved: Summary | None = None


@page
async def show(visit: Visit) -> Response:
    """Key figures and latest activity; plain members are redirected to their own page."""
    if visit.role < Role.MODERATOR:
        return RedirectResponse(f"/servers/{visit.guild_id}/members/{visit.user_id}", 303)
    now, guild_id = clock.now(), visit.guild_id
    figures, days, economy, happenings, silent_since = await asyncio.gather(
        analytics.overview(guild_id),
        analytics.activity(guild_id, now - WEEKS_SHOWN, now, Interval.DAY),
        rules.of(guild_id),
        _happenings(visit),
        log_posts.broken_since(guild_id),
    )
    moved = [happening.moved for happening in happenings if happening.moved]
    faces = await directory.people_of({*(happening.actor_id for happening in happenings), *transfers.people(moved)})
    return shown(
        visit,
        "directory/overview.html",
        figures=figures,
        uses=[point.uses for point in days],
        active=[point.active or 0 for point in days],
        symbol=economy.symbol,
        happenings=happenings,
        faces=faces,
        silent_since=silent_since,
    )


@page
async def health(visit: Visit) -> Response:
    """Health checks, run now; they ask Discord, so the overview loads them afterwards."""
    findings = await doctor.examine(visit.guild_id)
    worst = sorted(findings, key=lambda one: list(State).index(one.state), reverse=True)
    return shown(visit, "directory/_health.html", findings=worst, State=State)


async def _happenings(visit: Visit) -> Sequence[ActivityEntry]:
    """The latest entries; settings and receipts are for admins only."""
    guild_id = visit.guild_id
    found = _of_coins(guild_id, await transfers.listed(guild_id, limit=NEWEST)) if visit.has("economy") else []
    if visit.role >= Role.ADMIN:
        found += _of_settings(guild_id, (await history.page(guild_id, limit=NEWEST)).change_sets)
    return sorted(found, key=lambda one: one.at, reverse=True)[:NEWEST]


def _of_coins(guild_id: int, moved: Iterable[Summary]) -> list[ActivityEntry]:
    place = f"/servers/{guild_id}/transfers"
    return [
        ActivityEntry(one.at, one.actor_id, sentences.title(one.kind), f"{place}/{one.number}", one) for one in moved
    ]


def _of_settings(guild_id: int, changes: Iterable[ChangeSet]) -> list[ActivityEntry]:
    place = f"/servers/{guild_id}/settings/history"
    return [
        ActivityEntry(change.created_at, change.actor_id, _changed(change), f"{place}/{change.number}")
        for change in changes
    ]


def _changed(one: ChangeSet) -> Text:
    labels = [SETTINGS[key].kind.label if key in SETTINGS else key for key in one.changes]
    if one.source is Source.REVERT:
        return t("Reverted a settings change")
    if len(labels) == 1:
        return t("Changed “{setting}”", setting=labels[0])
    return n("Changed {count} setting", "Changed {count} settings", len(labels))
