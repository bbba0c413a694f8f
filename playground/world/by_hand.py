"""What people change with Discord's own menus, without the bot."""

from __future__ import annotations

from datetime import datetime, timedelta

from discord_api.permissions import Permissions
from playground.page.news import tell_world
from playground.rest.errors import DiscordError, Refusal
from playground.world import bans, member_edits
from playground.world.actors import Actor
from playground.world.entities import Guild, Json, Member
from playground.world.state import State
from playground.world.world import rank_of


def moderate(actor: Actor, kind: str, user_id: int, form: Json) -> None:
    """Carry out one entry of Discord's menu for a person; `form` has what its dialog asks for."""
    try:
        _carry_out(actor, kind, user_id, form)
    except DiscordError as error:
        sentence = "You don't have permission to do this." if error.code == 50013 else f"{error.message}."
        raise Refusal(sentence, status=error.status) from error
    except (KeyError, TypeError, ValueError):
        raise Refusal("What the dialog asks for is missing or malformed.") from None


def offered(actor: Actor, member: Member) -> list[str]:
    """The entries of the menu that this person may use on this member."""
    if not actor.is_above(member.user_id):
        return []
    held = actor.permissions
    kinds = {
        "timeout": Permissions.MODERATE_MEMBERS,
        "untimeout": Permissions.MODERATE_MEMBERS,
        "kick": Permissions.KICK_MEMBERS,
        "ban": Permissions.BAN_MEMBERS,
        "roles": Permissions.MANAGE_ROLES,
    }
    world = actor.state.world
    timed_out = world.timed_out(member)
    administrator = world.guild_permissions(actor.guild, member.user_id) & Permissions.ADMINISTRATOR
    hidden = {"timeout": timed_out or administrator, "untimeout": not timed_out}
    return [kind for kind, needed in kinds.items() if held.allows(needed) and not hidden.get(kind)]


def assignable_roles(actor: Actor) -> list[int]:
    """The roles that this person can give and take."""
    if not actor.permissions.allows(Permissions.MANAGE_ROLES):
        return []
    roles = actor.guild.roles.values()
    return [
        role.id for role in roles if not role.managed and role.id != actor.guild.id and actor.outranks(rank_of(role))
    ]


def join(state: State, guild: Guild, user_id: int) -> None:
    """Enter a server by its invitation; nobody who is banned can."""
    if user_id in guild.bans:
        raise Refusal(f"You are banned from {guild.name}.", status=403)
    if user_id not in guild.members:
        state.world.join(guild, user_id)
        tell_world(state)


def _carry_out(actor: Actor, kind: str, user_id: int, form: Json) -> None:
    match kind:
        case "ban":
            bans.ban(actor, user_id, int(form.get("delete_message_seconds") or 0))
        case "unban":
            bans.unban(actor, user_id)
        case "kick":
            bans.kick(actor, _member(actor, user_id).user_id)
        case "timeout":
            _set_timeout(actor, user_id, actor.state.world.now() + timedelta(seconds=int(form["seconds"])))
        case "untimeout":
            _set_timeout(actor, user_id, None)
        case "roles":
            member_edits.set_roles(actor, _member(actor, user_id), [int(role_id) for role_id in form["roles"]])
        case _:
            raise Refusal("The menu has no such entry.")


def _member(actor: Actor, user_id: int) -> Member:
    if user_id not in actor.guild.members:
        raise Refusal("This person is no longer in the server.", status=404)
    return actor.guild.members[user_id]


def _set_timeout(actor: Actor, user_id: int, until: datetime | None) -> None:
    member = _member(actor, user_id)
    member_edits.check_timeout(actor, member, until)
    member_edits.set_profile(actor, member, member.nick, until)
