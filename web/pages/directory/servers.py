"""/servers: the visitor's servers, managed ones first, and where the bot can be added, or added again."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from discord_api.cdn import icon_url
from discord_api.invitations import invitation
from locales import t
from services.core import areas
from services.identity import managed_servers
from services.identity.discord_grants import SignInAgain, Unknown
from web.frame.page import Visit, page
from web.rendering import show as shown


@page
async def index(visit: Visit) -> Response:
    """The list; visitors whose grant at Discord has ended sign in again first."""
    site = visit.site
    try:
        managed = await managed_servers.of(visit.user_id)
    except SignInAgain as error:
        if visit.query("again"):  # they just came from the sign-in, and would loop forever
            raise Unknown(
                t(
                    "You're signed in, but Discord isn't showing me your servers. Please try again in a few minutes. "
                    "If it still doesn't work, remove Tatiana in Discord under User Settings › Authorized Apps, then "
                    "sign in again."
                )
            ) from error
        return RedirectResponse("/login/start?next=/servers?again=1", 303)
    return shown(
        visit,
        "directory/servers.html",
        managed=managed.here,
        others=managed.joined,
        elsewhere=managed.elsewhere,
        invite=lambda server: invitation(site.authorize_url, site.application_id, areas.bot_permissions(), server.id),
        picture=lambda server: icon_url(site.cdn_url, server.id, server.icon) if server.icon else None,
    )


@page
async def invite(visit: Visit) -> Response:
    """Adding the bot again, in Discord, with the permissions that this server's areas need."""
    site, needed = visit.site, areas.bot_permissions(visit.areas_off)
    return RedirectResponse(invitation(site.authorize_url, site.application_id, needed, visit.guild_id), 303)
