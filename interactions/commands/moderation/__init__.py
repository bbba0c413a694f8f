"""Commands of the moderation area."""

from interactions.commands.moderation import case_changes, cases, history

__all__ = ["case_changes", "cases", "history"]
