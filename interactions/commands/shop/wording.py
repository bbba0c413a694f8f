"""Items in words."""

from __future__ import annotations

from discord_api.markdown import plain
from locales import Text, n, t
from models import Effect
from services.shop.item import LONGEST_DESCRIPTION, Ware

WHOLE = 2 * LONGEST_DESCRIPTION  # with every character escaped


def offered(ware: Ware, symbol: str) -> Text:
    """An item with its price and stock."""
    words = {"item": plain(ware.name), "price": ware.price, "symbol": symbol, "left": left(ware)}
    return t("**{item}** · **{price}** {symbol} · {left}", **words)


def does(ware: Ware) -> Text:
    """An item's effect."""
    match ware.effect:
        case Effect.ROLE:
            return t("Gives the role {role}", role=f"<@&{ware.role_id}>")
        case Effect.STREAK_SAVER:
            return t("Keeps your daily streak going if you miss a day")
        case Effect.NONE:
            return t("Collectible")


def left(ware: Ware) -> Text:
    """An item's stock."""
    if ware.stock is None:
        return t("unlimited")
    return n("{count} left", "{count} left", ware.stock) if ware.stock else t("sold out")


def described(ware: Ware, most: int = WHOLE) -> list[str]:
    """An item's description on one line of at most `most` characters, if it has one."""
    shown = plain(ware.description)
    if len(shown) > most:
        # Cut after escaping, which can double its length; an escape must keep its character.
        shown = shown[: most - 1].rstrip("\\") + "…"
    return [shown] if shown else []
