"""Commands of the settings area."""

from interactions.commands.settings import area_switches, config, documents, setup

__all__ = ["area_switches", "config", "documents", "setup"]
