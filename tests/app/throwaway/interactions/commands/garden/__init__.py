"""Commands of the garden area."""

from interactions.commands.garden import plants

__all__ = ["plants"]
