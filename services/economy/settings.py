"""A guild's economy settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import model_validator

from locales import Text, t
from services.settings.kinds import Line, Number, Switch, Zone
from services.settings.module import InconsistentSettings, Module

MOST_COINS = 10**9


class EconomySettings(Module):
    """The economy settings of one guild."""

    module_name = "economy"
    title = t("Economy")
    groups: ClassVar[Mapping[str, Text]] = {
        "symbol": t("Coins"),
        "daily": t("Daily pay"),
        "work_least": t("Work"),
        "betting": t("Bets"),
        "fee_percent": t("Payments between members"),
    }

    symbol: Annotated[str, Line(t("Symbol or name of the coins"), t("Shown behind every amount"), 40)] = "🪙"
    zone: Annotated[str, Zone(t("Time zone of the new day"), t("Whose midnight begins the next daily pay"))] = "UTC"
    daily: Annotated[int, Number(t("Daily pay"), t("Coins for /daily"), 0, MOST_COINS, coins=True)] = 200
    streak_percent: Annotated[
        int, Number(t("More per day in a row, in %"), t("What each further day adds to the daily pay"), 0, 100)
    ] = 10
    streak_most_percent: Annotated[
        int, Number(t("The most a streak adds, in %"), t("From then on, further days add nothing"), 0, 1000)
    ] = 100
    work_least: Annotated[
        int, Number(t("Least pay for a shift"), t("The fewest coins for /work"), 0, MOST_COINS, coins=True)
    ] = 20
    work_most: Annotated[
        int, Number(t("Most pay for a shift"), t("The most coins for /work"), 0, MOST_COINS, coins=True)
    ] = 60
    work_minutes: Annotated[
        int, Number(t("Minutes between shifts"), t("How long a member rests after /work"), 1, 10080)
    ] = 60
    betting: Annotated[bool, Switch(t("Betting"), t("Whether there are bets"))] = True
    bet_percent: Annotated[
        int, Number(t("Largest bet, in % of the balance"), t("So that nobody loses everything at once"), 1, 100)
    ] = 10
    bet_most: Annotated[
        int,
        Number(t("Largest bet in coins, 0 for no limit"), t("Whatever the balance may be"), 0, MOST_COINS, coins=True),
    ] = 0
    fee_percent: Annotated[int, Number(t("Fee, in %"), t("Kept back from payments between members"), 0, 50)] = 0
    newcomer_days: Annotated[
        int,
        Number(t("Days before a new account may pay"), t("Age of a Discord account that may send coins"), 0, 365),
    ] = 7
    offer_hours: Annotated[
        int, Number(t("Hours that an offer waits"), t("How long a payment or request waits for a yes"), 1, 168)
    ] = 24

    @model_validator(mode="after")
    def _ordered(self) -> EconomySettings:
        if self.work_least > self.work_most:
            raise InconsistentSettings(t("The least pay for work is above the most."), ("work_least", "work_most"))
        return self

    def streak_bonus(self, streak: int) -> int:
        """Extra coins on the `streak`-th day in a row."""
        return self.daily * min((streak - 1) * self.streak_percent, self.streak_most_percent) // 100

    def fee(self, coins: int) -> int:
        """The fee on a payment of `coins`."""
        return coins * self.fee_percent // 100

    def largest_bet(self, balance: int) -> int:
        """The largest bet for someone with `balance`."""
        share = balance * self.bet_percent // 100
        return min(share, self.bet_most) if self.bet_most else share
