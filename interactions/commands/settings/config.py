"""/config show, set, diff, history and revert: a server's settings and their history."""

from collections.abc import Mapping
from typing import Annotated, Any

from discord_api.permissions import Permissions
from interactions.commands.settings import choices, roles_and_channels
from interactions.commands.settings.wording import change_lines, headline, shown
from interactions.components import component
from interactions.context import Context
from interactions.declare import Option, command, group
from interactions.responses import Button, Card, Choice, Reply, Select, Style, update, whisper
from interactions.ui import AMBER, GREEN
from locales import Text, join, t
from services import settings
from services.settings import ChangeSet, Conflict, Module, Source, history, modules, own_ids, reverting, time_zones
from services.settings.kinds import Kind, Zone
from services.settings.modules import MODULES, SETTINGS
from services.settings.typed import LONGEST, read

ADMIN = Permissions.MANAGE_GUILD
ON_A_PAGE, OF_ONE = 5, 3  # changes per page of history, and settings listed for each

group("config", "See and change this server's settings")


@command("config show", "Show the current settings", requires=ADMIN, ephemeral=True)
async def show(
    ctx: Context,
    module: Annotated[str, Option("Which group of settings", max=32, autocomplete=choices.modules)] = "",
) -> Reply:
    values = (await settings.now(ctx.guild_id)).values
    if module:
        return whisper(_module(modules.module(module.strip().lower()), values), _menu())
    return whisper(_overview(values), _menu())


@component("/config/show", requires=ADMIN)
async def show_module(ctx: Context) -> Reply:
    values = (await settings.now(ctx.guild_id)).values
    return update(_module(modules.module(ctx.chosen()[0]), values), _menu())


async def _ids_typed(ctx: Context, module: str, key: str, value: str) -> dict[str, Any]:
    kind = modules.setting(f"{module.strip().lower()}.{key.strip().lower()}").kind
    meant = await _meant(ctx.guild_id, kind, value)
    await own_ids.look_up(ctx.guild_id, _typed(ctx, module, key, meant))
    return {"value": meant}


@command("config set", "Change a setting", requires=ADMIN, ephemeral=True, writes=True, asks=_ids_typed)
async def set_(
    ctx: Context,
    module: Annotated[str, Option("Which group of settings", max=32, autocomplete=choices.modules)],
    key: Annotated[str, Option("Which setting", max=64, autocomplete=choices.keys)],
    value: Annotated[str, Option("The new value", max=LONGEST, autocomplete=choices.values)],
) -> Reply:
    changes = _typed(ctx, module, key, value)
    made = await settings.save(ctx.guild_id, ctx.member.id, changes, source=Source.COMMAND, request_id=ctx.request_id)
    return whisper(saved(made))


@command(
    "config diff", "Compare the settings with the defaults or with an earlier version", requires=ADMIN, ephemeral=True
)
async def diff(
    ctx: Context,
    since: Annotated[
        int | None, Option("Compare with the settings before this change", min=1, autocomplete=choices.changes)
    ] = None,
) -> Reply:
    if since is None:
        title, none = t("Changes from the defaults"), t("Every setting has its default value.")
        changes = await history.difference(ctx.guild_id)
    else:
        first = await history.find(ctx.guild_id, since)
        title = t("Changes since before #{number}", number=str(since))
        none = t("The settings are the same as before #{number}.", number=str(since))
        changes = await history.difference(ctx.guild_id, first.version_before)
    return whisper(Card(title, [join(change_lines(changes))] if changes else [none]))


@command("config history", "See who changed what", requires=ADMIN, ephemeral=True)
async def history_(ctx: Context) -> Reply:
    return await _history(ctx, None)


@component("/config/history/{before:int}", requires=ADMIN)
async def older(ctx: Context, before: int) -> Reply:
    return await _history(ctx, before)


async def _ids_before(ctx: Context, change: int) -> None:
    await reverting.look_up(ctx.guild_id, change)


@command("config revert", "Revert a change", requires=ADMIN, ephemeral=True, writes=True, asks=_ids_before)
async def revert(
    ctx: Context,
    change: Annotated[int, Option("Its number", min=1, autocomplete=choices.changes)],
) -> Reply:
    try:
        made = await settings.revert(ctx.guild_id, ctx.member.id, change, request_id=ctx.request_id)
    except Conflict as error:
        # Handled here, because the admin can do something about it.
        made_then = await history.find(ctx.guild_id, change)
        left = len(made_then.changes) > len(error.clashes)
        rest = [Button(t("Revert the rest"), revert_rest, {"change": change}, Style.PRIMARY)] if left else []
        return whisper(Card(t("Not reverted"), [error.text], accent=AMBER), rest)
    return whisper(saved(made))


@component("/config/revert/{change:int}/rest", requires=ADMIN, writes=True, asks=_ids_before)
async def revert_rest(ctx: Context, change: int) -> Reply:
    made = await settings.revert(ctx.guild_id, ctx.member.id, change, partial=True, request_id=ctx.request_id)
    return update(saved(made))


def saved(made: ChangeSet | None) -> Card:
    """The result of a save, and how to revert it."""
    if made is None:
        return Card(t("Nothing changed"), [t("The settings already have these values.")])
    number = str(made.number)
    footer = t("Change #{number} · Revert it with `/config revert`", number=number)
    return Card(t("Saved"), [join(change_lines(made.changes))], footer, GREEN)


async def _meant(guild_id: int, kind: Kind, value: str) -> str:
    """Resolve typed names: a city, a channel, roles."""
    return await (
        time_zones.meant(value) if isinstance(kind, Zone) else roles_and_channels.meant(guild_id, kind, value)
    )


def _typed(ctx: Context, module: str, key: str, value: str) -> dict[str, Any]:
    modules.module(module.strip().lower())
    return read({f"{module.strip().lower()}.{key.strip().lower()}": value}, ctx.locale)


async def _history(ctx: Context, before: int | None) -> Reply:
    page = await history.page(ctx.guild_id, before=before, limit=ON_A_PAGE)
    told = [join([headline(change_set), *change_lines(change_set.changes, OF_ONE)]) for change_set in page.change_sets]
    card = Card(t("Settings history"), told or [t("No settings have been changed yet.")])
    buttons = [Button(t("Older"), older, {"before": page.older})] if page.older else []
    return update(card, buttons) if before else whisper(card, buttons)


def _overview(values: Mapping[str, Any]) -> Card:
    parts = []
    for name, module in MODULES.items():
        differing = [
            t("{label}: **{value}**", label=one.kind.label, value=shown(one.kind, values[key]))
            for key, one in SETTINGS.items()
            if one.module == name and values[key] != one.default
        ]
        words = join(differing) if differing else t("All at their defaults.")
        parts.append(t("**{title}**\n{words}", title=module.title, words=words))
    return Card(
        t("Settings"),
        parts,
        t("Only settings that differ from the defaults; choose a group to see all of its settings"),
    )


def _module(module: type[Module], values: Mapping[str, Any]) -> Card:
    lines = [
        _line(one.name, one.kind.label, one.kind.description, shown(one.kind, values[key]))
        for key, one in SETTINGS.items()
        if one.module == module.module_name
    ]
    return Card(module.title, [join(lines)], t("Change a setting with `/config set`"))


def _line(name: str, label: Text, description: Text, value: Text | str | int) -> Text:
    return t(
        "{label}: **{value}**\n-# `{name}` · {description}",
        label=label,
        value=value,
        name=name,
        description=description,
    )


def _menu() -> Select:
    return Select(show_module, [Choice(one.title, name) for name, one in MODULES.items()], t("See a group"))
