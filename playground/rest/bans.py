"""REST: bans."""

from __future__ import annotations

from discord_api.permissions import Permissions
from playground.rest.calls import Call
from playground.rest.errors import Fault, invalid_form, unknown
from playground.rest.guilds import bots_guild, by_the_bot
from playground.world import bans
from playground.world.entities import Guild, Json
from playground.world.objects import user_json

_LONGEST_HISTORY = 604800
_MOST_IN_BULK = 200


async def show_all(call: Call) -> list[Json]:
    """Sorted by user ID, in pages; `before` takes precedence over `after`."""
    guild = _readable(call)
    limit = call.number("limit", 1000, 1, 1000)
    user_ids = sorted(guild.bans)
    if "before" in call.query:
        before = call.number("before", 0, 0, 1 << 63)
        page = [user_id for user_id in user_ids if user_id < before][-limit:]
    else:
        after = call.number("after", 0, 0, 1 << 63)
        page = [user_id for user_id in user_ids if user_id > after][:limit]
    return [_ban_json(call, guild, user_id) for user_id in page]


async def show(call: Call) -> Json:
    guild, user_id = _readable(call), call.ids["user_id"]
    if user_id not in guild.bans:
        raise unknown("Ban")
    return _ban_json(call, guild, user_id)


async def add(call: Call) -> None:
    bans.ban(by_the_bot(call), call.ids["user_id"], _delete_seconds(call.body or {}))


async def add_many(call: Call) -> Json:
    user_ids = call.listed_ids("user_ids")
    if not 1 <= len(user_ids) <= _MOST_IN_BULK:
        message = f"Must be between 1 and {_MOST_IN_BULK} in length."
        raise invalid_form(Fault(("user_ids",), "BASE_TYPE_BAD_LENGTH", message))
    banned, failed = bans.ban_many(by_the_bot(call), user_ids, _delete_seconds(call.form))
    return {"banned_users": list(map(str, banned)), "failed_users": list(map(str, failed))}


async def remove(call: Call) -> None:
    bans.unban(by_the_bot(call), call.ids["user_id"])


def _readable(call: Call) -> Guild:
    by_the_bot(call).require(Permissions.BAN_MEMBERS)
    return bots_guild(call)


def _delete_seconds(form: Json) -> int:
    seconds = form.get("delete_message_seconds") or 0
    if not 0 <= seconds <= _LONGEST_HISTORY:
        message = f"int value should be from 0 to {_LONGEST_HISTORY}."
        raise invalid_form(Fault(("delete_message_seconds",), "NUMBER_TYPE_RANGE", message))
    return int(seconds)


def _ban_json(call: Call, guild: Guild, user_id: int) -> Json:
    return {"reason": guild.bans[user_id], "user": user_json(call.state.world.users[user_id])}
