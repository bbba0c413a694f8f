"""Permission checks: from a Context to the decision whether a command or component may be used."""

from __future__ import annotations

import asyncio
from functools import lru_cache

import structlog

from discord_api.permissions import Permissions
from interactions.components import Component
from interactions.context import Context, Member
from interactions.declare import COMMANDS, Command, InteractionContext, Kind
from locales import Text, t
from services import permissions
from services.core import areas, site_links
from services.core.areas import Area
from services.core.errors import Conflict, Forbidden
from services.permissions import Asker, Decision
from services.settings import switch_cache, switches
from services.settings.switches import AreaOff

PATIENCE = 0.3  # seconds; /help would rather show too much than nothing

log = structlog.get_logger(__name__)


async def permit(to: Command | Component, ctx: Context) -> None:
    """Refuse users without permission, whatever Discord let through; outside a server nobody has any permission."""
    if ctx.place is None:
        if to.requires:
            _ = ctx.guild_id
        return
    await _turned_on(to, ctx, ctx.place)
    await _allowed(to, ctx, ctx.place)


async def usable(ctx: Context) -> list[Command]:
    """The slash commands the user may use here."""
    commands = [command for (kind, _), command in COMMANDS.items() if kind is Kind.CHAT]
    if ctx.place is None:
        return [command for command in commands if InteractionContext.OUR_DM in command.places]
    off = await _off(ctx.place)
    on = [command for command in commands if (area := area_of(command)) is None or area.name not in off]
    return [command for command in on if await _may(command, ctx, ctx.place)]


async def off(command: Command, guild_id: int) -> Text | None:
    """The refusal if the command's area is off."""
    area = area_of(command)
    return (await _off(guild_id)).get(area.name) if area else None


def area_of(to: Command | Component) -> Area | None:
    """The area of the handler's package."""
    return areas.area_of(to.handler.__module__)


def record_of(to: Command | Component) -> str:
    """The command that lists what its area's commands have done, "" for none."""
    area = area_of(to)
    return area.record if area else ""


async def _turned_on(to: Command | Component, ctx: Context, guild_id: int) -> None:
    try:
        await switches.require(guild_id, area_of(to))
    except AreaOff as error:
        raise Conflict(_how_to_turn_on(error.text, ctx, guild_id)) from error


def _how_to_turn_on(off: Text, ctx: Context, guild_id: int) -> Text:
    if not ctx.member.permissions.allows(Permissions.MANAGE_GUILD):
        how = t("Anyone with the Manage Server permission can turn it on.")
        return t("{off} {how}", off=off, how=how)
    address = site_links.page(f"/servers/{guild_id}/areas")
    return t("{off} Turn it on with `/config areas` or [on the dashboard](<{address}>).", off=off, address=address)


async def _off(guild_id: int) -> dict[str, Text]:
    """The refusals of areas that are off, by name."""
    if not switch_cache.may_be_off(guild_id):
        return {}
    try:
        async with asyncio.timeout(PATIENCE):
            states = await switches.states(guild_id)
            return {state.area.name: switches.sentence(state.area, state.missing) for state in states if not state.on}
    except Exception as error:  # the database may be away; using such a command will report it
        log.warning("which areas are off is not known", error=type(error).__name__)
        return {}


async def _allowed(to: Command | Component, ctx: Context, guild_id: int) -> None:
    name = belongs(to)
    # Protected commands need no rules, so they work even if the rules can't be read.
    rules = () if permissions.is_protected(name) else await permissions.of(guild_id)
    if not rules and not to.requires:
        return
    decision = permissions.decide(name, to.requires, asker(ctx, ctx.member), rules)
    if not decision.allowed:
        raise permissions.refusal(decision, guild_id)


async def _may(command: Command, ctx: Context, guild_id: int) -> bool:
    try:
        await _allowed(command, ctx, guild_id)
    except Forbidden:
        return False
    return True


async def decision(ctx: Context, member: Member, entry: Command) -> Decision:
    """The decision if this member used the command here now."""
    rules = await permissions.of(ctx.guild_id)
    return permissions.decide(belongs(entry), entry.requires, asker(ctx, member), rules)


def asker(ctx: Context, member: Member) -> Asker:
    """A member and channel in the form rules are matched against."""
    channels = (ctx.channel_id, ctx.parent_id) if ctx.parent_id else (ctx.channel_id,)
    return Asker(ctx.guild_id, member.id, member.roles, member.permissions, channels)


def belongs(to: Command | Component) -> str:
    """The command or group whose rules apply to this, "" for none."""
    return to.of or to.name if isinstance(to, Command) else _known(to.of)


@lru_cache(maxsize=512)
def _known(words: str) -> str:
    """The longest prefix of these words that is a command or a group."""
    while words and not any(permissions.covers(words, name) for _, name in COMMANDS):
        words = words.rpartition(" ")[0]
    return words
