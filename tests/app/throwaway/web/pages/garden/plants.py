"""/servers/{id}/garden: what grows there."""

from __future__ import annotations

from starlette.responses import Response

from services.garden import plants
from web.frame.page import Visit, page
from web.rendering import show as shown


@page
async def index(visit: Visit) -> Response:
    """All plants."""
    return shown(visit, "garden/show.html", plants=await plants.planted(visit.guild_id))
