"""Every module of commands; a new one is added to this list."""

from interactions.commands import (
    bets,
    books,
    config,
    config_documents,
    economy_settings,
    general,
    inventory,
    leaderboard,
    payments,
    shop,
    shop_items,
    statements,
    wallet,
)

__all__ = [
    "bets",
    "books",
    "config",
    "config_documents",
    "economy_settings",
    "general",
    "inventory",
    "leaderboard",
    "payments",
    "shop",
    "shop_items",
    "statements",
    "wallet",
]
