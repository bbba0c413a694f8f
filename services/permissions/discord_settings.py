"""A server's own settings for our commands in Discord (Server Settings, Integrations), as far as we can read them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from discord_api import applications, commands, errors
from locales import Text, command_name, t
from services.permissions.decision import Asker

if TYPE_CHECKING:
    from discord_api.client import Discord

PATIENCE = 2.0  # seconds for all requests together


class _Kind(IntEnum):
    """The target of an override (Discord: Application Command Permission Type)."""

    ROLE = 1
    USER = 2
    CHANNEL = 3


@dataclass(frozen=True, slots=True)
class Override:
    """One override in Discord's settings, for one command or for all of ours."""

    kind: _Kind
    id: int
    allowed: bool

    def meets(self, asker: Asker) -> bool:
        """Whether it matches the asker or their channel."""
        match self.kind:
            case _Kind.USER:
                return self.id == asker.user_id
            case _Kind.CHANNEL:
                # The server's id minus one stands for all channels.
                return self.id in asker.channel_ids or self.id == asker.guild_id - 1
        return self.id in (*asker.role_ids, asker.guild_id)


async def overrides(discord: Discord, guild_id: int, command: str) -> list[Override] | None:
    """The overrides of a top-level command, or of the whole app; None if Discord doesn't say."""
    try:
        async with asyncio.timeout(PATIENCE):
            return await _ask(discord, guild_id, command.partition(" ")[0])
    except (errors.DiscordError, TimeoutError):
        return None


def sentences(found: list[Override] | None, asker: Asker, command: str) -> list[Text]:
    """Sentences about the overrides that apply to the asker."""
    top = command.partition(" ")[0]
    if found is None:
        return [
            t(
                "I couldn't read Discord's own settings for this command. See Server Settings › Integrations › "
                "`/{top}`.",
                top=command_name(top),
            )
        ]
    told = [_sentence(one, asker.guild_id) for one in found if one.meets(asker)]
    return told or [t("Server Settings › Integrations has no rule about this.")]


async def _ask(discord: Discord, guild_id: int, top: str) -> list[Override]:
    application_id = int((await applications.get(discord))["id"])
    known, found = await asyncio.gather(
        commands.registered(discord, application_id), commands.permissions(discord, application_id, guild_id)
    )
    meant = {application_id, *(int(one["id"]) for one in known if one["name"] == top)}
    return [_override(line) for one in found if int(one["id"]) in meant for line in one["permissions"]]


def _override(line: Mapping[str, Any]) -> Override:
    return Override(_Kind(line["type"]), int(line["id"]), bool(line["permission"]))


def _sentence(one: Override, guild_id: int) -> Text:
    target = {_Kind.ROLE: f"<@&{one.id}>", _Kind.USER: f"<@{one.id}>", _Kind.CHANNEL: f"<#{one.id}>"}[one.kind]
    if one.kind is _Kind.ROLE and one.id == guild_id:
        target = "@everyone"
    whom: Text | str = t("all channels") if one.kind is _Kind.CHANNEL and one.id == guild_id - 1 else target
    if one.allowed:
        return t("Server Settings › Integrations: shown to {target}", target=whom)
    return t("Server Settings › Integrations: hidden from {target}", target=whom)
