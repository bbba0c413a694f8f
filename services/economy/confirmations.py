"""The share of their balance above which a member confirms spending: half, unless they chose another."""

from __future__ import annotations

from locales import t
from services.core.errors import Conflict
from services.core.transactions import rows

USUAL, NEVER = 50, 100  # percent

_CHOSEN = "SELECT confirm_percent FROM users WHERE discord_id = $1"
_CHOOSE = """
INSERT INTO users (discord_id, username, confirm_percent) VALUES ($1, $2, $3)
ON CONFLICT (discord_id) DO UPDATE SET confirm_percent = excluded.confirm_percent"""


class NeedsConfirmation(Conflict):
    """Nothing was spent: the amount is above the share the member confirms first."""

    def __init__(self, coins: int, balance: int, symbol: str) -> None:
        super().__init__(
            t("That's **{coins}** of your **{balance}** {symbol}.", coins=coins, balance=balance, symbol=symbol)
        )
        self.coins = coins
        self.symbol = symbol


async def percent(user_id: int) -> int:
    """The share of a balance this user spends without confirming: 0 always asks, 100 never."""
    found = await rows(_CHOSEN, user_id)
    chosen: int | None = found[0]["confirm_percent"] if found else None
    return USUAL if chosen is None else chosen


async def choose(user_id: int, username: str, percent: int) -> None:
    """Set the share above which this user confirms spending."""
    await rows(_CHOOSE, user_id, username, percent)


def needed(coins: int, balance: int, ask_above: int) -> bool:
    """Whether spending this much needs confirmation; more than the balance is refused elsewhere."""
    return coins <= balance and coins * 100 > balance * ask_above
