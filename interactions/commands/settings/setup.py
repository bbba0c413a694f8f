"""/setup: a server's first settings, one question at a time."""

from collections.abc import Mapping, Sequence
from typing import Any

from discord_api import current, guilds
from discord_api.permissions import Permissions
from interactions.commands.health.doctor import report
from interactions.components import component
from interactions.context import Context
from interactions.declare import command
from interactions.responses import Button, Card, Choice, Field, Modal, Reply, Row, Select, Style, update, whisper
from interactions.ui import GREEN
from locales import Text, join, t
from services.core.mentions import mention
from services.health import doctor
from services.settings import modules, own_ids, setup, time_zones
from services.settings.general import FOLLOW_DISCORD, LANGUAGES
from services.settings.setup import Draft, Step

ADMIN = Permissions.MANAGE_GUILD
MAX_MENU_CHOICES = 25  # choices per menu (Discord: Select Menu)
TEXT_CHANNELS = (0, 5)  # Discord: Channel Types


@command("setup", "Set me up for this server, step by step", requires=ADMIN, ephemeral=True)
async def begin(ctx: Context) -> Reply:
    draft = await setup.begin(ctx.guild_id, ctx.member.id)
    card, rows = await _asked(ctx, draft)
    return whisper(card, *rows)


@component("/setup/{step}/go", requires=ADMIN, writes=True)
async def go(ctx: Context, step: Step) -> Reply:
    """Go to a step without changing anything."""
    return await _shown(ctx, await setup.choose(ctx.guild_id, ctx.member.id, step, {}, step))


async def _ids_chosen(ctx: Context, step: Step) -> None:
    await own_ids.look_up(ctx.guild_id, _meant(step, ctx.chosen()))


@component("/setup/{step}/chosen", requires=ADMIN, writes=True, asks=_ids_chosen)
async def choose(ctx: Context, step: Step) -> Reply:
    chosen = _meant(step, ctx.chosen())
    return await _shown(ctx, await setup.choose(ctx.guild_id, ctx.member.id, step, chosen))


@component("/setup/zone/other", requires=ADMIN)
async def other_zone(ctx: Context) -> Modal:
    field = Field(
        "zone",
        t("City or time zone"),
        placeholder=t("for example, Lisbon or Europe/Lisbon"),
        min_length=1,
        max_length=50,
    )
    return Modal(t("Another time zone"), zone_typed, [field])


@component("/setup/zone/typed", requires=ADMIN, writes=True)
async def zone_typed(ctx: Context) -> Reply:
    zone = await time_zones.meant(ctx.typed("zone"))
    return await _shown(ctx, await setup.choose(ctx.guild_id, ctx.member.id, Step.ZONE, _zone(zone)))


async def _ids_collected(ctx: Context) -> None:
    await setup.look_up(ctx.guild_id)


@component("/setup/saved", requires=ADMIN, ephemeral=True, writes=True, asks=_ids_collected)
async def finish(ctx: Context) -> Reply:
    await setup.finish(ctx.guild_id, ctx.member.id, request_id=ctx.request_id)
    saved = Card(
        t("Setup complete"),
        [t("Your choices are saved. Change them at any time with `/config`, or undo them with `/config revert`.")],
        accent=GREEN,
    )
    return update(saved, [Button(t("Check what works"), check, style=Style.PRIMARY)])


@component("/setup/checked", requires=ADMIN)
async def check(ctx: Context) -> Reply:
    return update(report(await doctor.examine(ctx.guild_id)))


async def _shown(ctx: Context, draft: Draft) -> Reply:
    card, rows = await _asked(ctx, draft)
    return update(card, *rows)


async def _asked(ctx: Context, draft: Draft) -> tuple[Card, Sequence[Row]]:
    """A step's question, with its menu and navigation."""
    number = list(Step).index(draft.step) + 1
    title = t("Setup · step {number} of {all}", number=number, all=len(Step))
    notes = [t("{member} started this <t:{at}:R>.", member=mention(draft.begun_by), at=_at(draft))]
    body = [_QUESTIONS[draft.step], *_so_far(draft)]
    if draft.begun_by != ctx.member.id:
        body += notes
    menu = await _menu(ctx, draft.step)
    rows: list[Row] = [menu] if menu else []
    return Card(title, body), [*rows, _ways(draft.step, unanswerable=menu is None)]


def _ways(step: Step, *, unanswerable: bool) -> list[Button]:
    ways = []
    if step is Step.ZONE:
        ways.append(Button(t("Other…"), other_zone))
    if step is not Step.LANGUAGE:
        ways.append(Button(t("Back"), go, {"step": step.before.value}))
    if step is Step.REVIEW:
        return [*ways, Button(t("Save"), finish, style=Style.SUCCESS)]
    label = t("Next") if unanswerable else t("Skip")
    return [*ways, Button(label, go, {"step": step.next.value})]


async def _menu(ctx: Context, step: Step) -> Select | None:
    match step:
        case Step.LANGUAGE:
            own = Choice(t("Same as Discord"), FOLLOW_DISCORD)
            return _select(step, [own, *(Choice(name, code) for code, name in LANGUAGES.items())])
        case Step.ZONE:
            return _select(
                step, [Choice(one.label, one.zone) for one in await time_zones.find("", ctx.locale, MAX_MENU_CHOICES)]
            )
        case Step.STAFF:
            roles = [role for role in await _roles(ctx.guild_id) if not role.get("managed")]
            offered = [Choice(role["name"][:100], role["id"]) for role in roles[:MAX_MENU_CHOICES]]
            return _select(step, offered, most=len(offered)) if offered else None
        case Step.LOG:
            channels = await _channels(ctx.guild_id)
            offered = [Choice(f"#{channel['name']}"[:100], channel["id"]) for channel in channels[:MAX_MENU_CHOICES]]
            return _select(step, offered) if offered else None
        case Step.PAY:
            return _select(step, [Choice(label, name, said) for name, (label, said) in _PAY.items()])
    return None


def _select(step: Step, offered: Sequence[Choice], *, most: int = 1) -> Select:
    return Select(choose, offered, t("Choose"), {"step": step.value}, max=most)


def _meant(step: Step, values: Sequence[str]) -> Mapping[str, Any]:
    """The settings behind a choice."""
    match step:
        case Step.LANGUAGE:
            return {"general.language": values[0]}
        case Step.ZONE:
            return _zone(values[0])
        case Step.STAFF:
            return {"general.staff_role_ids": list(values)}
        case Step.LOG:
            return {"general.log_channel_id": values[0]}
        case Step.PAY:
            return setup.pay(values[0])
    return {}


def _zone(zone: str) -> Mapping[str, Any]:
    return {"general.time_zone": zone, "economy.zone": zone}


def _so_far(draft: Draft) -> list[Text]:
    """The choices so far in words, in the usual order of settings."""
    lines = []
    for key in (setting for setting in modules.SETTINGS if setting in draft.chosen):
        kind = modules.setting(key).kind
        lines.append(t("{label}: **{value}**", label=kind.label, value=kind.shown(draft.chosen[key])))
    return [join(lines)] if lines else []


async def _roles(guild_id: int) -> list[dict[str, Any]]:
    found = [role for role in await guilds.roles(current.client(), guild_id) if int(role["id"]) != guild_id]
    return sorted(found, key=lambda role: -int(role["position"]))


async def _channels(guild_id: int) -> list[dict[str, Any]]:
    found = await guilds.channels(current.client(), guild_id)
    return sorted((one for one in found if one["type"] in TEXT_CHANNELS), key=lambda one: int(one["position"]))


def _at(draft: Draft) -> str:
    return str(int(draft.begun_at.timestamp()))


_QUESTIONS: Mapping[Step, Text] = {
    Step.LANGUAGE: t("Which language should I use for public replies?"),
    Step.ZONE: t("Which time zone decides when a new day starts, for daily pay and reports?"),
    Step.STAFF: t("Which roles are staff? Members with one of these roles count as moderators."),
    Step.LOG: t(
        "Which channel should I use for staff logs? The list shows the channels that I can see. To use another one, "
        "give my role View Channel there first."
    ),
    Step.PAY: t("How generous should this server be with coins?"),
    Step.REVIEW: t("Review your choices. Nothing is saved until you press Save."),
}
_PAY: Mapping[str, tuple[Text, Text]] = {
    "calm": (t("Frugal"), t("100 a day, 10 to 30 per shift, small bets")),
    "usual": (t("Standard"), t("200 a day, 20 to 60 per shift")),
    "lively": (t("Generous"), t("500 a day, 50 to 150 per shift, larger bets")),
}
