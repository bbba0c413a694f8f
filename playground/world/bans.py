"""Bans, unbans and kicks."""

from __future__ import annotations

from datetime import timedelta

from discord_api.permissions import Permissions
from playground.rest.errors import DiscordError, unknown
from playground.world.actors import Actor
from playground.world.composing import remove

MEMBER_KICK, MEMBER_BAN_ADD, MEMBER_BAN_REMOVE = 20, 22, 23

# Discord doesn't publish this limit; bots report about 1,000 a day for each guild, whoever bans.
MOST_OUTSIDERS = 1000
_DAY = timedelta(days=1)


def ban(actor: Actor, user_id: int, delete_seconds: int = 0) -> None:
    """Ban a member or anyone else; a second ban changes nothing, not even the reason."""
    actor.require(Permissions.BAN_MEMBERS)
    actor.state.world.user(user_id)
    actor.require_above(user_id)
    if user_id not in actor.guild.bans:
        _refuse_too_many_outsiders(actor, [user_id])
        _ban(actor, user_id, delete_seconds)


def ban_many(actor: Actor, user_ids: list[int], delete_seconds: int = 0) -> tuple[list[int], list[int]]:
    """Ban all who can be banned; the actor's own ID is in neither list."""
    actor.require(Permissions.BAN_MEMBERS | Permissions.MANAGE_GUILD)
    others = [user_id for user_id in user_ids if user_id != actor.user_id]
    banned = [user_id for user_id in others if _can_be_banned(actor, user_id)]
    _refuse_too_many_outsiders(actor, banned)
    if not banned:
        raise DiscordError(400, 500000, "Failed to ban users")
    for user_id in banned:
        _ban(actor, user_id, delete_seconds)
    return banned, [user_id for user_id in others if user_id not in banned]


def unban(actor: Actor, user_id: int) -> None:
    actor.require(Permissions.BAN_MEMBERS)
    if user_id not in actor.guild.bans:
        raise unknown("Ban")
    del actor.guild.bans[user_id]
    actor.record(MEMBER_BAN_REMOVE, user_id)


def kick(actor: Actor, user_id: int) -> None:
    """Remove a member, who can come back."""
    actor.require(Permissions.KICK_MEMBERS)
    actor.require_above(user_id)
    actor.state.world.leave(actor.guild, user_id)
    actor.record(MEMBER_KICK, user_id)


def _can_be_banned(actor: Actor, user_id: int) -> bool:
    return user_id in actor.state.world.users and user_id not in actor.guild.bans and actor.is_above(user_id)


def _ban(actor: Actor, user_id: int, delete_seconds: int) -> None:
    guild = actor.guild
    if user_id not in guild.members:
        guild.outsiders_banned.append(actor.state.world.now())
    actor.state.world.leave(guild, user_id)
    guild.bans[user_id] = actor.reason
    _delete_messages(actor, user_id, timedelta(seconds=delete_seconds))
    actor.record(MEMBER_BAN_ADD, user_id)


def _refuse_too_many_outsiders(actor: Actor, user_ids: list[int]) -> None:
    guild, yesterday = actor.guild, actor.state.world.now() - _DAY
    guild.outsiders_banned = [banned_at for banned_at in guild.outsiders_banned if banned_at > yesterday]
    outsiders = sum(user_id not in guild.members for user_id in user_ids)
    if outsiders and len(guild.outsiders_banned) + outsiders > MOST_OUTSIDERS:
        raise DiscordError(400, 30035, "Maximum number of bans for non-guild members have been exceeded")


def _delete_messages(actor: Actor, user_id: int, history: timedelta) -> None:
    since = actor.state.world.now() - history
    for channel in actor.state.world.channels_of(actor.guild):
        for message in list(channel.messages.values()):
            if message.author_id == user_id and message.made_at > since:
                remove(actor.state, message)
