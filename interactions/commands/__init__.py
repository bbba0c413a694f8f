"""Every area's commands; a new area is added to this list."""

from interactions.commands import economy, games, health, permissions, privacy, settings, shop, tools

__all__ = ["economy", "games", "health", "permissions", "privacy", "settings", "shop", "tools"]
