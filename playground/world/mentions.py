"""Whom a message pings: what its text names, as far as its `allowed_mentions` let it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from discord_api.permissions import Permissions
from playground.world.entities import Channel, Json
from playground.world.world import World

USER = re.compile(r"<@!?(\d{1,20})>")
ROLE = re.compile(r"<@&(\d{1,20})>")
EVERYONE = re.compile(r"@(everyone|here)\b")

INTERACTION_DEFAULT: Json = {"parse": ["users"]}
CHANNEL_DEFAULT: Json = {"parse": ["users", "roles", "everyone"]}


@dataclass
class Pings:
    users: list[int] = field(default_factory=list)
    roles: list[int] = field(default_factory=list)
    everyone: bool = False


def pings(world: World, channel: Channel, author_id: int, text: str, allowed: Json) -> Pings:
    """Those who are notified; a name in the text alone notifies nobody."""
    parse = allowed.get("parse") or []
    found = Pings()
    listed = {int(user_id) for user_id in allowed.get("users") or []}
    for user_id in _ids(USER, text):
        if user_id in world.users and ("users" in parse or user_id in listed):
            found.users.append(user_id)
    guild = world.guild_of(channel)
    if guild is None:
        return found
    may_ping_all = bool(world.channel_permissions(channel, author_id) & Permissions.MENTION_EVERYONE)
    listed = {int(role_id) for role_id in allowed.get("roles") or []}
    for role_id in _ids(ROLE, text):
        role = guild.roles.get(role_id)
        if role and ("roles" in parse or role_id in listed) and (role.mentionable or may_ping_all):
            found.roles.append(role_id)
    found.everyone = "everyone" in parse and may_ping_all and bool(EVERYONE.search(text))
    return found


def named_users(text: str) -> list[int]:
    """The ids of everyone whom the text names, pinged or not."""
    return _ids(USER, text)


def _ids(pattern: re.Pattern[str], text: str) -> list[int]:
    return list(dict.fromkeys(int(found) for found in pattern.findall(text)))
