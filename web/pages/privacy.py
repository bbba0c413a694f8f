"""/privacy: what is stored about people, why, for how long, and what is left when they have it deleted."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from services import directory
from services.personal_data import TABLES
from web.pages.sign_in import visitor
from web.rendering import render


async def show(request: Request) -> Response:
    """The whole map, made from the same tags by which data is copied and deleted; for everybody."""
    session = await visitor(request)
    person = await directory.person(session.user_id) if session else None
    about_people = [table for table in TABLES.values() if any(column.personal for column in table.columns.values())]
    counts = [table for table in TABLES.values() if table not in about_people]
    return render(request, "privacy/show.html", here="privacy", person=person, people=about_people, counts=counts)
