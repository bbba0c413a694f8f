"""/servers: what a person manages, with the bot or without."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from discord_api.cdn import icon_url
from discord_api.invitations import invitation
from services import directory, managed_servers
from services.discord_grants import Server, SignInAgain
from web.pages.sign_in import visitor
from web.rendering import render
from web.site import Site


async def home(_request: Request) -> Response:
    """Where everything begins."""
    return RedirectResponse("/servers", 303)


async def index(request: Request) -> Response:
    """The list; who is not signed in, or of whom Discord tells us nothing any more, signs in first."""
    site: Site = request.state.site
    session = await visitor(request)
    if session is None:
        return RedirectResponse("/login?next=/servers", 303)
    try:
        managed = await managed_servers.of(session.user_id)
    except SignInAgain:
        return RedirectResponse("/login/start?next=/servers", 303)
    return render(
        request,
        "servers/index.html",
        here="servers",
        person=await directory.person(session.user_id),
        managed=managed,
        invite=lambda server: invitation(site.authorize_url, site.application_id, server.id),
        icon=lambda server: _icon(site, server),
        initials=_initials,
    )


def _icon(site: Site, server: Server) -> str | None:
    return icon_url(site.cdn_url, server.id, server.icon) if server.icon else None


def _initials(server: Server) -> str:
    return "".join(word[0] for word in server.name.split()[:2]).upper()
