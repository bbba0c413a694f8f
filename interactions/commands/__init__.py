"""Every module of commands; a new one is added to this list."""

from interactions.commands import (
    bets,
    books,
    config,
    config_documents,
    confirm,
    doctor,
    economy_settings,
    general,
    inventory,
    leaderboard,
    payments,
    permissions,
    privacy,
    setup,
    shop,
    shop_items,
    statements,
    wallet,
)
