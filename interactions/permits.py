"""Permission checks: from a Context to the decision whether a command or component may be used."""

from __future__ import annotations

from functools import lru_cache

from interactions.components import Component
from interactions.context import Context, Member
from interactions.declare import COMMANDS, Command
from services import permissions
from services.core.errors import Forbidden
from services.permissions import Asker, Decision


async def permit(to: Command | Component, ctx: Context) -> None:
    """Refuse users without permission, whatever Discord let through; outside a server nobody has any permission."""
    if ctx.place is None:
        if to.requires:
            _ = ctx.guild_id
        return
    name = belongs(to)
    # Protected commands need no rules, so they work even if the rules can't be read.
    rules = () if permissions.is_protected(name) else await permissions.of(ctx.place)
    if not rules and not to.requires:
        return
    decision = permissions.decide(name, to.requires, asker(ctx, ctx.member), rules)
    if not decision.allowed:
        raise permissions.refusal(decision, ctx.place)


async def usable(ctx: Context, entry: Command) -> bool:
    """Whether the user may use a command here."""
    try:
        await permit(entry, ctx)
    except Forbidden:
        return False
    return True


async def decision(ctx: Context, member: Member, entry: Command) -> Decision:
    """The decision if this member used the command here now."""
    rules = await permissions.of(ctx.guild_id)
    return permissions.decide(belongs(entry), entry.requires, asker(ctx, member), rules)


def asker(ctx: Context, member: Member) -> Asker:
    """A member and channel in the form rules are matched against."""
    channels = (ctx.channel_id, ctx.parent_id) if ctx.parent_id else (ctx.channel_id,)
    return Asker(ctx.guild_id, member.id, member.roles, member.permissions, channels)


def belongs(to: Command | Component) -> str:
    """The command or group of commands whose rules count for this, "" for none."""
    return to.of or to.name if isinstance(to, Command) else _known(to.of)


@lru_cache(maxsize=512)
def _known(words: str) -> str:
    """The longest prefix of these words that is a command or a group."""
    while words and not any(permissions.covers(words, name) for _, name in COMMANDS):
        words = words.rpartition(" ")[0]
    return words
