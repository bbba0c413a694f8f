"""Commands of the tools area."""

from interactions.commands.tools import general

__all__ = ["general"]
