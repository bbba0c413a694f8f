"""/nick and /role: a member's nickname and roles."""

from typing import Annotated

from discord_api.permissions import Permissions
from interactions.commands.moderation import choices
from interactions.commands.moderation.checks import accepted, check, may
from interactions.commands.moderation.options import OptionalReason
from interactions.commands.moderation.ordering import carry_out
from interactions.context import Context, Member, Role
from interactions.declare import Option, Question, command, group
from interactions.responses import Reply
from models.moderation import CaseKind
from services.core import durations
from services.moderation.authority import Action, Allowed
from services.moderation.case import Order

group("role", "Give members roles, and take them away")


@command(
    "nick",
    "Change a member's nickname",
    requires=Permissions.MANAGE_NICKNAMES,
    ephemeral=True,
    writes=True,
    asks=may(Action.NICK),
)
async def nick(
    ctx: Context,
    member: Annotated[Member, Option("Who")],
    name: Annotated[str, Option("The new nickname; empty removes it", max=32)] = "",
    reason: OptionalReason = "",
    *,
    facts: Allowed | None = None,
) -> Reply:
    accepted(ctx, facts)
    details = {"nick": name.strip()}
    return await carry_out(ctx, Order(action=CaseKind.NICK, user_id=member.id, reason=reason, details=details))


def _may_assign(command: str) -> Question:
    async def ask(ctx: Context, member: Member, role: Role, **_others: object) -> dict[str, Allowed]:
        return {"facts": await check(ctx, Action.ROLE, member.id, role_id=role.id, command=command)}

    return ask


@command(
    "role give",
    "Give a member a role",
    requires=Permissions.MANAGE_ROLES,
    ephemeral=True,
    writes=True,
    asks=_may_assign("role give"),
)
async def give_role(
    ctx: Context,
    member: Annotated[Member, Option("Who")],
    role: Annotated[Role, Option("Which role")],
    reason: OptionalReason = "",
    *,
    facts: Allowed | None = None,
) -> Reply:
    accepted(ctx, facts)
    return await carry_out(ctx, _order(member, role, reason, give=True))


@command(
    "role remove",
    "Take a role from a member",
    requires=Permissions.MANAGE_ROLES,
    ephemeral=True,
    writes=True,
    asks=_may_assign("role remove"),
)
async def remove_role(
    ctx: Context,
    member: Annotated[Member, Option("Who")],
    role: Annotated[Role, Option("Which role")],
    reason: OptionalReason = "",
    *,
    facts: Allowed | None = None,
) -> Reply:
    accepted(ctx, facts)
    return await carry_out(ctx, _order(member, role, reason, give=False))


@command(
    "role temp",
    "Give a member a role for a while",
    requires=Permissions.MANAGE_ROLES,
    ephemeral=True,
    writes=True,
    asks=_may_assign("role temp"),
)
async def give_for_a_while(
    ctx: Context,
    member: Annotated[Member, Option("Who")],
    role: Annotated[Role, Option("Which role")],
    duration: Annotated[str, Option("Such as 10m, 2h, or 1d12h", max=40, autocomplete=choices.duration)],
    reason: OptionalReason = "",
    *,
    facts: Allowed | None = None,
) -> Reply:
    accepted(ctx, facts)
    return await carry_out(ctx, _order(member, role, reason, give=True, duration=durations.limited(duration)))


def _order(member: Member, role: Role, reason: str, *, give: bool, duration: int | None = None) -> Order:
    return Order(
        action=CaseKind.ROLE,
        user_id=member.id,
        role_id=role.id,
        reason=reason,
        duration=duration,
        details={"give": give},
    )
