"""Who may do what to whom: the one check that every command, button, page, key and job goes through.

Everything is read from Discord at the time of the check, because a payload has no role positions and a page has no
permissions at all. Whatever can't be read counts against the action.

1. The actor is a member of the server and not in timeout.
2. They hold the action's own permission, or a rule of `/permissions` allows them its command; a rule may also deny it.
   An allow rule counts only while its author is an administrator, or else Manage Server would give everything.
3. Nobody acts on themselves, on the bot or on the owner; administrators are the owner's alone. Everyone else must have
   a highest role strictly below the actor's. Viewing and changing cases acts on nobody, and a note about oneself
   changes nothing; but nobody changes what others recorded about them.
4. A role must be below the actor's highest one and hold no permission that they lack.
5. The bot is not in timeout, holds the permission and ranks above the member or the role, as Discord demands.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus

from locales import command_name, t
from services import permissions
from services.core import mentions
from services.core.errors import Forbidden
from services.core.permission_names import missing, named
from services.directory import hierarchy, people
from services.directory.hierarchy import GuildRole, Hierarchy, RankedMember
from services.moderation.actions import NEEDS, Action, Need
from services.permissions import Asker, Rule
from services.permissions.reasons import lacks

__all__ = ["Action", "Allowed", "BotUnable", "Denied", "Feasible", "TargetAbsent", "check", "check_bot"]


IN_TIMEOUT = t("I'm in timeout in this server. I can act again once it is removed or over.")


class Denied(Forbidden):
    """The action isn't allowed; the text says why."""


class TargetAbsent(Denied):
    """The action needs a member, and the target isn't one."""


class BotUnable(Denied):
    """The bot can't do this; the text says how to change that."""

    status = HTTPStatus.CONFLICT


@dataclass(frozen=True, slots=True)
class Feasible:
    """The facts on which the bot can do something; the target and role are None if none was named."""

    bot: RankedMember
    target: RankedMember | None
    role: GuildRole | None


@dataclass(frozen=True, slots=True)
class Allowed(Feasible):
    """The facts on which an action was allowed."""

    actor: RankedMember


async def check(
    guild_id: int,
    actor: int,
    action: Action,
    target: int | None = None,
    *,
    role_id: int | None = None,
    command: str | None = None,
    channel_ids: Sequence[int] = (),
) -> Allowed:
    """Decide about an action from what Discord says now; Denied, BotAbsent or Unanswered if it isn't allowed.

    If it is, the target's name is kept, so that pages can show it.

    For a case, the target is its member. Rules for channels apply only where a channel is given: for a thread, it
    and its parent.
    """
    words = command or NEEDS[action].command
    rules = [rule for rule in await permissions.of(guild_id) if permissions.covers(rule.command, words)]
    # An erased author no longer has an id to ask for.
    authors = {rule.actor_id for rule in rules if rule.allowed and rule.actor_id > 0}
    facts = await hierarchy.read(guild_id, {actor, *authors} | ({target} if target else set()))
    allowed = decide(facts, rules, actor, action, target, role_id=role_id, command=words, channel_ids=channel_ids)
    if allowed.target and allowed.target.username:
        # A case about someone who never used the bot would show nothing but an id.
        await people.remember(allowed.target.id, allowed.target.username, allowed.target.avatar)
    return allowed


async def check_bot(guild_id: int, action: Action, target: int | None = None, role_id: int | None = None) -> Feasible:
    """Check what the bot can do, whoever wants it, for lifting what was allowed once; raises like `check`.

    A target who has left is no refusal here.
    """
    facts = await hierarchy.read(guild_id, {target} if target else set())
    return feasible(facts, action, target, role_id)


def decide(
    facts: Hierarchy,
    rules: Sequence[Rule],
    actor_id: int,
    action: Action,
    target_id: int | None = None,
    *,
    role_id: int | None = None,
    command: str,
    channel_ids: Sequence[int] = (),
) -> Allowed:
    """The decision of `check` on facts that were read."""
    need, actor = NEEDS[action], facts.users[actor_id]
    _may_use(facts, need, actor, command, channel_ids, rules)
    if target_id is not None:
        _may_target(facts, action, actor, facts.users[target_id])
    if role_id is not None:
        _may_assign(actor, _assignable(facts, role_id))
    able = feasible(facts, action, target_id, role_id)
    return Allowed(able.bot, able.target, able.role, actor)


def feasible(facts: Hierarchy, action: Action, target_id: int | None = None, role_id: int | None = None) -> Feasible:
    """The decision of `check_bot` on facts that were read."""
    need, bot = NEEDS[action], facts.bot
    target = facts.users[target_id] if target_id is not None else None
    role = _assignable(facts, role_id) if role_id is not None else None
    if need.bot:
        if target:
            _check_protected(action, target)
        if bot.timed_out_until:
            raise BotUnable(IN_TIMEOUT)
        if not bot.permissions.allows(need.bot):
            raise BotUnable(missing(need.bot & ~bot.permissions, facts.roles.guild_id))
        if target and target.in_guild and need.bot_ranked and not bot.above(target):
            raise BotUnable(
                t(
                    "Their highest role isn't below mine, so Discord won't let me do this. Drag my role above it in "
                    "Server Settings › Roles and try again."
                )
            )
        if role and not bot.above_role(role):
            raise BotUnable(
                t(
                    "**{role}** isn't below my highest role, so Discord won't let me give or remove it. Drag my role "
                    "above it in Server Settings › Roles and try again.",
                    role=role.name,
                )
            )
    return Feasible(bot, target, role)


def _may_use(
    facts: Hierarchy,
    need: Need,
    actor: RankedMember,
    command: str,
    channel_ids: Sequence[int],
    rules: Sequence[Rule],
) -> None:
    if not actor.in_guild:
        raise Denied(t("You aren't a member of this server."))
    if actor.timed_out_until:
        raise Denied(t("You're in timeout, so you can't do this."))
    guild_id = facts.roles.guild_id
    asker = Asker(guild_id, actor.id, tuple(actor.role_ids), actor.permissions, tuple(channel_ids))
    counting = [rule for rule in rules if not rule.allowed or _by_an_administrator(rule, facts)]
    decision = permissions.decide(command, need.requires, asker, counting)
    if not (decision.held or need.rules_suffice):
        raise Denied(lacks(decision))
    if decision.allowed:
        return
    by_all = permissions.decide(command, need.requires, asker, rules)
    if not by_all.allowed:
        raise Denied(permissions.refusal(decision, guild_id).text)
    rule = by_all.rules[0]
    raise Denied(
        t(
            "A rule by {admin} allows you `/{command}`, but it doesn't count here, because they aren't an "
            "administrator. Ask one to set it again with `/{permissions}`.",
            admin=mentions.mention(rule.actor_id),
            command=command_name(rule.command),
            permissions=command_name("permissions allow"),
        )
    )


def _by_an_administrator(rule: Rule, facts: Hierarchy) -> bool:
    author = facts.users.get(rule.actor_id)
    return author is not None and author.administrator


def _may_target(facts: Hierarchy, action: Action, actor: RankedMember, target: RankedMember) -> None:
    need = NEEDS[action]
    if target.id == actor.id:
        if not need.on_self:
            raise Denied(t("You can't do this to yourself."))
        return
    if not need.ranked:
        return
    if target.id == facts.bot.id:
        raise Denied(t("I can't do this to myself."))
    _check_protected(action, target)
    if target.administrator and not actor.owner:
        raise Denied(t("Only the server's owner can do this to an administrator."))
    if action is Action.WARN and target.bot:
        raise Denied(t("Bots can't be warned."))
    if target.in_guild:
        if not actor.above(target):
            raise Denied(t("Their highest role isn't below yours, so you can't do this."))
    elif not need.on_absent:
        raise TargetAbsent(
            t(
                "They aren't a member of this server. You can still add a note with `/{command}`.",
                command=command_name("note"),
            )
        )


def _check_protected(action: Action, target: RankedMember) -> None:
    """Refuse what nobody can do, whatever their rank."""
    if target.owner:
        raise Denied(t("Nobody can do this to the server's owner."))
    if target.administrator and action in (Action.TIMEOUT, Action.UNTIMEOUT):
        raise Denied(t("Discord doesn't allow timeouts for administrators."))


def _assignable(facts: Hierarchy, role_id: int) -> GuildRole:
    role = facts.roles.roles.get(role_id)
    if role is None:
        raise Denied(t("That role no longer exists."))
    if role.id == facts.roles.guild_id:
        raise Denied(t("Every member has @everyone, so it can't be given or removed."))
    if role.managed:
        raise Denied(
            t(
                "**{role}** belongs to a bot, to boosting, or to a subscription, so it can't be given or removed.",
                role=role.name,
            )
        )
    return role


def _may_assign(actor: RankedMember, role: GuildRole) -> None:
    if not actor.above_role(role):
        raise Denied(t("**{role}** isn't below your highest role, so you can't give or remove it.", role=role.name))
    if not actor.permissions.allows(role.permissions):
        raise Denied(
            t(
                "You can't give or remove **{role}**, because it has permissions that you don't: {permissions}.",
                role=role.name,
                permissions=named(role.permissions & ~actor.permissions),
            )
        )
