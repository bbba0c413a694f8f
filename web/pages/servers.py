"""/servers: the servers of a person, those that they manage first, and where the bot could be added."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.responses import RedirectResponse, Response

from discord_api.cdn import icon_url
from discord_api.invitations import invitation
from services import directory, discord_grants, managed_servers
from services.discord_grants import SignInAgain
from web.frame.page import Visit, page
from web.rendering import show as shown


@page
async def index(visit: Visit) -> Response:
    """The list; of whom Discord tells us nothing any more, signs in again first."""
    site = visit.site
    try:
        managed = await managed_servers.of(visit.user_id)
        own = await directory.of_user(await discord_grants.servers(visit.user_id))
    except SignInAgain:
        return RedirectResponse("/login/start?next=/servers", 303)
    ours = {one.id for one in managed.here}
    return shown(
        visit,
        "servers/index.html",
        managed=managed.here,
        others=[one for one in own if one.here and one.id not in ours],
        elsewhere=[one for one in managed.elsewhere if one.id not in {other.id for other in own if other.here}],
        invite=lambda server: invitation(site.authorize_url, site.application_id, server.id),
        picture=lambda server: icon_url(site.cdn_url, server.id, server.icon) if server.icon else None,
        discord=urlsplit(site.authorize_url).netloc,
    )
