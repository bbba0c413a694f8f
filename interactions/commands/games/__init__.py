"""Commands of the games area."""

from interactions.commands.games import bets

__all__ = ["bets"]
