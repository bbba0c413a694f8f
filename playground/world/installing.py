"""Adds the bot to a guild: the page to authorize it, and the event that tells the bot."""

from __future__ import annotations

from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.templating import Jinja2Templates

from discord_api.permissions import Permissions
from playground.client.webhook_events import tell_authorized
from playground.page.news import tell_world
from playground.page.ui import refuse_other_sites
from playground.page.views import avatar_url
from playground.rest.errors import Refusal
from playground.world.entities import Guild, Json, User
from playground.world.state import State

SCOPES = frozenset({"bot", "applications.commands"})


def install(state: State, guild: Guild, by: int) -> None:
    """Add the bot to the guild and send it a webhook event."""
    own = [role.id for role in guild.roles.values() if role.bot_id == state.world.bot.id]
    state.world.join(guild, state.world.bot.id, own)
    state.authorizations_told -= {told for told in state.authorizations_told if told[1] == guild.id}
    tell_authorized(state, guild, by)


def page(state: State, request: Request, templates: Jinja2Templates, headers: dict[str, str]) -> Response:
    """Show who can add the bot to which server."""
    wanted = request.query_params.get("guild_id")
    values = {
        "bot": state.world.bot.username,
        "bot_avatar": avatar_url(state.world.bot),
        "pairs": [pair for pair in _pairs(state) if wanted in (None, pair["guild_id"])],
        "done": None,
    }
    return templates.TemplateResponse(request, "install.html", values, headers=headers)


async def decide(state: State, request: Request, templates: Jinja2Templates, headers: dict[str, str]) -> Response:
    """Add the bot as chosen, or change nothing."""
    refuse_other_sites(request)
    form = dict(parse_qsl((await request.body()).decode("utf-8", "replace")))
    done = "Nothing was changed."
    if form.get("decision") == "authorize":
        chosen = next((pair for pair in _pairs(state) if pair["value"] == form.get("pair")), None)
        if chosen is None:
            raise Refusal(
                "Only people with the Manage Server permission can add the bot, and only to a server it isn't in.",
                status=403,
            )
        guild = state.world.guilds[int(chosen["guild_id"])]
        install(state, guild, int(chosen["user_id"]))
        tell_world(state)
        done = f"{state.world.bot.username} has been added to {guild.name}."
    bot = state.world.bot
    values: Json = {"bot": bot.username, "bot_avatar": avatar_url(bot), "pairs": [], "done": done}
    return templates.TemplateResponse(request, "install.html", values, headers=headers)


def _pairs(state: State) -> list[Json]:
    world = state.world
    return [
        _pair(guild, user)
        for guild in world.guilds.values()
        for user in world.users.values()
        if not user.bot
        and world.bot.id not in guild.members
        and world.guild_permissions(guild, user.id).allows(Permissions.MANAGE_GUILD)
    ]


def _pair(guild: Guild, user: User) -> Json:
    return {
        "value": f"{user.id}.{guild.id}",
        "user_id": str(user.id),
        "guild_id": str(guild.id),
        "name": user.global_name or user.username,
        "avatar": avatar_url(user),
        "guild": guild.name,
    }
