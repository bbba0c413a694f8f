"""What items are and do, in words."""

from __future__ import annotations

from discord_api.markdown import plain
from locales import Text, t
from models import Effect
from services.shop.catalog import Ware
from services.shop.item_fields import LONGEST_DESCRIPTION

WHOLE = 2 * LONGEST_DESCRIPTION  # each of its characters escaped


def offered(ware: Ware, symbol: str) -> Text:
    """An item with its price, and how many of it the shop has."""
    words = {"item": plain(ware.name), "price": ware.price, "symbol": symbol, "left": left(ware)}
    return t("**{item}** · **{price}** {symbol} · {left}", **words)


def does(ware: Ware) -> Text:
    """What an item is good for."""
    match ware.effect:
        case Effect.ROLE:
            return t("Gives the role {role}", role=f"<@&{ware.role_id}>")
        case Effect.STREAK_SAVER:
            return t("Keeps your daily streak alive over one missed day, by itself")
        case Effect.NONE:
            return t("To have and to show")


def left(ware: Ware) -> Text:
    """How many the shop has."""
    if ware.stock is None:
        return t("without end")
    return t("{left} left", left=ware.stock) if ware.stock else t("sold out")


def described(ware: Ware, most: int = WHOLE) -> list[str]:
    """Its description in one line of at most `most` characters, if it has one."""
    shown = plain(ware.description)
    if len(shown) > most:
        # Cut as it is shown, since escaping can double it; an escape must not lose what it stands before.
        shown = shown[: most - 1].rstrip("\\") + "…"
    return [shown] if shown else []
