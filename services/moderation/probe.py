"""Which punishments the bot can't carry out in a server, and whom it can't act on."""

from __future__ import annotations

from collections.abc import Sequence

from discord_api.permissions import Permissions
from locales import command_name, join, t
from services.core import bot_member
from services.core.permission_names import missing
from services.core.probes import Finding, State
from services.directory.hierarchy import GuildRoles
from services.moderation.actions import BOT_NEEDS, NEEDS
from services.moderation.authority import IN_TIMEOUT
from services.settings import switches

NAME = "punishments"
MAX_NAMED = 10  # roles in one sentence

P = Permissions
# Whoever holds one of these is usually meant to be out of the bot's reach.
_STAFF = P.ADMINISTRATOR | P.MANAGE_GUILD | P.BAN_MEMBERS | P.KICK_MEMBERS | P.MODERATE_MEMBERS


async def probe(guild_id: int) -> Sequence[Finding]:
    (state,) = [state for state in await switches.states(guild_id) if state.area.name == "moderation"]
    if not state.on:
        return [Finding(NAME, State.WORKS, switches.sentence(state.area, state.missing), path="/areas")]
    guild, own, _ = await bot_member.find(guild_id)
    roles = GuildRoles.parse(guild)
    bot = roles.member(own)
    if bot.timed_out_until:
        return [Finding(NAME, State.BROKEN, IN_TIMEOUT)]
    found = []
    if not bot.permissions.allows(BOT_NEEDS):
        unusable = {need.command: need.bot for need in NEEDS.values() if not bot.permissions.allows(need.bot)}
        said = t(
            "These commands don't work here: {commands}",
            commands=join([join(["`/", command_name(name), "`"], "") for name in unusable], ", "),
        )
        found.append(Finding(NAME, State.LIMITED, said, missing(BOT_NEEDS & ~bot.permissions, guild_id), "/invite"))
    above = [
        role
        for role in roles.roles.values()
        if not (role.managed or role.permissions & _STAFF or role.id == guild_id or bot.above_role(role))
    ]
    if above:
        said = t(
            "I can't act on members with these roles, because they are above mine: {roles}",
            roles=", ".join(role.name for role in above[:MAX_NAMED]),
        )
        found.append(Finding(NAME, State.LIMITED, said, t("Drag my role above them in Server Settings › Roles.")))
    return found or [Finding(NAME, State.WORKS, t("I can carry out every punishment here."))]
