"""Commands that work in every server."""

from interactions.commands.core import basics, help_command

__all__ = ["basics", "help_command"]
