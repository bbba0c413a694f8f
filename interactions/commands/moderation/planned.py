"""Punishments that are confirmed first: the button carries out exactly the order that was shown, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, NamedTuple

from discord_api.permissions import Permissions
from interactions.commands.moderation.case_choices import accept
from interactions.commands.moderation.checks import check
from interactions.commands.moderation.ordering import carry_out, shown
from interactions.components import Component, component
from interactions.context import Context
from interactions.responses import Button, Card, Reply, Style, Words, reply, update, whisper
from interactions.ui import AMBER, GREY, confirm_row
from locales import Text, t
from models.moderation import CaseKind
from services.core import plans
from services.core.plans import NoPlan
from services.moderation import cases
from services.moderation.authority import Action
from services.moderation.case import Order
from services.moderation.evidence import Copy


class Confirmation(NamedTuple):
    """The buttons below a command's question."""

    kind: str  # of its plans
    confirm: Component
    cancel: Component


def declare(command: str, requires: Permissions) -> Confirmation:
    """Declare the buttons with which a command's orders are confirmed."""
    kind, path = f"moderation.{command}", f"/{command}/plan/{{plan_id:int}}"

    async def still_may(ctx: Context, plan_id: int) -> None:
        order, _ = _read(await plans.look(ctx.guild_id, plan_id, ctx.member.id, kind))
        assert order.user_id is not None, "every order that is asked about names someone"
        await check(ctx, Action(order.action.value), order.user_id)

    @component(path, requires=requires, writes=True, asks=still_may)
    async def confirm(ctx: Context, plan_id: int) -> Reply:
        key = f"plan:{plan_id}"
        if isinstance(ctx.refusal, NoPlan) and (case := await cases.by_key(ctx.guild_id, key)):
            return shown(ctx, case)
        accept(ctx)
        order, copies = _read(await plans.take(ctx.guild_id, plan_id, ctx.member.id, kind))
        return await carry_out(ctx, order, key=key, copies=copies)

    @component(f"{path}/cancel", requires=requires, writes=True)
    async def cancel(ctx: Context, plan_id: int) -> Reply:
        await plans.take(ctx.guild_id, plan_id, ctx.member.id, kind)
        return update(Card(t("Canceled. Nothing was done."), accent=GREY))

    return Confirmation(kind, confirm, cancel)


async def ask(
    ctx: Context,
    confirmation: Confirmation,
    order: Order,
    question: Words,
    label: Text,
    *,
    visible: bool = False,
    copies: Sequence[Copy] = (),
) -> Reply:
    """Ask whether to carry out this order, with its evidence."""
    evidence = [asdict(copy) | {"sha256": copy.sha256.hex()} for copy in copies]
    plan = {"order": asdict(order), "evidence": evidence}
    params = {"plan_id": await plans.keep(ctx.guild_id, ctx.member.id, confirmation.kind, plan)}
    card = Card(t("Are you sure?"), [question], t("Valid for 15 minutes"), AMBER)
    row = confirm_row(Button(label, confirmation.confirm, params, Style.DANGER), confirmation.cancel, params)
    return reply(card, row) if visible else whisper(card, row)


def _read(plan: dict[str, Any]) -> tuple[Order, Sequence[Copy]]:
    order = plan["order"]
    copies = [Copy(**copy | {"sha256": bytes.fromhex(copy["sha256"])}) for copy in plan["evidence"]]
    return Order(**order | {"action": CaseKind(order["action"])}), copies
