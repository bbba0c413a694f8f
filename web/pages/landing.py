"""/: what Tatiana is, for people who meet her for the first time, and /robots.txt for machines that do."""

from __future__ import annotations

from starlette.responses import PlainTextResponse, Response

from discord_api.invitations import invitation
from web.frame.page import Visit, page
from web.rendering import show as shown

# Whatever is somebody's needs a sign-in, so only the ways in and the doors of programs have to be named.
_ROBOTS = """User-agent: *
Disallow: /login
Disallow: /api/v1/
"""


@page
async def show(visit: Visit) -> Response:
    """A few honest sentences, and the ways on."""
    site = visit.site
    return shown(
        visit,
        "landing/show.html",
        invite=invitation(site.authorize_url, site.application_id, None),
    )


@page
async def robots(_visit: Visit) -> Response:
    """What search engines may look at (RFC 9309)."""
    return PlainTextResponse(_ROBOTS, headers={"Cache-Control": "public, max-age=86400"})
