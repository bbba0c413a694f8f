"""Suggestions for modules, settings, values and changes."""

from __future__ import annotations

from typing import Any

from interactions.commands.settings import roles_and_channels
from interactions.context import Context
from interactions.responses import Choice
from interactions.suggestions import LONGEST, unclear
from locales import Text, join, number, render, t
from services import settings
from services.directory import RolesAndChannels
from services.settings import BadSetting, history, time_zones
from services.settings.kinds import Channel, Kind, Number, OneOf, Roles, Switch, Zone
from services.settings.modules import MODULES, SETTINGS, Setting, settings_of
from services.settings.typed import read, written

MAX_SUGGESTIONS = 25  # suggestions Discord shows


async def modules(ctx: Context, typed: str) -> list[Choice]:
    """Suggest modules whose name or title starts with the text."""
    word = typed.strip().lower()
    titled = {name: module.title for name, module in MODULES.items()}
    return [
        Choice(title, name)
        for name, title in titled.items()
        if name.startswith(word) or render(title, ctx.locale).lower().startswith(word)
    ]


async def keys(ctx: Context, typed: str) -> list[Choice]:
    """Suggest settings of the chosen module that contain the text, with their values."""
    values = (await settings.now(ctx.guild_id)).values
    word = typed.strip().lower()
    found = settings_of(str(ctx.fields.get("module")))
    named = any(one.kind.names and values[one.key] for one in found)
    places = await roles_and_channels.places(ctx.guild_id) if named else RolesAndChannels()
    return [
        Choice(_present(one, values[one.key], places), one.name)
        for one in found
        if word in one.name or word in render(one.kind.label, ctx.locale).lower()
    ]


async def values(ctx: Context, typed: str) -> list[Choice]:
    """Suggest values of the chosen setting: its options, or the typed text as understood."""
    setting = SETTINGS.get(f"{ctx.fields.get('module')}.{ctx.fields.get('key')}")
    if setting is None:
        return []
    word = typed.strip()
    if isinstance(setting.kind, Zone):
        return [Choice(one.label, one.zone) for one in await time_zones.find(word, ctx.locale, MAX_SUGGESTIONS)]
    if isinstance(setting.kind, Channel | Roles) and (found := await _places(ctx, setting.kind, word)):
        return found
    if (offered := _offered(setting.kind)) is not None:
        return [one for one in offered if _begins(one, word, ctx)][:MAX_SUGGESTIONS]
    return [_understood(ctx, setting, word)] if word else await _without_a_word(ctx, setting)


async def changes(ctx: Context, typed: str) -> list[Choice]:
    """Suggest the latest changes, or those whose number starts with the text."""
    page = await history.page(ctx.guild_id, limit=history.MAX_CHANGE_SETS_PER_PAGE)
    word = typed.strip().lstrip("#")
    found = [change_set for change_set in page.change_sets if str(change_set.number).startswith(word)]
    return [Choice(_change(one), one.number) for one in found[:MAX_SUGGESTIONS]]


async def _places(ctx: Context, kind: Channel | Roles, word: str) -> list[Choice]:
    return (await roles_and_channels.suggested(ctx.guild_id, kind, word))[:MAX_SUGGESTIONS]


def _present(setting: Setting, value: object, places: RolesAndChannels) -> Text:
    return t("{label}: {value}", label=setting.kind.label, value=_short(setting.kind, value, places))


def _short(kind: Kind, value: Any, places: RolesAndChannels) -> Text | str | int:
    # Suggestions are plain text: mentions would show as numbers, and escapes as backslashes.
    match kind:
        case Channel() if value:
            return f"#{places.channels.get(int(value), value)}"
        case Roles() if value:
            return ", ".join(f"@{places.roles.get(int(one), one)}" for one in value)
    return kind.shown(value)


def _change(one: history.ChangeSet) -> Text:
    labels = [SETTINGS[key].kind.label for key in one.changes if key in SETTINGS]
    return t("#{number}: {settings}", number=str(one.number), settings=join(labels[:3], ", "))


def _offered(kind: Kind) -> list[Choice] | None:
    match kind:
        case Switch():
            return [Choice(t("on"), "on"), Choice(t("off"), "off")]
        case OneOf(choices=choices):
            return [Choice(words, value) for value, words in choices.items()]
    return None


def _begins(choice: Choice, word: str, ctx: Context) -> bool:
    wanted = word.lower()
    return wanted in str(choice.value).lower() or wanted in render(choice.label, ctx.locale).lower()


def _understood(ctx: Context, setting: Setting, word: str) -> Choice:
    try:
        value = read({setting.key: word}, ctx.locale)[setting.key]
    except BadSetting as error:
        return unclear(ctx, error, word)
    return Choice(number(value, ctx.locale) if isinstance(setting.kind, Number) else word[:LONGEST], word[:LONGEST])


async def _without_a_word(ctx: Context, setting: Setting) -> list[Choice]:
    present, places = (await settings.now(ctx.guild_id)).values[setting.key], RolesAndChannels()
    made = [Choice(t("now: {value}", value=_short(setting.kind, present, places)), written(present)[:LONGEST])]
    if present != setting.default:
        usual = t("default: {value}", value=_short(setting.kind, setting.default, places))
        made.append(Choice(usual, written(setting.default)))
    return made
