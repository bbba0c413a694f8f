"""/servers/{id}/audit-log: a server's audit log."""

from __future__ import annotations

import asyncio
from urllib.parse import urlencode

from starlette.responses import Response

from locales import t
from services import directory
from services.core import areas, audit
from services.core.audit import NEWEST
from services.protection import audit_sentences
from web.frame.page import Visit, page
from web.rendering import show as shown

SIZE = 50  # entries per page


@page
async def index(visit: Visit) -> Response:
    """The log of one server, newest first, optionally filtered by person or area."""
    filters = {"": t("All")} | {area.name: area.title for area in areas.declared() if area.audit}
    kind = visit.query("kind") if visit.query("kind") in filters else ""
    chosen = areas.area(kind)
    before, actor = visit.number("before"), visit.number("actor")
    found = await audit.page(
        visit.guild_id,
        before=before or NEWEST,
        actor_id=actor,
        actions=list(chosen.audit) if chosen else (),
        limit=SIZE + 1,
    )
    events = found[:SIZE]
    place = f"/servers/{visit.guild_id}/audit-log"
    who = {"actor": str(actor)} if actor else {}
    told = [(event, audit_sentences.person(event)) for event in events]
    faces, places = await asyncio.gather(
        directory.people_of(
            [actor or 0, *(event.actor_id for event in events), *(member for _, member in told if member)]
        ),
        directory.places(visit.guild_id),
    )
    return shown(
        visit,
        "protection/audit_log.html",
        events=told,
        audit_words=audit_sentences,
        names=places.names | {face.user_id: face.name for face in faces.values()},
        faces=faces,
        actor=actor,
        everyone=f"{place}?{urlencode({'kind': kind})}",
        filters=[(f"{place}?{urlencode({'kind': one} | who)}", words, one == kind) for one, words in filters.items()],
        older=f"{place}?{urlencode({'kind': kind, 'before': events[-1].id} | who)}" if len(found) > SIZE else None,
        first=f"{place}?{urlencode({'kind': kind} | who)}" if before else None,
    )
