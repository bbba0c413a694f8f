"""/economy settings: a server's economy settings in words, with forms to change them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from discord_api.markdown import plain
from discord_api.permissions import Permissions
from interactions.commands.settings.wording import change_lines
from interactions.components import component
from interactions.context import Context
from interactions.declare import command
from interactions.kept_forms import filled, kept, refilled, typed
from interactions.responses import Button, Card, Choice, Field, Modal, Reply, Style, update, whisper
from interactions.ui import GREEN
from locales import Text, join, n, t
from services import settings
from services.economy.settings import EconomySettings
from services.settings import BadSetting, ChangeSet, Conflict, Source
from services.settings.kinds import Kind, Line, Number, Switch, Zone
from services.settings.typed import read, written

ADMIN = Permissions.MANAGE_GUILD
KINDS = EconomySettings.kinds()


PartName = Literal["daily", "work", "bets", "payments", "currency"]


@dataclass(frozen=True, slots=True)
class SettingsForm:
    """The settings of one form."""

    title: Text
    names: Sequence[str]


PARTS: Mapping[PartName, SettingsForm] = {
    "daily": SettingsForm(t("Daily"), ("daily", "streak_percent", "streak_most_percent", "zone")),
    "work": SettingsForm(t("Work"), ("work_least", "work_most", "work_minutes")),
    "bets": SettingsForm(t("Bets"), ("betting", "bet_percent", "bet_most")),
    "payments": SettingsForm(t("Payments"), ("fee_percent", "newcomer_days", "offer_hours")),
    "currency": SettingsForm(t("Currency"), ("symbol",)),
}


@command("economy settings", "See or change the rules of this server's economy", requires=ADMIN, ephemeral=True)
async def show(ctx: Context) -> Reply:
    return whisper(_card(await settings.of(ctx.guild_id, EconomySettings)), _buttons())


@component("/economy/settings", requires=ADMIN)
async def back(ctx: Context) -> Reply:
    return update(_card(await settings.of(ctx.guild_id, EconomySettings)), _buttons())


@component("/economy/settings/{part}", requires=ADMIN)
async def edit(ctx: Context, part: PartName) -> Modal:
    now = await settings.now(ctx.guild_id)
    rules = now.of(EconomySettings)
    shown = [filled(field, written(getattr(rules, field.name))) for field in _fields(part)]
    return _form(part, now.version, shown)


@component("/economy/settings/{part}/{version:int}/again", requires=ADMIN)
async def again(ctx: Context, part: PartName, version: int) -> Modal:
    return _form(part, version, refilled(ctx, _fields(part)))


@component("/economy/settings/{part}/{version:int}/save", requires=ADMIN, ephemeral=True, writes=True)
async def save(ctx: Context, part: PartName, version: int) -> Reply:
    fields = _fields(part)
    values = typed(ctx, fields)
    try:
        changes = read({f"economy.{name}": value for name, value in values.items()}, ctx.locale)
        saved = await settings.save(
            ctx.guild_id,
            ctx.member.id,
            changes,
            source=Source.COMMAND,
            version=version,
            merge=True,
            request_id=ctx.request_id,
        )
    except (BadSetting, Conflict) as error:
        # Handled here, because dispatch would lose the typed text. After seeing the other person's values, the admin
        # may overwrite them.
        seen = error.version if isinstance(error, Conflict) else version
        retry = Button(t("Try again"), again, {"part": part, "version": seen}, Style.PRIMARY)
        return kept(ctx, error.text, fields, values, retry, Button(t("Back"), back))
    return await _saved(ctx, saved)


async def _saved(ctx: Context, saved: ChangeSet | None) -> Reply:
    said = join(change_lines(saved.changes)) if saved else t("Nothing changed.")
    card = _card(await settings.of(ctx.guild_id, EconomySettings), said, accent=GREEN)
    return update(card, _buttons()) if ctx.message else whisper(card, _buttons())


def _card(now: EconomySettings, *news: Text, accent: int = 0x5B6EE1) -> Card:
    groups = zip(PARTS.values(), (_daily(now), _work(now), _bets(now), _payments(now), _currency(now)), strict=True)
    body = [t("**{title}**\n{words}", title=part.title, words=words) for part, words in groups]
    return Card(t("Saved") if news else t("Economy settings"), [*news, *body], accent=accent)


def _daily(now: EconomySettings) -> Text:
    return t(
        "Daily pay is {daily} {symbol}, plus {percent}% for each day in a row, up to {most}%. A new day starts at "
        "midnight in {zone}.",
        daily=now.daily,
        symbol=now.symbol,
        percent=now.streak_percent,
        most=now.streak_most_percent,
        zone=plain(now.zone),
    )


def _work(now: EconomySettings) -> Text:
    return n(
        "A shift pays {least} to {most} {symbol}. Members can work once a minute.",
        "A shift pays {least} to {most} {symbol}. Members can work once every {count} minutes.",
        now.work_minutes,
        least=now.work_least,
        most=now.work_most,
        symbol=now.symbol,
    )


def _bets(now: EconomySettings) -> Text:
    if not now.betting:
        return t("Betting is off.")
    words = {"percent": now.bet_percent, "most": now.bet_most, "symbol": now.symbol}
    if now.bet_most:
        return t(
            "Betting is on. A bet can be up to {percent}% of a member's coins, and at most {most} {symbol}.", **words
        )
    return t("Betting is on. A bet can be up to {percent}% of a member's coins.", **words)


def _payments(now: EconomySettings) -> Text:
    fee = t("The fee is {fee}%.", fee=now.fee_percent)
    age = n(
        "To pay others, a Discord account must be at least {count} day old.",
        "To pay others, a Discord account must be at least {count} days old.",
        now.newcomer_days,
    )
    offers = n(
        "Payments and requests without an answer expire after {count} hour.",
        "Payments and requests without an answer expire after {count} hours.",
        now.offer_hours,
    )
    return join([fee, age, offers] if now.newcomer_days else [fee, offers], " ")


def _currency(now: EconomySettings) -> Text:
    return t("Coins are shown as {symbol}.", symbol=now.symbol)


def _buttons() -> list[Button]:
    return [Button(part.title, edit, {"part": name}) for name, part in PARTS.items()]


def _form(part: PartName, version: int, fields: Sequence[Field]) -> Modal:
    return Modal(PARTS[part].title, save, fields, {"part": part, "version": version})


def _fields(part: PartName) -> list[Field]:
    return [_field(name, KINDS[name]) for name in PARTS[part].names]


def _field(name: str, kind: Kind) -> Field:
    match kind:
        case Switch():
            return Field(name, kind.label, choices=[Choice(t("on"), "on"), Choice(t("off"), "off")])
        case Number(least=least, most=most):
            described = t("From {least} to {most}", least=least, most=most)
            return Field(name, kind.label, description=described, min_length=1, max_length=20)
        case Line(most=most) | Zone(most=most):
            return Field(name, kind.label, min_length=1, max_length=most)
    raise TypeError(f"there is no form field for {name}")
