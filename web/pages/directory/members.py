"""/servers/{id}/members: known members, and one member's page with the actions for admins."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from starlette.responses import Response

from locales import Text, t
from services import directory, profiles
from services.analytics import member_uses
from services.analytics.profile import RECENT
from services.core import clock
from services.core.cursors import BadCursor
from services.core.errors import Forbidden, NotFound, Unanswered, UserError
from services.directory import MemberMatch, Members, Sort, member_search
from services.economy import rules, sentences, statements
from services.economy.profile import COINS
from services.economy.statements import may_read
from services.identity.authority import Role, sees
from services.shop import inventory
from services.shop.profile import INVENTORY
from web.frame.forms import EMPTY, SubmittedForm
from web.frame.page import Visit, page
from web.frame.rate_limits import SEARCH
from web.rendering import show as shown

SIZE = 50  # members per page
LINES = 8  # ledger entries on a member's page
DAYS = 28  # days of activity on a member's page

_ID = re.compile(r"[1-9][0-9]{14,18}", re.ASCII)


@page
async def index(visit: Visit) -> Response:
    """Known members by name, last seen or balance; anyone by the start of a name."""
    wanted = visit.query("search")[: member_search.LONGEST]
    said = visit.query("sort")
    sort = Sort(said) if said in set(Sort) and not wanted else Sort.NAME
    if sort is Sort.BALANCE and not visit.has("economy"):
        sort = Sort.NAME
    found = await _listed(visit, sort, wanted)
    others, unheard = await _others(visit, wanted) if visit.query("everyone") else (None, None)
    here = {"search": wanted} if wanted else {"sort": sort.value}
    return shown(
        visit,
        "directory/members.html",
        members=found.members,
        next_page=_place(visit, **here, after=found.next) if found.next else None,
        first_page=_place(visit, **here) if visit.query("after") else None,
        wanted=wanted,
        sort=sort,
        sorts={one.value: _place(visit, sort=one.value) for one in Sort},
        others=others,
        unheard=unheard,
        everyone=_place(visit, search=wanted, everyone="1") if wanted else None,
        by_id=wanted if _ID.fullmatch(wanted) else None,
        symbol=(await rules.of(visit.guild_id)).symbol,
    )


@page
async def show(visit: Visit) -> Response:
    """One member, for moderators and for themselves."""
    return await profile(visit, visit.path("user_id"))


async def profile(
    visit: Visit,
    user_id: int,
    *,
    form: str = "",
    filled: SubmittedForm[Any] = EMPTY,
    refused: UserError | None = None,
) -> Response:
    """One member's page; `form` names a submitted form that was refused, if any."""
    if not sees(visit.role, visit.user_id, user_id):
        raise Forbidden(t("Only this server's moderators can see other members."))
    now = clock.now()
    reads_ledger = visit.has("economy") and may_read(visit.user_id, user_id, reads_all=visit.role >= Role.ADMIN)
    sent = {
        "form": form,
        "filled": filled,
        "error": refused.text if refused else None,
    }
    status = filled.status(refused)
    try:
        found, days = await asyncio.gather(
            profiles.of(visit.guild_id, user_id),
            member_uses.active_days(visit.guild_id, user_id, (now - timedelta(days=DAYS - 1)).date()),
        )
    except NotFound:
        other = await directory.stranger(visit.guild_id, user_id)
        return shown(visit, "directory/stranger.html", status_code=status, stranger=other, **sent)
    lines = (await statements.page(visit.guild_id, user_id, size=LINES)).lines if reads_ledger else None
    people = [other for line in lines or () for other in (line.actor_id, line.other_id or 0)]
    return shown(
        visit,
        "directory/member.html",
        status_code=status,
        stats=found.stats,
        coins=found[COINS],
        recent=found[RECENT],
        parts=[(part.template, value) for part, value in found.parts.items() if part.template],
        member=found.member,
        inventory=await _things(visit, user_id, found[INVENTORY]),
        days=days,
        first_day=(now - timedelta(days=DAYS - 1)).date(),
        lines=lines,
        said_of={line.number: sentences.sentence(line) for line in lines or ()},
        names={one.user_id: one.name for one in (await directory.people_of(people)).values()},
        after=lambda day, steps: day + timedelta(days=steps),
        **sent,
    )


async def _listed(visit: Visit, sort: Sort, wanted: str) -> Members:
    """A page of known members; the first one for an invalid cursor."""
    try:
        return await directory.members(
            visit.guild_id, sort=sort, search=wanted, after=visit.query("after") or None, limit=SIZE
        )
    except BadCursor:
        return await directory.members(visit.guild_id, sort=sort, search=wanted, limit=SIZE)


async def _others(visit: Visit, wanted: str) -> tuple[Sequence[MemberMatch] | None, Text | None]:
    """Members only Discord knows, or why it can't be asked."""
    await visit.request.state.allowances.use(SEARCH, visit.caller.id)
    try:
        return [one for one in await directory.search(visit.guild_id, wanted) if not one.known], None
    except Unanswered as refused:
        return None, refused.text


async def _things(visit: Visit, user_id: int, first: inventory.Page) -> inventory.Page:
    """The requested page of their inventory; the first is already loaded."""
    number = visit.number("things", most=9999) or 1
    return first if number == 1 else await inventory.page(visit.guild_id, user_id, number)


def _place(visit: Visit, **query: str) -> str:
    return f"/servers/{visit.guild_id}/members?{urlencode(query)}"
