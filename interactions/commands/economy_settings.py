"""/economy settings: every rule of a server's economy, in words, and forms to change them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from discord_api.permissions import Permissions
from interactions.context import Context
from interactions.declare import command, component
from interactions.kept_forms import filled, kept, refilled, typed
from interactions.markdown import plain
from interactions.responses import Button, Card, Choice, Field, Modal, Reply, Style, update, whisper
from locales import Text, join, t
from services import amounts, audit, economy_settings
from services.economy_settings import BadSetting, EconomySettings

ADMIN = Permissions.MANAGE_GUILD
GREEN = 0x2E8B57


@dataclass(frozen=True, slots=True)
class Part:
    """Settings that stand in one form: what they are called, by name."""

    title: Text
    labels: Mapping[str, Text]


PARTS: Mapping[str, Part] = {
    "daily": Part(
        t("Daily"),
        {
            "daily": t("Daily pay"),
            "streak_percent": t("More per day in a row, in %"),
            "streak_most_percent": t("The most a streak adds, in %"),
            "zone": t("Time zone of the new day"),
        },
    ),
    "work": Part(
        t("Work"),
        {
            "work_least": t("Least pay for a shift"),
            "work_most": t("Most pay for a shift"),
            "work_minutes": t("Minutes between shifts"),
        },
    ),
    "bets": Part(
        t("Bets"),
        {
            "betting": t("Betting"),
            "bet_percent": t("Largest bet, in % of the balance"),
            "bet_most": t("Largest bet in coins, 0 for no limit"),
        },
    ),
    "payments": Part(
        t("Payments"),
        {
            "fee_percent": t("Fee, in %"),
            "newcomer_days": t("Days before a new account may pay"),
            "offer_hours": t("Hours that an offer waits"),
        },
    ),
    "currency": Part(t("Currency"), {"symbol": t("Symbol or name of the coins")}),
}
TEXTS, COINS = {"symbol": 40, "zone": 50}, {"daily", "work_least", "work_most", "bet_most"}
SWITCH = {"on": True, "off": False}


@command("economy settings", "The rules of this server's economy", requires=ADMIN, ephemeral=True)
async def settings(ctx: Context) -> Reply:
    return whisper(_card(await economy_settings.of(ctx.guild_id)), _buttons())


@component("/economy/settings", requires=ADMIN)
async def back(ctx: Context) -> Reply:
    return update(_card(await economy_settings.of(ctx.guild_id)), _buttons())


@component("/economy/settings/{part}", requires=ADMIN)
async def edit(ctx: Context, part: str) -> Modal:
    now = await economy_settings.of(ctx.guild_id)
    return _form(part, [filled(field, _typed(getattr(now, field.name))) for field in _fields(part)])


@component("/economy/settings/{part}/again", requires=ADMIN)
async def again(ctx: Context, part: str) -> Modal:
    return _form(part, refilled(ctx, _fields(part)))


@component("/economy/settings/{part}/save", requires=ADMIN, ephemeral=True, writes=True)
async def save(ctx: Context, part: str) -> Reply:
    fields = _fields(part)
    values = typed(ctx, fields)
    try:
        changes = {field.name: _read(field, values[field.name]) for field in fields}
        before, after = await economy_settings.change(ctx.guild_id, changes)
    except BadSetting as error:
        # The one place where a refusal is not left to dispatch: it would lose what was typed.
        buttons = [Button(t("Try again"), again, {"part": part}, Style.PRIMARY), Button(t("Back"), back)]
        return kept(ctx, error.text, fields, values, *buttons)
    return await _saved(ctx, part, before, after)


async def _saved(ctx: Context, part: str, before: EconomySettings, after: EconomySettings) -> Reply:
    labels = PARTS[part].labels
    changed = {name: [getattr(before, name), getattr(after, name)] for name in labels}
    changed = {name: both for name, both in changed.items() if both[0] != both[1]}
    if changed:
        await audit.record(ctx.guild_id, ctx.member.id, "economy.settings", part, changed, ctx.request_id)
    diff = [_change(labels[name], old, new) for name, (old, new) in changed.items()]
    said = join(diff) if diff else t("Nothing has changed.")
    card = _card(after, said, accent=GREEN)
    return update(card, _buttons()) if ctx.message else whisper(card, _buttons())


def _change(label: Text, old: Any, new: Any) -> Text:
    return t("{label}: {before} → **{after}**", label=label, before=_shown(old), after=_shown(new))


def _card(now: EconomySettings, *news: Text, accent: int = 0x5B6EE1) -> Card:
    groups = zip(PARTS.values(), (_daily(now), _work(now), _bets(now), _payments(now), _currency(now)), strict=True)
    body = [t("**{title}**\n{words}", title=part.title, words=words) for part, words in groups]
    return Card(t("Saved") if news else t("Economy settings"), [*news, *body], accent=accent)


def _daily(now: EconomySettings) -> Text:
    return t(
        "{daily} {symbol} a day, {percent} % more for each day in a row, up to {most} % more. "
        "The new day begins at midnight in {zone}.",
        daily=now.daily,
        symbol=now.symbol,
        percent=now.streak_percent,
        most=now.streak_most_percent,
        zone=plain(now.zone),
    )


def _work(now: EconomySettings) -> Text:
    words = {"least": now.work_least, "most": now.work_most, "symbol": now.symbol, "minutes": now.work_minutes}
    return t("A shift pays {least} to {most} {symbol}, once in {minutes} minutes.", **words)


def _bets(now: EconomySettings) -> Text:
    if not now.betting:
        return t("Bets are off.")
    words = {"percent": now.bet_percent, "most": now.bet_most, "symbol": now.symbol}
    if now.bet_most:
        return t("Bets are on, up to {percent} % of what one has and {most} {symbol} at most.", **words)
    return t("Bets are on, up to {percent} % of what one has.", **words)


def _payments(now: EconomySettings) -> Text:
    return t(
        "The fee is {fee} %. Discord accounts can pay when they are {days} days old. "
        "What needs a yes waits {hours} hours for it.",
        fee=now.fee_percent,
        days=now.newcomer_days,
        hours=now.offer_hours,
    )


def _currency(now: EconomySettings) -> Text:
    return t("Coins are shown as {symbol}.", symbol=now.symbol)


def _buttons() -> list[Button]:
    return [Button(part.title, edit, {"part": name}) for name, part in PARTS.items()]


def _form(part: str, fields: Sequence[Field]) -> Modal:
    return Modal(PARTS[part].title, save, fields, {"part": part})


def _fields(part: str) -> list[Field]:
    return [_field(name, label) for name, label in PARTS[part].labels.items()]


def _field(name: str, label: Text) -> Field:
    if name == "betting":
        return Field(name, label, choices=[Choice(t("on"), "on"), Choice(t("off"), "off")])
    if name in TEXTS:
        return Field(name, label, min_length=1, max_length=TEXTS[name])
    least, most = economy_settings.bounds(name)
    described = t("From {least} to {most}", least=least, most=most)
    return Field(name, label, description=described, min_length=1, max_length=20)


def _typed(value: Any) -> str:
    """A setting as it stands in a form."""
    if isinstance(value, bool):
        return "on" if value else "off"
    return str(value)


def _shown(value: Any) -> Text | str | int:
    if isinstance(value, bool):
        return t("on") if value else t("off")
    return value if isinstance(value, int) else plain(str(value))


def _read(field: Field, text: str) -> object:
    """A setting from what was typed for it; refuses what is no value of it at all."""
    word = " ".join(text.split())
    if field.choices:
        if word not in SWITCH:
            raise BadSetting(t("**{label}** is either on or off.", label=field.label))
        return SWITCH[word]
    if field.name in TEXTS:
        if not word:
            raise BadSetting(t("**{label}** can't be empty.", label=field.label))
        return word
    least, most = economy_settings.bounds(field.name)
    number = _number(field.name, word)
    if number is None or not least <= number <= most:
        raise BadSetting(
            t("**{label}** must be a number from {least} to {most}.", label=field.label, least=least, most=most)
        )
    return number


def _number(name: str, word: str) -> int | None:
    digits = word.removesuffix("%").strip()
    if digits.isascii() and digits.isdecimal():
        return int(digits)  # of at most 20 characters
    if name not in COINS:
        return None
    try:
        return amounts.parse(word).coins
    except amounts.UnclearAmount:
        return None
