"""/kick, which deletes messages as a softban."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal

from discord_api.permissions import Permissions
from interactions.commands.moderation import planned
from interactions.commands.moderation.checks import accepted, check, secured
from interactions.commands.moderation.options import (
    NO_MESSAGES,
    Evidence,
    Notify,
    Reason,
    Visible,
    seconds,
    wants_notice,
)
from interactions.commands.moderation.ordering import carry_out
from interactions.context import Attachment, Context, Member
from interactions.declare import Option, command
from interactions.responses import Reply
from locales import n, t
from models.moderation import CaseKind
from services.core import clock
from services.moderation.authority import Action, Allowed
from services.moderation.case import Order
from services.moderation.evidence import Copy

STAFF = Permissions.KICK_MEMBERS
_CONFIRMATION = planned.declare("kick", STAFF)
LONG = timedelta(days=30)  # a member for so long isn't kicked by a slip of the finger


async def _may_kick(
    ctx: Context,
    member: Member,
    delete_messages: str = NO_MESSAGES,
    evidence: Attachment | None = None,
    **_others: object,
) -> dict[str, Any]:
    action = Action.KICK if delete_messages == NO_MESSAGES else Action.SOFTBAN
    return {"facts": await check(ctx, action, member.id)} | await secured(ctx, evidence)


@command("kick", "Kick a member", requires=STAFF, ephemeral=True, writes=True, asks=_may_kick)
async def kick(
    ctx: Context,
    member: Annotated[Member, Option("Who")],
    reason: Reason,
    delete_messages: Annotated[
        Literal["none", "1h", "24h", "7d"],
        Option("How far back to delete their messages, with a ban that ends at once"),
    ] = "none",
    evidence: Evidence = None,
    notify: Notify = None,
    visible: Visible = False,
    *,
    facts: Allowed | None = None,
    copies: Sequence[Copy] = (),
) -> Reply:
    kind = CaseKind.KICK if delete_messages == NO_MESSAGES else CaseKind.SOFTBAN
    details = {"delete_seconds": seconds(delete_messages)}
    notified = await wants_notice(ctx, accepted(ctx, facts), kind, notify)
    order = Order(action=kind, user_id=member.id, reason=reason, notify=notified, details=details)
    if member.joined_at and (days := (clock.now() - member.joined_at).days) >= LONG.days:
        question = n(
            "{member} has been here for **{count}** day.",
            "{member} has been here for **{count}** days.",
            days,
            member=member.mention,
        )
        return await planned.ask(ctx, _CONFIRMATION, order, question, t("Kick"), visible=visible, copies=copies)
    return await carry_out(ctx, order, visible=visible, copies=copies)
