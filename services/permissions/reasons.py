"""Explanations of decisions: why someone may or may not use a command here."""

from __future__ import annotations

from locales import Text, command_name, t
from services.core import mentions
from services.core.errors import Forbidden
from services.core.permission_names import named
from services.permissions.decision import Decision, Kind, Rule, Target


def refusal(decision: Decision, guild_id: int) -> Forbidden:
    """The refusal shown to the member."""
    if not decision.rules:
        return Forbidden(lacks(decision))
    rule = decision.rules[0]
    words = {"command": command_name(rule.command)}
    if rule.target.kind is Kind.MEMBER:
        return Forbidden(t("The admins of this server have blocked `/{command}` for you.", **words))
    if rule.target.kind is Kind.CHANNEL:
        return Forbidden(t("The admins of this server have blocked `/{command}` in this channel.", **words))
    if rule.target.id == guild_id:
        return Forbidden(t("The admins of this server have blocked `/{command}`.", **words))
    role = mention(rule.target, guild_id)
    return Forbidden(t("The admins of this server have blocked `/{command}` for {role}.", role=role, **words))


def lacks(decision: Decision) -> Text:
    """A sentence naming the permission a command requires."""
    return t("You need the {permissions} permission for this.", permissions=named(decision.requires))


def chain(decision: Decision, who: str, guild_id: int) -> list[Text]:
    """Every step that led to a decision, in order, with the result last; dispatch uses the same decision."""
    steps = [_by_itself(decision, who)]
    if decision.protected:
        steps.append(
            t(
                "Rules don't apply to this command: it is always for members with Manage Server, so admins "
                "can't be locked out."
            )
        )
    elif not decision.rules:
        steps.append(t("No command rule applies to {member} here.", member=who))
    else:
        first, *others = decision.rules
        steps.append(t("This rule decides: {rule}", rule=sentence(first, guild_id)))
        steps += [t("Less specific, so ignored: {rule}", rule=sentence(other, guild_id)) for other in others]
    verdict = t("{member} **can** use it here.", member=who)
    return [*steps, verdict if decision.allowed else t("{member} **can't** use it here.", member=who)]


def sentence(rule: Rule, guild_id: int) -> Text:
    """A rule, its author and its date."""
    words = {
        "command": command_name(rule.command),
        "target": mention(rule.target, guild_id),
        "admin": mentions.mention(rule.actor_id),
        "when": f"<t:{int(rule.made_at.timestamp())}:R>",
    }
    if rule.allowed:
        return t("`/{command}` is allowed for {target} ({admin}, {when})", **words)
    return t("`/{command}` is blocked for {target} ({admin}, {when})", **words)


def mention(target: Target, guild_id: int) -> str:
    """A mention of a target."""
    if target.kind is Kind.MEMBER:
        return f"<@{target.id}>"
    if target.kind is Kind.CHANNEL:
        return f"<#{target.id}>"
    return "@everyone" if target.id == guild_id else f"<@&{target.id}>"


def _by_itself(decision: Decision, who: str) -> Text:
    if not decision.requires:
        return t("By default, everyone can use `/{command}`.", command=command_name(decision.command))
    words = {
        "command": command_name(decision.command),
        "permissions": named(decision.requires),
        "member": who,
    }
    if decision.held:
        return t("By default, `/{command}` needs {permissions}, which {member} has here.", **words)
    return t("By default, `/{command}` needs {permissions}, which {member} doesn't have here.", **words)
