"""Commands of the core: what works on every server."""

from interactions.commands.core import basics

__all__ = ["basics"]
