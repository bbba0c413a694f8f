"""What several commands suggest while an option is being typed."""

from __future__ import annotations

from interactions.context import Context
from interactions.responses import Choice
from locales import Text, t
from services import amounts, economy
from services.amounts import Amount
from services.errors import UserError


async def share_of_balance(ctx: Context, typed: str) -> list[Choice]:
    """What is typed as a number, or half and all of what the member has."""
    if typed.strip():
        return _read(typed)
    has = (await economy.standing(ctx.guild_id, ctx.member.id)).balance
    shares = [("half", t("half: {coins}", coins=has // 2), has // 2), ("all", t("all: {coins}", coins=has), has)]
    return [Choice(label, value) for value, label, coins in shares if coins]


async def number_of_coins(_ctx: Context, typed: str) -> list[Choice]:
    """What is typed as a number; nothing yet for an empty option, whose value Discord would refuse."""
    return _read(typed) if typed.strip() else []


def _read(typed: str) -> list[Choice]:
    try:
        return [Choice(_label(amounts.parse(typed)), typed.strip()[:100])]
    except UserError as error:
        return [Choice(error.text, typed[:100])]


def _label(amount: Amount) -> Text:
    if amount.coins is not None:
        return t("{coins} coins", coins=amount.coins)
    return t("half of what you have") if amount.share > 1 else t("all you have")
