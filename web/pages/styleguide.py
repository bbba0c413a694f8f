"""/styleguide: every part that pages are made of, for whoever builds one; not on an installation that people reach."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from http import HTTPStatus

from starlette.exceptions import HTTPException
from starlette.responses import Response

from services.statistics import Trend
from web.frame.page import Visit, page
from web.rendering import show as shown


@page
async def show(visit: Visit) -> Response:
    """All of them with made-up content; over https there is no such page."""
    if visit.site.secure:
        raise HTTPException(HTTPStatus.NOT_FOUND)
    return shown(
        visit,
        "styleguide/show.html",
        trend=Trend(128, 104),
        points=[3, 5, 2, 8, 9, 4, 7, 12, 10, 14],
        now=datetime.now(UTC) - timedelta(minutes=5),
    )
