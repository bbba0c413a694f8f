"""Commands that work in every server."""

from interactions.commands.core import basics

__all__ = ["basics"]
