"""Bets."""

from __future__ import annotations

from locales import t
from services.core.areas import Area
from services.core.transfer_kinds import Group, TransferKind

GAMES = Area(
    name="games",
    title=t("Games"),
    icon="🎲",
    about=t("Bet coins on games of chance."),
    optional=True,
    needs=("economy",),
    transfers={"bet": TransferKind(t("Bet"), Group("games", t("Games")))},
    record="transactions",
)
