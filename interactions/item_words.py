"""What items are and do, in words."""

from __future__ import annotations

from interactions.markdown import plain
from locales import Text, t
from models import Effect
from services.wares import Ware


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


def described(ware: Ware, most: int = 300) -> list[str]:
    """Its description in one line, if it has one."""
    words = ware.description if len(ware.description) <= most else f"{ware.description[: most - 1]}…"
    return [plain(words)] if plain(words) else []
