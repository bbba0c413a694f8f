"""The check that each command begins with, before its transaction: may this person do this to that one?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from interactions.commands.moderation.case_choices import accept, channels
from interactions.context import Attachment, Context, Member
from interactions.declare import Question
from services.moderation import authority, evidence_files
from services.moderation.authority import Action, Allowed
from services.moderation.evidence import Copy


def may(action: Action) -> Question:
    """The `asks` of a command that acts on its option `member`."""

    async def ask(
        ctx: Context, member: Member, evidence: Attachment | None = None, **_others: object
    ) -> dict[str, Any]:
        return {"facts": await check(ctx, action, member.id)} | await secured(ctx, evidence)

    return ask


async def secured(ctx: Context, evidence: Attachment | None) -> dict[str, Sequence[Copy]]:
    """The file that came with a command, fetched before its address expires, as the handler's `copies`."""
    return {"copies": (await evidence_files.secure(ctx.guild_id, [evidence], key=ctx.key)).copies} if evidence else {}


async def check(
    ctx: Context, action: Action, target_id: int, *, role_id: int | None = None, command: str = ""
) -> Allowed:
    """Ask Discord whether this person may do this to that one; a subcommand is named by `command`."""
    return await authority.check(
        ctx.guild_id,
        ctx.member.id,
        action,
        target_id,
        role_id=role_id,
        command=command or None,
        channel_ids=channels(ctx),
    )


def accepted(ctx: Context, facts: Allowed | None) -> Allowed:
    """What `asks` found out; raises its refusal."""
    accept(ctx)
    assert facts is not None, "it either found this or refused"
    return facts
