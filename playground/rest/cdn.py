"""Discord's CDN: avatars, server icons and attachments."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from playground.world import pictures
from playground.world.state import State

# Attachments come from outside and share the page's origin, so they must never run scripts.
_HARMLESS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "X-Content-Type-Options": "nosniff",
}
_SHOWN_INLINE = ("image/png", "image/jpeg", "image/gif", "image/webp", "text/plain")
_LASTING = {"Cache-Control": "public, max-age=86400"}


def media_routes(state: State) -> list[Route]:
    async def avatar(request: Request) -> Response:
        user = state.world.users.get(request.path_params["user_id"])
        if user is None:
            return Response(status_code=404)
        return _svg(pictures.bot_avatar(user.username) if user.bot else pictures.avatar(user.id, user.username))

    async def default_avatar(request: Request) -> Response:
        return _svg(pictures.avatar(request.path_params["number"] * 7919, "Somebody"))

    async def icon(request: Request) -> Response:
        guild = state.world.guilds.get(request.path_params["guild_id"])
        return _svg(pictures.icon(guild.id, guild.name)) if guild else Response(status_code=404)

    async def attachment(request: Request) -> Response:
        attachment_id = request.path_params["attachment_id"]
        channel = state.world.channels.get(request.path_params["channel_id"])
        for message in channel.messages.values() if channel else ():
            for file in message.attachments:
                if file.id == attachment_id:
                    inline = file.content_type.partition(";")[0] in _SHOWN_INLINE
                    disposition = {"Content-Disposition": "inline" if inline else "attachment"}
                    return Response(file.content, media_type=file.content_type, headers=_HARMLESS | disposition)
        return Response(status_code=404)

    return [
        Route("/avatars/{user_id:int}/{name}", avatar),
        Route("/app-icons/{user_id:int}/{name}", avatar),
        Route("/embed/avatars/{number:int}.png", default_avatar),
        Route("/icons/{guild_id:int}/{name}", icon),
        Route("/attachments/{channel_id:int}/{attachment_id:int}/{name}", attachment),
    ]


def _svg(picture: str) -> Response:
    return Response(picture, media_type="image/svg+xml", headers=_HARMLESS | _LASTING)
