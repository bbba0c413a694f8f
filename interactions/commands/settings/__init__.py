"""Commands of the settings area."""

from interactions.commands.settings import config, documents, setup

__all__ = ["config", "documents", "setup"]
