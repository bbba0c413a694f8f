"""REST: the permission overwrites of channels."""

from __future__ import annotations

from discord_api.permissions import Overwrite, Permissions
from playground.rest.calls import Call
from playground.rest.channels import by_the_bot_in, held, visible_channel
from playground.rest.errors import missing_permissions, unknown
from playground.world.actors import Actor
from playground.world.entities import Channel, ChannelType, Guild, Json

OVERWRITE_CREATE, OVERWRITE_UPDATE, OVERWRITE_DELETE = 13, 14, 15


async def put(call: Call) -> None:
    """Replace the overwrite of a role or a member."""
    channel, actor, target_id = *_manageable(call), call.ids["overwrite_id"]
    _check_target(actor.guild, call.form, target_id)
    after = Overwrite(target_id, _bits(call.form, "allow"), _bits(call.form, "deny"))
    before = _overwrite_of(channel, target_id)
    _refuse_bits_not_held(call, channel, before or Overwrite(target_id), after)
    _save(actor, channel, before, after)


async def delete(call: Call) -> None:
    channel, actor = _manageable(call)
    before = _overwrite_of(channel, call.ids["overwrite_id"])
    if before is None:
        raise unknown("Overwrite")
    _save(actor, channel, before, None)


def _manageable(call: Call) -> tuple[Channel, Actor]:
    channel = visible_channel(call)
    actor = by_the_bot_in(call, channel)
    if not held(call, channel).allows(Permissions.MANAGE_ROLES):
        raise missing_permissions()
    return channel, actor


def _check_target(guild: Guild, form: Json, target_id: int) -> None:
    if form.get("type") == 1 and target_id not in guild.members:
        raise unknown("Member")
    if form.get("type") != 1 and target_id not in guild.roles:
        raise unknown("Role")


def _refuse_bits_not_held(call: Call, channel: Channel, before: Overwrite, after: Overwrite) -> None:
    """Only bits that the bot holds can change, unless an overwrite gives it Manage Roles in this channel."""
    world = call.state.world
    guild = world.guild(channel.guild_id or 0)
    own_ids = {world.bot.id, guild.id, *guild.members[world.bot.id].role_ids}
    if any(o.target_id in own_ids and o.allow & Permissions.MANAGE_ROLES for o in channel.overwrites):
        return
    changed = before.allow ^ after.allow | before.deny ^ after.deny
    if not world.guild_permissions(guild, world.bot.id).allows(changed):
        raise missing_permissions()


def _save(actor: Actor, channel: Channel, before: Overwrite | None, after: Overwrite | None) -> None:
    """Change the channel, and with a category the channels that are synced with it."""
    if before == after:
        return
    synced = [child for child in _children(actor, channel) if set(child.overwrites) == set(channel.overwrites)]
    kept = [overwrite for overwrite in channel.overwrites if overwrite is not before]
    channel.overwrites = [*kept, *([after] if after else [])]
    for child in synced:
        child.overwrites = list(channel.overwrites)
    target_id = (after or before or Overwrite(0)).target_id
    role = actor.guild.roles.get(target_id)
    options = {"id": str(target_id), "type": "0" if role else "1"} | ({"role_name": role.name} if role else {})
    kind = OVERWRITE_DELETE if after is None else OVERWRITE_UPDATE if before else OVERWRITE_CREATE
    actor.record(kind, channel.id, *_changes(before, after), options=options)


def _children(actor: Actor, channel: Channel) -> list[Channel]:
    if channel.type is not ChannelType.CATEGORY:
        return []
    return [child for child in actor.state.world.channels_of(actor.guild) if child.parent_id == channel.id]


def _changes(before: Overwrite | None, after: Overwrite | None) -> list[Json]:
    changes: list[Json] = []
    for key in ("allow", "deny"):
        old, new = (str(int(getattr(overwrite, key))) if overwrite else None for overwrite in (before, after))
        if old != new:
            values = {"old_value": old, "new_value": new}
            changes.append({"key": key} | {name: value for name, value in values.items() if value is not None})
    return changes


def _overwrite_of(channel: Channel, target_id: int) -> Overwrite | None:
    return next((overwrite for overwrite in channel.overwrites if overwrite.target_id == target_id), None)


def _bits(form: Json, key: str) -> Permissions:
    return Permissions(int(form.get(key) or 0))
