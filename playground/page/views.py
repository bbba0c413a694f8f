"""The world as one person sees it, in the form that the page reads."""

from __future__ import annotations

from urllib.parse import urlsplit

from discord_api.permissions import Permissions
from playground.client.options import is_offered, why_unusable
from playground.world import by_hand
from playground.world.actors import Actor
from playground.world.commands import localised, shown
from playground.world.entities import Channel, Guild, Json, Member, User
from playground.world.objects import user_json
from playground.world.state import State
from playground.world.world import World


def world_view(state: State, user_id: int) -> Json:
    world = state.world
    return {
        "application": _application_view(state),
        "people": [_person_view(user) for user in world.users.values() if not user.bot],
        "guilds": [_guild_view(state, guild, user_id) for guild in world.guilds_of(user_id)],
        "other_guilds": [
            {"id": str(guild.id), "name": guild.name, "banned": user_id in guild.bans}
            for guild in world.guilds.values()
            if user_id not in guild.members
        ],
        "dm": {"id": str(world.dm_with(user_id).id)},
        "faults": state.faults.json(),
        "ahead": world.clock.ahead.total_seconds(),
        "links": _links(state),
    }


def commands_view(state: State, user_id: int, channel: Channel) -> list[Json]:
    """The commands that Discord lists for this person in this channel, in their language."""
    locale = state.world.users[user_id].locale
    offered = [
        command
        for command in state.commands.available(channel.guild_id)
        if is_offered(state, command, channel, user_id)
    ]
    made = []
    for command in offered:
        why = why_unusable(state, command, channel, user_id)
        made.append(shown(command, locale) | {"usable": why is None, "why": why})
    return made


def headings_view(state: State, user_id: int) -> list[Json]:
    """The headings of the `/` menu, in this person's language."""
    locale = state.world.users[user_id].locale
    return [heading | {"name_shown": localised(heading, "name", locale)} for heading in state.headings]


def _application_view(state: State) -> Json:
    bot = state.world.bot
    scopes = (None, *state.world.guilds)
    return {
        "id": str(bot.id),
        "name": bot.username,
        "avatar_url": avatar_url(bot),
        "verify_key": state.identity.verify_key,
        "endpoint": state.application.interactions_endpoint_url,
        "commands_registered": sum(len(state.commands.of(scope)) for scope in scopes),
    }


def _person_view(user: User) -> Json:
    return {
        "id": str(user.id),
        "username": user.username,
        "global_name": user.global_name,
        "avatar_url": avatar_url(user),
        "locale": user.locale,
        "about": user.about,
        "accepts_dms": user.takes_dms,
    }


def _guild_view(state: State, guild: Guild, user_id: int) -> Json:
    world, actor = state.world, Actor(state, guild, user_id)
    visible = [channel for channel in world.channels_of(guild) if world.sees(user_id, channel)]
    return {
        "id": str(guild.id),
        "name": guild.name,
        "icon_url": f"/icons/{guild.id}/{guild.icon}.svg",
        "owner_id": str(guild.owner_id),
        "locale": guild.locale,
        "channels": [
            {
                "id": str(channel.id),
                "name": channel.name,
                "type": int(channel.type),
                "topic": channel.topic,
                "slowmode": channel.rate_limit_per_user,
                "position": channel.position,
                "parent_id": str(channel.parent_id) if channel.parent_id else None,
            }
            for channel in visible
        ],
        "roles": [
            {
                "id": str(role.id),
                "name": role.name,
                "color": role.color,
                "position": role.position,
                "permissions": str(int(role.permissions)),
                "managed": role.managed,
            }
            for role in guild.roles.values()
        ],
        "members": [
            {
                "user": _user_view(world.users[member.user_id]),
                "nick": member.nick,
                "roles": [str(role_id) for role_id in member.role_ids],
                "joined_at": member.joined_at.isoformat(),
                "bot": world.users[member.user_id].bot,
                "status_text": member.status_text,
                "timed_out_until": _timeout_end(world, member),
                "moderation": by_hand.offered(actor, member),
            }
            for member in guild.members.values()
        ],
        "assignable_roles": [str(role_id) for role_id in by_hand.assignable_roles(actor)],
        "bans": _bans_view(actor),
    }


def _timeout_end(world: World, member: Member) -> str | None:
    """The end of a timeout that is still running."""
    return member.timed_out_until.isoformat() if member.timed_out_until and world.timed_out(member) else None


def _bans_view(actor: Actor) -> list[Json]:
    """Everyone who is banned, for those who can lift a ban."""
    if not actor.permissions.allows(Permissions.BAN_MEMBERS):
        return []
    return [
        {"user": _user_view(actor.state.world.users[user_id]), "reason": reason}
        for user_id, reason in actor.guild.bans.items()
    ]


def _user_view(user: User) -> Json:
    return user_json(user) | {"avatar_url": avatar_url(user)}


def _links(state: State) -> list[Json]:
    """Links to the bot's own pages, once its address is known."""
    endpoint = state.application.interactions_endpoint_url
    if endpoint is None:
        return []
    bot = urlsplit(endpoint)
    base = f"{bot.scheme}://{bot.netloc}"
    pages = {"Dashboard": "/servers", "Health check": "/readyz", "Metrics": "/metrics"}
    return [{"label": label, "url": base + path} for label, path in pages.items()]


def avatar_url(user: User) -> str:
    return f"/avatars/{user.id}/{user.avatar}.svg"
