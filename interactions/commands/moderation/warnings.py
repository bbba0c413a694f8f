"""/warn and /note."""

from collections.abc import Sequence
from typing import Annotated

from discord_api.permissions import Permissions
from interactions.commands.moderation import choices
from interactions.commands.moderation.checks import accepted, may
from interactions.commands.moderation.options import LONGEST_NOTE, Evidence, Notify, Reason, Visible, wants_notice
from interactions.commands.moderation.ordering import carry_out
from interactions.context import Context, Member
from interactions.declare import Option, command
from interactions.responses import Reply
from models.moderation import CaseKind
from services import settings
from services.core import durations
from services.core.durations import DAY
from services.moderation.authority import Action, Allowed
from services.moderation.case import Order
from services.moderation.evidence import Copy
from services.moderation.settings import Moderation

STAFF = Permissions.MODERATE_MEMBERS


@command("warn", "Warn a member", requires=STAFF, ephemeral=True, writes=True, asks=may(Action.WARN))
async def warn(
    ctx: Context,
    member: Annotated[Member, Option("Who")],
    reason: Reason,
    expires: Annotated[
        str,
        Option(
            "How long it counts, such as 30d; the server decides if empty",
            max=40,
            autocomplete=choices.duration_or_permanent,
        ),
    ] = "",
    evidence: Evidence = None,
    notify: Notify = None,
    visible: Visible = False,
    *,
    facts: Allowed | None = None,
    copies: Sequence[Copy] = (),
) -> Reply:
    order = await ordered(ctx, accepted(ctx, facts), member.id, reason, expires, notify)
    return await carry_out(ctx, order, visible=visible, copies=copies)


async def ordered(
    ctx: Context, facts: Allowed, user_id: int, reason: str, expires: str = "", notify: str | None = None
) -> Order:
    """The order for a warning as it was typed."""
    usual = (await settings.of(ctx.guild_id, Moderation)).warning_days * DAY or None
    return Order(
        action=CaseKind.WARN,
        user_id=user_id,
        reason=reason,
        duration=durations.parse(expires) if expires.strip() else usual,
        notify=await wants_notice(ctx, facts, CaseKind.WARN, notify),
    )


@command(
    "note", "Write a private note about someone", requires=STAFF, ephemeral=True, writes=True, asks=may(Action.NOTE)
)
async def note(
    ctx: Context,
    member: Annotated[Member, Option("Who")],
    text: Annotated[str, Option("Only moderators can read it", min=1, max=LONGEST_NOTE)],
    evidence: Evidence = None,
    *,
    facts: Allowed | None = None,
    copies: Sequence[Copy] = (),
) -> Reply:
    accepted(ctx, facts)
    return await carry_out(ctx, note_order(member.id, text), copies=copies)


def note_order(user_id: int, text: str) -> Order:
    """The order for a note."""
    return Order(action=CaseKind.NOTE, user_id=user_id, reason=text)
