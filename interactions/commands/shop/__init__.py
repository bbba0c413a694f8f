"""Commands of the shop area."""

from interactions.commands.shop import inventory, items, purchases

__all__ = ["inventory", "items", "purchases"]
