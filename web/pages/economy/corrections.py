"""Corrections of a wallet by admins: grants happen at once; taking and freezing are planned first."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Annotated

from pydantic import StringConstraints
from starlette.responses import Response

from services import directory
from services.core.errors import UserError
from services.economy import corrections, typed_amounts, wallet_plans
from services.economy.wallet_plans import WalletAction, WalletPlan
from services.identity import live_members
from web.frame.forms import F, Form, Key, once, read_form
from web.frame.page import Visit, page, to
from web.pages.directory.members import profile
from web.pages.economy.plans import Confirmation, Reason, refusal
from web.rendering import show as shown

Coins = Annotated[str, StringConstraints(min_length=1, max_length=30)]


class GrantForm(Form):
    """The form to grant coins."""

    key: Key
    coins: Coins
    reason: Reason = ""


class TakeForm(Form):
    """The form to take coins: a number, `half` or `all`."""

    taken: Coins
    taken_for: Reason = ""


class ReasonForm(Form):
    """The reason, shown in the audit log."""

    frozen_for: Reason = ""


@page
async def grant(visit: Visit) -> Response:
    """Grant coins from the mint, once per form."""
    user_id = visit.path("user_id")
    filled = await read_form(visit, GrantForm)
    form = filled.form
    if form is None:
        return await profile(visit, user_id, form="grant", filled=filled)
    try:
        coins = await typed_amounts.whole(visit.guild_id, form.coins, visit.locale)
        person = await live_members.find(visit.guild_id, user_id)  # fetched from Discord before the transaction begins

        async def effect(key: str) -> str:
            made = await corrections.grant(visit.guild_id, visit.actor, person, coins, form.reason, key=key)
            return f"/servers/{visit.guild_id}/transfers/{made.number}?done=granted"

        return await once(visit, form.key, "grant", effect)
    except UserError as refused:
        return await profile(visit, user_id, form="grant", filled=filled, refused=refused)


@page
async def plan_take(visit: Visit) -> Response:
    """Plan to take coins."""

    async def plan(user_id: int, form: TakeForm) -> WalletPlan:
        amount = await typed_amounts.parse(visit.guild_id, form.taken, visit.locale)
        return await wallet_plans.plan_take(visit.guild_id, visit.actor, user_id, amount, form.taken_for)

    return await _plan(visit, WalletAction.TAKE, TakeForm, plan)


@page
async def planned_take(visit: Visit) -> Response:
    """The plan to take coins, until confirmed or 15 minutes old."""
    return await _planned(visit, WalletAction.TAKE)


@page
async def take(visit: Visit) -> Response:
    """Take exactly the coins shown."""
    return await _confirmed(visit, WalletAction.TAKE)


@page
async def plan_freeze(visit: Visit) -> Response:
    """Plan to freeze a wallet."""

    async def plan(user_id: int, form: ReasonForm) -> WalletPlan:
        return await wallet_plans.plan_freeze(visit.guild_id, visit.actor, user_id, form.frozen_for)

    return await _plan(visit, WalletAction.FREEZE, ReasonForm, plan)


@page
async def planned_freeze(visit: Visit) -> Response:
    """The plan to freeze a wallet, likewise."""
    return await _planned(visit, WalletAction.FREEZE)


@page
async def freeze(visit: Visit) -> Response:
    """Freeze the wallet shown."""
    return await _confirmed(visit, WalletAction.FREEZE)


class UnfreezeForm(Form):
    """The form to unfreeze a wallet."""

    key: Key


@page
async def unfreeze(visit: Visit) -> Response:
    """Unfreeze a wallet; nothing can be lost, so it needs no plan."""
    user_id = visit.path("user_id")
    filled = await read_form(visit, UnfreezeForm)
    form = filled.form
    if form is None:
        return await profile(visit, user_id, form="freeze", filled=filled)

    async def effect(_key: str) -> str:
        await corrections.unfreeze(visit.guild_id, visit.actor, user_id, "")
        return f"/servers/{visit.guild_id}/members/{user_id}"

    try:
        return await once(visit, form.key, "unfreeze", effect)
    except UserError as refused:
        return await profile(visit, user_id, form="freeze", filled=filled, refused=refused)


async def _plan(
    visit: Visit, act: WalletAction, model: type[F], plan: Callable[[int, F], Awaitable[WalletPlan]]
) -> Response:
    """Make the plan requested on a member's page, and redirect to it."""
    user_id = visit.path("user_id")
    filled = await read_form(visit, model)
    if filled.form is None:
        return await profile(visit, user_id, form=act, filled=filled)
    try:
        await live_members.check_here(visit.guild_id, user_id)
        made = await plan(user_id, filled.form)
    except UserError as refused:
        return await profile(visit, user_id, form=act, filled=filled, refused=refused)
    return to(visit, f"/servers/{visit.guild_id}/members/{user_id}/{act}-plans/{made.id}")


async def _planned(visit: Visit, act: WalletAction) -> Response:
    user_id = visit.path("user_id")
    try:
        made = await wallet_plans.look(visit.guild_id, visit.actor, act, visit.path("plan_id"))
    except UserError as refused:
        return refusal(visit, refused, f"members/{user_id}")
    return shown(
        visit,
        "economy/wallet_plan.html",
        plan=made,
        face=(await directory.people_of([made.user_id])).get(made.user_id),
    )


async def _confirmed(visit: Visit, act: WalletAction) -> Response:
    filled = await read_form(visit, Confirmation)
    form = filled.form
    if form is None:
        raise wallet_plans.no_plan()

    async def effect(key: str) -> str:
        done = await wallet_plans.confirm(visit.guild_id, visit.actor, act, form.plan_id, key=key)
        if done.number is None:
            return f"/servers/{visit.guild_id}/members/{done.user_id}"
        return f"/servers/{visit.guild_id}/transfers/{done.number}?done=taken"

    try:
        return await once(visit, form.key, act, effect)
    except UserError as refused:
        return refusal(visit, refused, f"members/{visit.path('user_id')}")
