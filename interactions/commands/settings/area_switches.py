"""/config areas: the areas of this server, and a menu to turn them on and off."""

from collections.abc import Sequence

from discord_api.permissions import Permissions
from interactions.components import component
from interactions.context import Context
from interactions.declare import command
from interactions.responses import Card, Choice, Reply, Select, update, whisper
from locales import Text, join, t
from services.settings import Source, switches
from services.settings.switches import AreaState

ADMIN = Permissions.MANAGE_GUILD


@command("config areas", "Turn areas such as games on or off", requires=ADMIN, ephemeral=True)
async def show(ctx: Context) -> Reply:
    states = await _optional(ctx.guild_id)
    return whisper(_card(states), _menu(states))


@component("/config/areas", requires=ADMIN, writes=True)
async def turn(ctx: Context) -> Reply:
    name, _, wanted = ctx.chosen()[0].rpartition(":")
    await switches.turn(ctx.guild_id, ctx.actor, name, wanted == "on", source=Source.COMMAND)
    states = await _optional(ctx.guild_id)
    return update(_card(states), _menu(states))


async def _optional(guild_id: int) -> Sequence[AreaState]:
    return [state for state in await switches.states(guild_id) if state.area.optional]


def _card(states: Sequence[AreaState]) -> Card:
    kept = t("Turning an area off deletes nothing. Everything that isn't listed here is always on.")
    return Card(t("Areas"), [join([_line(state) for state in states])], kept)


def _line(state: AreaState) -> Text:
    words = {"icon": state.area.icon, "title": state.area.title}
    if state.on:
        return t("🟢 {icon} **{title}** is on", **words)
    if state.switch:
        needed = join([area.title for area in state.missing], ", ")
        return t("⚪ {icon} **{title}** is off, because {needed} is", needed=needed, **words)
    return t("⚪ {icon} **{title}** is off", **words)


def _menu(states: Sequence[AreaState]) -> Select:
    return Select(turn, [_choice(state) for state in states], t("Turn an area on or off"))


def _choice(state: AreaState) -> Choice:
    """The menu entry that switches one area to the named state; repeating it changes nothing."""
    title = state.area.title
    if state.switch:
        return Choice(t("Turn off {area}", area=title), f"{state.area.name}:off")
    return Choice(t("Turn on {area}", area=title), f"{state.area.name}:on")
