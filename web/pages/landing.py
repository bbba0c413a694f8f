"""/: what Tatiana is, for first-time visitors, and /robots.txt for crawlers."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response

from discord_api.invitations import invitation
from services.core import areas
from web.frame.page import Visit, page
from web.rendering import show as shown

# Personal pages need a sign-in, so only sign-in and API addresses have to be listed.
_ROBOTS = """User-agent: *
Disallow: /login
Disallow: /api/v1/
"""


@page
async def show(visit: Visit) -> Response:
    """A few honest sentences, and where to go next."""
    site = visit.site
    return shown(
        visit,
        "landing/show.html",
        invite=invitation(site.authorize_url, site.application_id, areas.bot_permissions()),
    )


@page
async def robots(_visit: Visit) -> Response:
    """What crawlers may fetch (RFC 9309)."""
    return PlainTextResponse(_ROBOTS, headers={"Cache-Control": "public, max-age=86400"})
