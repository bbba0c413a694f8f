"""Every module of commands; a new one is added to this list."""

from interactions.commands import general, leaderboard, payments, statements, wallet

__all__ = ["general", "leaderboard", "payments", "statements", "wallet"]
