"""Every area's commands; a new area is added to this list."""

from interactions.commands import core, economy, games, health, moderation, permissions, privacy, settings, shop

__all__ = ["core", "economy", "games", "health", "moderation", "permissions", "privacy", "settings", "shop"]
