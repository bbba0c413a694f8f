"""Changes to a member: roles, nickname and timeout."""

from __future__ import annotations

from datetime import datetime, timedelta

from discord_api.permissions import Permissions
from playground.rest.errors import DiscordError, Fault, invalid_form, missing_permissions, unknown
from playground.world.actors import Actor
from playground.world.entities import Json, Member, Role
from playground.world.world import rank_of

MEMBER_UPDATE, MEMBER_ROLE_UPDATE = 24, 25

LONGEST_TIMEOUT = timedelta(days=28)


def set_roles(actor: Actor, member: Member, role_ids: list[int]) -> None:
    """Give a member exactly these roles; every role that changes must be below the actor's highest one."""
    for role in _roles(actor, set(role_ids) ^ set(member.role_ids)):
        _require_assignable(actor, role)
    given = [role_id for role_id in role_ids if role_id not in member.role_ids]
    taken = [role_id for role_id in member.role_ids if role_id not in role_ids]
    member.role_ids = [*(role_id for role_id in member.role_ids if role_id in role_ids), *given]
    changes = [_roles_change(actor, key, ids) for key, ids in (("$add", given), ("$remove", taken)) if ids]
    if changes:
        actor.record(MEMBER_ROLE_UPDATE, member.user_id, *changes)


def add_role(actor: Actor, member: Member, role: Role) -> None:
    """Needs Manage Roles even if the member has the role already."""
    _require_assignable(actor, role)
    if role.id not in member.role_ids:
        set_roles(actor, member, [*member.role_ids, role.id])


def remove_role(actor: Actor, member: Member, role: Role) -> None:
    _require_assignable(actor, role)
    set_roles(actor, member, [role_id for role_id in member.role_ids if role_id != role.id])


def check_nick(actor: Actor, member: Member) -> None:
    actor.require(Permissions.MANAGE_NICKNAMES)
    actor.require_above(member.user_id)


def check_timeout(actor: Actor, member: Member, until: datetime | None) -> None:
    actor.require(Permissions.MODERATE_MEMBERS)
    actor.require_above(member.user_id)
    if until is None:
        return
    held = actor.state.world.guild_permissions(actor.guild, member.user_id)
    if held & Permissions.ADMINISTRATOR:
        raise missing_permissions()
    if until > actor.state.world.now() + LONGEST_TIMEOUT:
        code, message = "INVALID_COMMUNICATION_DISABLED_TIMESTAMP", "Invalid communication disabled timestamp"
        raise invalid_form(Fault(("communication_disabled_until",), code, message))


def set_profile(actor: Actor, member: Member, nick: str | None, timed_out_until: datetime | None) -> None:
    """Save a nickname and a timeout that have been checked; one audit log entry has both changes."""
    changes = [
        *_change("nick", member.nick, nick),
        *_change("communication_disabled_until", _text(member.timed_out_until), _text(timed_out_until)),
    ]
    member.nick, member.timed_out_until = nick, timed_out_until
    if changes:
        actor.record(MEMBER_UPDATE, member.user_id, *changes)


def _change(key: str, old: str | None, new: str | None) -> list[Json]:
    """A line of an audit log entry, in which Discord leaves out empty values."""
    if old == new:
        return []
    values = {"old_value": old, "new_value": new}
    return [{"key": key} | {name: value for name, value in values.items() if value is not None}]


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _roles(actor: Actor, role_ids: set[int]) -> list[Role]:
    if not role_ids <= actor.guild.roles.keys():
        raise unknown("Role")
    return [actor.guild.roles[role_id] for role_id in role_ids]


def _require_assignable(actor: Actor, role: Role) -> None:
    if role.managed or role.id == actor.guild.id:
        raise DiscordError(403, 50028, "Invalid Role")
    actor.require(Permissions.MANAGE_ROLES)
    if not actor.outranks(rank_of(role)):
        raise missing_permissions()


def _roles_change(actor: Actor, key: str, role_ids: list[int]) -> Json:
    return {
        "key": key,
        "new_value": [{"id": str(role_id), "name": actor.guild.roles[role_id].name} for role_id in role_ids],
    }
