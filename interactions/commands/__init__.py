"""Every module of commands; a new one is added to this list."""

from interactions.commands import books, general, leaderboard, payments, statements, wallet

__all__ = ["books", "general", "leaderboard", "payments", "statements", "wallet"]
