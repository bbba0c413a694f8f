"""REST: guilds with their roles, channels, members and audit log."""

from __future__ import annotations

from discord_api.permissions import Permissions
from playground.page.news import tell_world
from playground.rest.calls import Call
from playground.rest.errors import DiscordError, Fault, invalid_form, missing_access, missing_permissions, unknown
from playground.world.entities import AuditEntry, Guild, Json, Member, Role
from playground.world.objects import channel_json, full_member_json, guild_json, role_json, user_json
from playground.world.world import rank_of

MEMBER_ROLE_UPDATE = 25


async def show(call: Call) -> Json:
    return guild_json(_guild(call), with_counts=call.flag("with_counts"))


async def channels(call: Call) -> list[Json]:
    """The channels that the bot can see; Discord has left out the others since November 2026."""
    world, guild = call.state.world, _guild(call)
    seen = [channel for channel in world.channels_of(guild) if world.sees(world.bot.id, channel)]
    # A category is visible as soon as one of its channels is.
    parents = {channel.parent_id for channel in seen}
    return [
        channel_json(world, channel) for channel in world.channels_of(guild) if channel in seen or channel.id in parents
    ]


async def roles(call: Call) -> list[Json]:
    return [role_json(role) for role in _guild(call).roles.values()]


async def role(call: Call) -> Json:
    return role_json(_role(call, _guild(call)))


async def role_counts(call: Call) -> dict[str, int]:
    guild = _guild(call)
    held = [role_id for member in guild.members.values() for role_id in member.role_ids]
    return {str(role_id): held.count(role_id) for role_id in guild.roles if role_id != guild.id}


async def member(call: Call) -> Json:
    guild = _guild(call)
    return full_member_json(call.state.world, _member(call, guild))


async def members(call: Call) -> list[Json]:
    """Sorted by ID, in pages; Discord's default page size is one."""
    guild = _guild(call)
    limit, after = call.number("limit", 1, 1, 1000), call.number("after", 0, 0, 1 << 63)
    chosen = sorted(user_id for user_id in guild.members if user_id > after)[:limit]
    return [full_member_json(call.state.world, guild.members[user_id]) for user_id in chosen]


async def search(call: Call) -> list[Json]:
    """Members whose name or nickname starts with the query."""
    guild, query = _guild(call), call.query.get("query", "").lower()
    if not 1 <= len(query) <= 100:
        raise invalid_form(Fault(("query",), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 100 in length."))
    limit = call.number("limit", 1, 1, 1000)
    matches = []
    for member in guild.members.values():
        user = call.state.world.users[member.user_id]
        names = (user.username, user.global_name or "", member.nick or "")
        if any(name.lower().startswith(query) for name in names):
            matches.append(full_member_json(call.state.world, member))
    return matches[:limit]


async def add_role(call: Call) -> None:
    """Needs Manage Roles, and a role below the bot's highest one."""
    target, given = _changeable(call)
    if given.id not in target.role_ids:
        target.role_ids.append(given.id)
        _record(call, "$add", given)


async def remove_role(call: Call) -> None:
    target, taken = _changeable(call)
    if taken.id in target.role_ids:
        target.role_ids.remove(taken.id)
        _record(call, "$remove", taken)


def _changeable(call: Call) -> tuple[Member, Role]:
    world, guild = call.state.world, _guild(call)
    target, role = _member(call, guild), _role(call, guild)
    if role.managed or role.id == guild.id:
        raise DiscordError(403, 50028, "Invalid Role")
    may = world.guild_permissions(guild, world.bot.id).allows(Permissions.MANAGE_ROLES)
    if not may or rank_of(role) >= world.top_rank(guild, world.bot.id):
        raise missing_permissions()
    return target, role


def _record(call: Call, key: str, role: Role) -> None:
    changes = [{"key": key, "new_value": [{"id": str(role.id), "name": role.name}]}]
    guild = call.state.world.guild(call.ids["guild_id"])
    call.state.world.audit(guild, MEMBER_ROLE_UPDATE, call.ids["user_id"], call.reason, changes)
    tell_world(call.state)


async def audit_log(call: Call) -> Json:
    """Newest first, or oldest first with `after`; needs View Audit Log."""
    world, guild = call.state.world, _guild(call)
    if not world.guild_permissions(guild, world.bot.id).allows(Permissions.VIEW_AUDIT_LOG):
        raise missing_permissions()
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
    return made | ({"reason": entry.reason} if entry.reason else {})


def _guild(call: Call) -> Guild:
    """The guild, if the bot is a member."""
    guild = call.state.world.guild(call.ids["guild_id"])
    if call.state.world.bot.id not in guild.members:
        raise missing_access()
    return guild


def _role(call: Call, guild: Guild) -> Role:
    try:
        return guild.roles[call.ids["role_id"]]
    except KeyError:
        raise unknown("Role") from None


def _member(call: Call, guild: Guild) -> Member:
    user_id = call.ids["user_id"]
    if user_id not in call.state.world.users:
        raise unknown("User")
    try:
        return guild.members[user_id]
    except KeyError:
        raise unknown("Member") from None
