"""Commands of the health area."""

from interactions.commands.health import doctor

__all__ = ["doctor"]
