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

    symbol: Annotated[str, Line(t("Currency symbol or name"), t("Shown after every amount"), 40)] = "🪙"
    zone: Annotated[str, Zone(t("Time zone for pay"), t("Daily pay resets at midnight in this time zone"))] = "UTC"
    daily: Annotated[int, Number(t("Daily pay"), t("Coins paid by /daily"), 0, MOST_COINS, coins=True)] = 200
    streak_percent: Annotated[
        int, Number(t("Streak bonus per day (%)"), t("Added to the daily pay for each day in a row"), 0, 100)
    ] = 10
    streak_most_percent: Annotated[
        int, Number(t("Maximum streak bonus (%)"), t("Longer streaks add nothing beyond this"), 0, 1000)
    ] = 100
    work_least: Annotated[
        int, Number(t("Minimum pay per shift"), t("The fewest coins /work can pay"), 0, MOST_COINS, coins=True)
    ] = 20
    work_most: Annotated[
        int, Number(t("Maximum pay per shift"), t("The most coins /work can pay"), 0, MOST_COINS, coins=True)
    ] = 60
    work_minutes: Annotated[
        int,
        Number(t("Time between shifts (minutes)"), t("How long a member must wait before using /work again"), 1, 10080),
    ] = 60
    betting: Annotated[bool, Switch(t("Betting"), t("Allow betting with coins"))] = True
    bet_percent: Annotated[
        int, Number(t("Largest bet (% of balance)"), t("Keeps members from losing everything at once"), 1, 100)
    ] = 10
    bet_most: Annotated[
        int,
        Number(
            t("Largest bet (coins)"), t("Applies whatever the balance is; 0 means no limit"), 0, MOST_COINS, coins=True
        ),
    ] = 0
    fee_percent: Annotated[int, Number(t("Fee (%)"), t("Deducted from payments between members"), 0, 50)] = 0
    newcomer_days: Annotated[
        int,
        Number(t("Minimum account age (days)"), t("How old a Discord account must be to send coins"), 0, 365),
    ] = 7
    offer_hours: Annotated[
        int, Number(t("Offers expire after (hours)"), t("How long a payment or request waits for an answer"), 1, 168)
    ] = 24

    @model_validator(mode="after")
    def _ordered(self) -> EconomySettings:
        if self.work_least > self.work_most:
            raise InconsistentSettings(
                t("The minimum pay per shift is higher than the maximum."), ("work_least", "work_most")
            )
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
