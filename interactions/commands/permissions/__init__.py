"""Commands of the permissions area."""

from interactions.commands.permissions import rules

__all__ = ["rules"]
