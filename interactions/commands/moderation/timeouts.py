"""/timeout and /untimeout."""

from collections.abc import Sequence
from typing import Annotated

from discord_api.permissions import Permissions
from interactions.commands.moderation import choices
from interactions.commands.moderation.card import REPLACED
from interactions.commands.moderation.checks import accepted, may
from interactions.commands.moderation.options import Evidence, Notify, OptionalReason, Reason, Visible, wants_notice
from interactions.commands.moderation.ordering import carry_out
from interactions.context import Context, Member
from interactions.declare import Option, command
from interactions.responses import Reply
from locales import t
from models.moderation import CaseKind
from services import settings
from services.core import durations
from services.core.durations import MINUTE
from services.core.errors import Conflict
from services.moderation.authority import Action, Allowed
from services.moderation.case import Order
from services.moderation.evidence import Copy
from services.moderation.settings import Moderation

STAFF = Permissions.MODERATE_MEMBERS


@command("timeout", "Time out a member", requires=STAFF, ephemeral=True, writes=True, asks=may(Action.TIMEOUT))
async def timeout(
    ctx: Context,
    member: Annotated[Member, Option("Who")],
    reason: Reason,
    duration: Annotated[
        str, Option("Such as 10m, 2h, or 1d12h; the server decides if empty", max=40, autocomplete=choices.duration)
    ] = "",
    evidence: Evidence = None,
    notify: Notify = None,
    visible: Visible = False,
    *,
    facts: Allowed | None = None,
    copies: Sequence[Copy] = (),
) -> Reply:
    order = await ordered(ctx, accepted(ctx, facts), duration, reason, notify)
    return await carry_out(ctx, order, visible=visible, copies=copies)


async def ordered(ctx: Context, facts: Allowed, duration: str, reason: str, notify: str | None = None) -> Order:
    """The order for a timeout as it was typed."""
    assert facts.target is not None, "a timeout names someone"
    replaced = facts.target.timed_out_until
    usual = (await settings.of(ctx.guild_id, Moderation)).timeout_minutes * MINUTE
    return Order(
        action=CaseKind.TIMEOUT,
        user_id=facts.target.id,
        reason=reason,
        duration=durations.limited(duration) if duration.strip() else usual,
        notify=await wants_notice(ctx, facts, CaseKind.TIMEOUT, notify),
        details={REPLACED: replaced.isoformat()} if replaced else {},
    )


@command("untimeout", "End a timeout", requires=STAFF, ephemeral=True, writes=True, asks=may(Action.UNTIMEOUT))
async def untimeout(
    ctx: Context,
    member: Annotated[Member, Option("Who")],
    reason: OptionalReason = "",
    visible: Visible = False,
    *,
    facts: Allowed | None = None,
) -> Reply:
    target = accepted(ctx, facts).target
    if target is None or target.timed_out_until is None:
        raise Conflict(t("{member} isn't in timeout.", member=member.mention))
    return await carry_out(ctx, Order(action=CaseKind.UNTIMEOUT, user_id=member.id, reason=reason), visible=visible)
