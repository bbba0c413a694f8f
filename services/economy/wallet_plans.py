"""Planned changes to a wallet: shown in full, then carried out exactly as shown or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from locales import t
from services.core import plans
from services.core.actors import Actor
from services.core.amounts import Amount
from services.core.errors import Conflict
from services.core.transactions import transaction
from services.economy import corrections, earnings


class WalletAction(StrEnum):
    """The kind of planned action."""

    TAKE = "take"
    FREEZE = "freeze"


@dataclass(frozen=True, slots=True)
class WalletPlan:
    """A plan as shown; `coins` and `before` are 0 if none move."""

    id: int
    act: WalletAction
    user_id: int
    reason: str
    coins: int
    before: int
    symbol: str


@dataclass(frozen=True, slots=True)
class WalletActionResult:
    """The result of a plan; `number` is the receipt, if coins moved."""

    user_id: int
    number: int | None


async def plan_take(guild_id: int, actor: Actor, user_id: int, amount: Amount, reason: str) -> WalletPlan:
    """Plan taking coins; refused if the wallet has too few."""
    has = await earnings.account(guild_id, user_id)
    coins = amount.of(has.balance)
    corrections.check_holds(has.balance, coins)
    stored = {"user_id": str(user_id), "coins": coins, "reason": reason}
    plan_id = await plans.keep(guild_id, actor.id, _action(WalletAction.TAKE), stored)
    return WalletPlan(plan_id, WalletAction.TAKE, user_id, reason, coins, has.balance, has.symbol)


async def plan_freeze(guild_id: int, actor: Actor, user_id: int, reason: str) -> WalletPlan:
    """Plan freezing a wallet; refused if it is frozen already."""
    has = await earnings.account(guild_id, user_id)
    if has.frozen:
        raise Conflict(t("That wallet is already frozen."))
    stored = {"user_id": str(user_id), "reason": reason}
    plan_id = await plans.keep(guild_id, actor.id, _action(WalletAction.FREEZE), stored)
    return WalletPlan(plan_id, WalletAction.FREEZE, user_id, reason, 0, has.balance, has.symbol)


async def look(guild_id: int, actor: Actor, act: WalletAction, plan_id: int) -> WalletPlan:
    """A plan to show again, with the current balance."""
    stored = await plans.look(guild_id, plan_id, actor.id, _action(act))
    user_id = int(stored["user_id"])
    has = await earnings.account(guild_id, user_id)
    return WalletPlan(plan_id, act, user_id, stored["reason"], stored.get("coins", 0), has.balance, has.symbol)


async def confirm(guild_id: int, actor: Actor, act: WalletAction, plan_id: int, *, key: str) -> WalletActionResult:
    """Carry out a plan; refused if the coins or the plan are gone by now."""
    async with transaction():
        stored: dict[str, Any] = await plans.take(guild_id, plan_id, actor.id, _action(act))
        user_id, reason = int(stored["user_id"]), stored["reason"]
        if act is WalletAction.FREEZE:
            await corrections.freeze(guild_id, actor, user_id, reason)
            return WalletActionResult(user_id, None)
        made = await corrections.take(guild_id, actor, user_id, Amount(stored["coins"]), reason, key=key)
    return WalletActionResult(user_id, made.number)


def no_plan() -> plans.NoPlan:
    """The refusal for a confirmation without a plan."""
    return plans.NoPlan(t("This form is incomplete. Please start again."))


def _action(act: WalletAction) -> str:
    return f"wallet.{act}"
