"""Autocomplete suggestions shared by several commands."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from discord_api.markdown import bare
from interactions.context import Context
from interactions.responses import Choice
from locales import Text, n, render, t
from services.core.amounts import Amount
from services.core.errors import UserError
from services.economy import earnings, typed_amounts

LONGEST = 100  # characters of a suggestion and its value (Discord: Application Command Option Choice)

_SPANS = (("24h", t("Last 24 hours")), ("7d", t("Last 7 days")), ("30d", t("Last 30 days")))


async def spans(_ctx: Context, typed: str) -> list[Choice]:
    """Suggest spans of time before now."""
    return [Choice(label, value) for value, label in _SPANS if value.startswith(typed.strip().lower())]


async def share_of_balance(ctx: Context, typed: str) -> list[Choice]:
    """Suggest the typed amount, or half and all of the member's balance."""
    if typed.strip():
        return await _understood(ctx, typed, typed_amounts.parse)
    has = (await earnings.account(ctx.guild_id, ctx.member.id)).balance
    shares = [("half", t("half: {coins}", coins=has // 2), has // 2), ("all", t("all: {coins}", coins=has), has)]
    return [Choice(label, value) for value, label, coins in shares if coins]


async def number_of_coins(ctx: Context, typed: str) -> list[Choice]:
    """Suggest the typed amount; nothing for an empty option, whose value Discord would refuse."""
    return await _understood(ctx, typed, typed_amounts.whole) if typed.strip() else []


def unclear(ctx: Context, error: UserError, typed: str) -> Choice:
    """The error as a suggestion, which shows no formatting."""
    return Choice(bare(render(error.text, ctx.locale)), typed[:LONGEST])


Reading = Callable[[int, str, str], Awaitable[Amount | int]]


async def _understood(ctx: Context, typed: str, read: Reading) -> list[Choice]:
    try:
        return [Choice(_label(await read(ctx.guild_id, typed, ctx.locale)), typed.strip()[:LONGEST])]
    except UserError as error:
        return [unclear(ctx, error, typed)]


def _label(amount: Amount | int) -> Text:
    coins = amount if isinstance(amount, int) else amount.coins
    if coins is not None:
        return n("{count} coin", "{count} coins", coins)
    assert isinstance(amount, Amount), "a number has coins"
    return t("half of your coins") if amount.share > 1 else t("all of your coins")
