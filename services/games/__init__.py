"""Bets and their random draws."""
