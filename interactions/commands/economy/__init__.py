"""Commands of the economy area."""

from interactions.commands.economy import (
    confirmations,
    corrections,
    earnings,
    leaderboard,
    payments,
    settings,
    statements,
)

__all__ = ["confirmations", "corrections", "earnings", "leaderboard", "payments", "settings", "statements"]
