"""/ban and /unban."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal

from discord_api.permissions import Permissions
from discord_api.snowflakes import HIGHEST
from interactions.commands.moderation import choices, planned
from interactions.commands.moderation.card import card
from interactions.commands.moderation.checks import accepted, check, secured
from interactions.commands.moderation.options import (
    NO_MESSAGES,
    Evidence,
    Notify,
    OptionalReason,
    Reason,
    Visible,
    seconds,
    wants_notice,
)
from interactions.commands.moderation.ordering import carry_out
from interactions.context import Attachment, Context, Member
from interactions.declare import Option, command
from interactions.responses import Reply, whisper
from locales import t
from models.moderation import CaseKind
from services.core import durations
from services.core.errors import UserError
from services.moderation import banned as banned_users
from services.moderation.authority import Action, Allowed
from services.moderation.case import Order
from services.moderation.evidence import Copy

STAFF = Permissions.BAN_MEMBERS
_CONFIRMATION = planned.declare("ban", STAFF)
_ID = re.compile(r"(?:<@!?)?([1-9][0-9]{16,18})>?", re.ASCII)


async def _may_ban(ctx: Context, user: Member, evidence: Attachment | None = None, **_others: object) -> dict[str, Any]:
    facts, banned = await check(ctx, Action.BAN, user.id), await banned_users.is_banned(ctx.guild_id, user.id)
    return {"facts": facts, "banned": banned} | await secured(ctx, evidence)


@command("ban", "Ban someone, for a while or for good", requires=STAFF, ephemeral=True, writes=True, asks=_may_ban)
async def ban(
    ctx: Context,
    user: Annotated[Member, Option("Who; an ID works for someone who isn't a member")],
    reason: Reason,
    duration: Annotated[
        str, Option("Such as 1d or 2w; permanent if empty", max=40, autocomplete=choices.duration_or_permanent)
    ] = choices.PERMANENT,
    delete_messages: Annotated[
        Literal["none", "1h", "6h", "24h", "3d", "7d"], Option("How far back to delete their messages")
    ] = NO_MESSAGES,
    evidence: Evidence = None,
    notify: Notify = None,
    visible: Visible = False,
    *,
    facts: Allowed | None = None,
    copies: Sequence[Copy] = (),
    banned: bool = False,
) -> Reply:
    notified = await wants_notice(ctx, accepted(ctx, facts), CaseKind.BAN, notify)
    order = Order(
        action=CaseKind.BAN,
        user_id=user.id,
        reason=reason,
        duration=durations.parse(duration),
        notify=notified,
        details={"delete_seconds": seconds(delete_messages)},
    )
    if banned:
        question = t("{user} is already banned. Replace that ban with this one?", user=user.mention)
        return await planned.ask(ctx, _CONFIRMATION, order, question, t("Replace"), visible=visible, copies=copies)
    return await carry_out(ctx, order, visible=visible, copies=copies)


async def _may_unban(ctx: Context, user: str, **_others: object) -> dict[str, Any]:
    user_id = _read(user)
    facts, banned = await check(ctx, Action.UNBAN, user_id), await banned_users.is_banned(ctx.guild_id, user_id)
    return {"facts": facts, "banned": banned}


@command("unban", "Remove a ban", requires=STAFF, ephemeral=True, writes=True, asks=_may_unban)
async def unban(
    ctx: Context,
    user: Annotated[str, Option("Who, or their ID", min=1, max=100, autocomplete=choices.banned)],
    reason: OptionalReason = "",
    visible: Visible = False,
    *,
    facts: Allowed | None = None,
    banned: bool = False,
) -> Reply:
    accepted(ctx, facts)
    user_id = _read(user)
    if not banned:
        return await _lifted_elsewhere(ctx, user_id)
    return await carry_out(ctx, Order(action=CaseKind.UNBAN, user_id=user_id, reason=reason), visible=visible)


async def _lifted_elsewhere(ctx: Context, user_id: int) -> Reply:
    """Close the ban's case, whose timer has nothing left to lift."""
    closed = await banned_users.close(ctx.guild_id, ctx.actor, user_id)
    return whisper(card(closed, t("Somebody else had removed this ban already, so I closed its case.")))


def _read(user: str) -> int:
    found = _ID.fullmatch(user.strip())
    if not found or int(found[1]) > HIGHEST:
        raise UserError(t("Choose someone from the suggestions, or enter their ID."))
    return int(found[1])
