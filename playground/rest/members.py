"""REST: the members of a guild."""

from __future__ import annotations

from datetime import UTC, datetime

from discord_api.permissions import Permissions
from playground.rest.calls import Call
from playground.rest.errors import DiscordError, Fault, invalid_form, unknown
from playground.rest.guilds import bots_guild, by_the_bot, role_of
from playground.world import bans, member_edits
from playground.world.entities import Json, Member
from playground.world.objects import full_member_json

_LONGEST_NICK = 32


async def show(call: Call) -> Json:
    return full_member_json(call.state.world, _member(call))


async def show_all(call: Call) -> list[Json]:
    """Sorted by ID, in pages; Discord's default page size is one."""
    guild = bots_guild(call)
    limit, after = call.number("limit", 1, 1, 1000), call.number("after", 0, 0, 1 << 63)
    chosen = sorted(user_id for user_id in guild.members if user_id > after)[:limit]
    return [full_member_json(call.state.world, guild.members[user_id]) for user_id in chosen]


async def search(call: Call) -> list[Json]:
    """Members whose name or nickname starts with the query."""
    guild, query = bots_guild(call), call.query.get("query", "").lower()
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


async def change(call: Call) -> Json:
    """Change what the body names, or nothing if one of the changes is refused."""
    actor, member, form = by_the_bot(call), _changeable(call), call.form
    if {"mute", "deaf", "channel_id"} & form.keys():
        raise DiscordError(400, 40032, "Target user is not connected to voice.")
    nick, until = member.nick, member.timed_out_until
    if "nick" in form:
        member_edits.check_nick(actor, member)
        nick = _nick(form)
    if "communication_disabled_until" in form:
        until = _moment(form["communication_disabled_until"])
        member_edits.check_timeout(actor, member, until)
    if "roles" in form:
        actor.require(Permissions.MANAGE_ROLES)
        member_edits.set_roles(actor, member, [int(role_id) for role_id in form["roles"] or []])
    member_edits.set_profile(actor, member, nick, until)
    return full_member_json(call.state.world, member)


async def change_own(call: Call) -> Json:
    """The bot's own nickname; its picture, banner and bio aren't shown anywhere in the playground."""
    actor, guild = by_the_bot(call), bots_guild(call)
    own = guild.members[actor.user_id]
    if "nick" in call.form:
        actor.require(Permissions.CHANGE_NICKNAME)
        member_edits.set_profile(actor, own, _nick(call.form), own.timed_out_until)
    return full_member_json(call.state.world, own)


async def kick(call: Call) -> None:
    bans.kick(by_the_bot(call), _changeable(call).user_id)


async def add_role(call: Call) -> None:
    """Needs Manage Roles, and a role below the bot's highest one."""
    member_edits.add_role(by_the_bot(call), _changeable(call), role_of(call, bots_guild(call)))


async def remove_role(call: Call) -> None:
    member_edits.remove_role(by_the_bot(call), _changeable(call), role_of(call, bots_guild(call)))


def _member(call: Call) -> Member:
    guild, user = bots_guild(call), call.state.world.user(call.ids["user_id"])
    try:
        return guild.members[user.id]
    except KeyError:
        raise unknown("Member") from None


def _changeable(call: Call) -> Member:
    """The member; for someone who is banned, a change has an error of its own."""
    if call.ids["user_id"] in bots_guild(call).bans:
        raise DiscordError(403, 40007, "The user is banned from this guild.")
    return _member(call)


def _nick(form: Json) -> str | None:
    nick: str | None = form["nick"] or None
    if nick is not None and len(nick) > _LONGEST_NICK:
        message = f"Must be {_LONGEST_NICK} or fewer in length."
        raise invalid_form(Fault(("nick",), "BASE_TYPE_MAX_LENGTH", message))
    return nick


def _moment(text: str | None) -> datetime | None:
    if text is None:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
