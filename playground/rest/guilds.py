"""REST: guilds with their roles, channels and audit log."""

from __future__ import annotations

from discord_api.permissions import Permissions
from playground.rest.calls import Call
from playground.rest.errors import missing_access, unknown
from playground.world.actors import Actor
from playground.world.entities import AuditEntry, Guild, Json, Role
from playground.world.objects import channel_json, guild_json, role_json, user_json


async def show(call: Call) -> Json:
    return guild_json(bots_guild(call), with_counts=call.flag("with_counts"))


async def channels(call: Call) -> list[Json]:
    """The channels that the bot can see; Discord has left out the others since November 2026."""
    world, guild = call.state.world, bots_guild(call)
    seen = [channel for channel in world.channels_of(guild) if world.sees(world.bot.id, channel)]
    # A category is visible as soon as one of its channels is.
    parents = {channel.parent_id for channel in seen}
    return [
        channel_json(world, channel) for channel in world.channels_of(guild) if channel in seen or channel.id in parents
    ]


async def roles(call: Call) -> list[Json]:
    return [role_json(role) for role in bots_guild(call).roles.values()]


async def role(call: Call) -> Json:
    return role_json(role_of(call, bots_guild(call)))


async def role_counts(call: Call) -> dict[str, int]:
    guild = bots_guild(call)
    held = [role_id for member in guild.members.values() for role_id in member.role_ids]
    return {str(role_id): held.count(role_id) for role_id in guild.roles if role_id != guild.id}


async def audit_log(call: Call) -> Json:
    """Newest first, or oldest first with `after`; needs View Audit Log."""
    world, guild = call.state.world, bots_guild(call)
    by_the_bot(call).require(Permissions.VIEW_AUDIT_LOG)
    before, after = call.number("before", 1 << 63, 0, 1 << 63), call.number("after", 0, 0, 1 << 63)
    kind, user_id = call.number("action_type", 0, 0, 1000), call.number("user_id", 0, 0, 1 << 63)
    entries = [
        entry
        for entry in guild.audit_log
        if after < entry.id < before and kind in (0, entry.action_type) and user_id in (0, entry.user_id)
    ]
    if "after" not in call.query:
        entries.reverse()
    entries = entries[: call.number("limit", 50, 1, 100)]
    people = {
        person_id for entry in entries for person_id in (entry.user_id, entry.target_id) if person_id in world.users
    }
    return {
        "audit_log_entries": [_entry_json(entry) for entry in entries],
        "users": [user_json(world.users[user_id]) for user_id in sorted(people)],
        "integrations": [],
        "webhooks": [],
        "guild_scheduled_events": [],
        "threads": [],
        "application_commands": [],
        "auto_moderation_rules": [],
    }


def _entry_json(entry: AuditEntry) -> Json:
    made: Json = {
        "id": str(entry.id),
        "action_type": entry.action_type,
        "user_id": str(entry.user_id),
        "target_id": str(entry.target_id),
        "changes": entry.changes,
    }
    made |= {"reason": entry.reason} if entry.reason else {}
    return made | ({"options": entry.options} if entry.options else {})


def bots_guild(call: Call) -> Guild:
    """The guild, if the bot is a member."""
    guild = call.state.world.guild(call.ids["guild_id"])
    if call.state.world.bot.id not in guild.members:
        raise missing_access()
    return guild


def by_the_bot(call: Call) -> Actor:
    """The bot as it changes the guild, with the reason it gave for the audit log."""
    return Actor(call.state, bots_guild(call), call.state.world.bot.id, call.reason)


def role_of(call: Call, guild: Guild) -> Role:
    try:
        return guild.roles[call.ids["role_id"]]
    except KeyError:
        raise unknown("Role") from None
