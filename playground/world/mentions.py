"""Finds who a message pings: the mentions in its text that its `allowed_mentions` allow."""

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
    """Everyone the message notifies; other mentions in its text are silent."""
    parse = allowed.get("parse") or []
    pinged = Pings()
    listed = {int(user_id) for user_id in allowed.get("users") or []}
    for user_id in _ids(USER, text):
        if user_id in world.users and ("users" in parse or user_id in listed):
            pinged.users.append(user_id)
    guild = world.guild_of(channel)
    if guild is None:
        return pinged
    may_ping_all = bool(world.channel_permissions(channel, author_id) & Permissions.MENTION_EVERYONE)
    listed = {int(role_id) for role_id in allowed.get("roles") or []}
    for role_id in _ids(ROLE, text):
        role = guild.roles.get(role_id)
        if role and ("roles" in parse or role_id in listed) and (role.mentionable or may_ping_all):
            pinged.roles.append(role_id)
    pinged.everyone = "everyone" in parse and may_ping_all and bool(EVERYONE.search(text))
    return pinged


def named_users(text: str) -> list[int]:
    """The IDs of all users mentioned in the text, pinged or not."""
    return _ids(USER, text)


def _ids(pattern: re.Pattern[str], text: str) -> list[int]:
    return list(dict.fromkeys(int(digits) for digits in pattern.findall(text)))
