"""Commands of the moderation area."""

from interactions.commands.moderation import (
    bans,
    case_changes,
    cases,
    forms,
    history,
    kicks,
    nicknames_and_roles,
    timeouts,
    warnings,
)

__all__ = [
    "bans",
    "case_changes",
    "cases",
    "forms",
    "history",
    "kicks",
    "nicknames_and_roles",
    "timeouts",
    "warnings",
]
